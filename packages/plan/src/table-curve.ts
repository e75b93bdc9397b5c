import { type CompressorPlugin, compress, format, isSlimbedError, materialize, SlimbedError } from '@slimbed/core'
import { type Contender, type Looking, pairs, singles } from './contenders.js'
import { fallOf } from './loss.js'
import { compressorOf, type Recipe } from './recipes.js'
import { samplesOf, variancesOf } from './samples.js'
import type { Curve } from './split.js'
import type { PlannedTable, PlanTablesOptions, TableToPlan } from './tables.js'

/** Bits by which a pipeline may be behind the best by estimate, to be run; and how many are. */
const [behind, mostChoices] = [0.2, 3]
/** Bits by which a pipeline of two stages is to be better by estimate than the best of one. */
const gainOfPairs = 0.01
/** The rate of the second point of a curve, over that of the first, and bits a value at most: at more, losses of models drown in noise. */
const [lower, clear] = [0.7, 0.87]

/** A table of a model, the pipeline that it gets at any rate, and how its loss falls. */
export interface Chosen {
  readonly table: TableToPlan
  readonly recipe: Recipe
  readonly curve: Curve
  readonly tried: PlannedTable['tried']
}

/** Runs a recipe on all rows of a table. Rejects with `bad-option` where there is none of so many bits, and as `compress` does. */
export async function runTable(
  table: TableToPlan,
  recipe: Recipe,
  bits: number,
  use: PlanTablesOptions
): Promise<Pick<PlannedTable, 'compressor' | 'made'>> {
  const stages = recipe.at(bits)
  if (!stages) throw new SlimbedError('bad-option', `plan: ${table.name}: there is no ${recipe.family} of ${bits} bits`)
  const compressor = compressorOf(stages)
  const { matrix, weights, metric, name } = table
  const { tensor, seed = 0, signal } = use
  use.onTrial?.(name, format(compressor), true)
  const made = await compress(matrix, compressor, { weights, metric, tensor, seed, signal })
  return { compressor, made: { ...made, table: await materialize(made.table) } }
}

/** What `run` makes, or nothing where a pipeline refuses. */
export async function orNone<Made>(run: () => Promise<Made>): Promise<Made | undefined> {
  try {
    return await run()
  } catch (error) {
    if (isSlimbedError(error, 'bad-option')) return undefined
    throw error
  }
}

/** A recipe of two stages by the bits of the whole, of which its own tuned stage is given more or fewer. */
function byWhole({ recipe, estimate }: Contender, values: number): Recipe {
  const bits = (8 * estimate.bytes) / values
  return { ...recipe, bits, at: (wanted) => recipe.at((recipe.bits * wanted) / bits) }
}

/** The recipes that are worth a run, by estimates on samples. */
async function choicesOf(
  table: TableToPlan,
  plugins: readonly CompressorPlugin[],
  bits: number,
  use: PlanTablesOptions
): Promise<Recipe[]> {
  const { matrix, weights, metric, name } = table
  const { tensor, seed = 0, signal } = use
  const { samples, glance } = await samplesOf(matrix, weights, bits)
  const values = matrix.rows * matrix.dim
  const loss = weights ? 'weighted' : 'error'
  const looking: Looking = {
    plugins,
    goal: { kind: 'size', bytes: (bits * values) / 8, loss },
    trials: { loss, tensor, seed, signal, samples, glance, metric, rows: matrix.rows, onFailure() {} },
    room: { bytes: (bits * values) / 8, values },
    dim: matrix.dim,
    variances: await variancesOf(samples[samples.length - 1], tensor),
    onTried: (spec) => use.onTrial?.(name, spec, false)
  }
  const alone = await singles(bits, looking)
  const best = alone[0]?.score ?? Infinity
  const two = await pairs(bits, alone, 2 ** (fallOf(loss) * best), looking)
  const better = two.filter(({ score }) => score <= best - gainOfPairs)
  const tunable = [...alone, ...better.map((one) => ({ ...one, recipe: byWhole(one, values) }))].filter(
    ({ recipe }) => recipe.tunable
  )
  tunable.sort((a, b) => a.score - b.score)
  return tunable
    .filter(({ score }) => score <= tunable[0].score + behind)
    .slice(0, mostChoices)
    .map(({ recipe }) => recipe)
}

/** Runs what is worth it, takes the pipeline by which the model loses least, and measures how its loss falls. */
export async function chosenFor(
  table: TableToPlan,
  plugins: readonly CompressorPlugin[],
  bits: number,
  use: PlanTablesOptions
): Promise<Chosen> {
  const values = table.matrix.rows * table.matrix.dim
  const tried: { pipeline: string; bytes: number; loss: number }[] = []
  const point = async (recipe: Recipe, at: number) => {
    const { compressor, made } = await runTable(table, recipe, at, use)
    const { bytes } = made.measured
    const loss = Math.max(1e-9, await use.lossOf(new Map([[table.name, made.table]])))
    tried.push({ pipeline: format(compressor), bytes, loss })
    const { relativeError, weightedError = relativeError } = made.measured
    return { recipe, bits: (8 * bytes) / values, loss, squared: weightedError ** 2 }
  }
  const points: Awaited<ReturnType<typeof point>>[] = []
  for (const recipe of await choicesOf(table, plugins, bits, use)) {
    const made = await orNone(() => point(recipe, recipe.bits))
    if (made) points.push(made)
  }
  if (points.length === 0) {
    throw new SlimbedError(
      'bad-option',
      `plan: no compressor can bring ${table.name} to any number of bits: install @slimbed/trellis`
    )
  }
  const best = points.reduce((a, b) => (b.loss < a.loss ? b : a))
  // Where there is no such rate, the curve has but one point.
  const second = (await orNone(() => point(best.recipe, Math.min(clear, lower * best.recipe.bits)))) ?? best
  // What the model loses is noisy where it is little: its level is that of the lower rate, and it falls as the squared errors do.
  const slope = Math.log2(second.squared / best.squared) / (best.bits - second.bits)
  const fall = Number.isFinite(slope) && slope > 0.3 ? Math.min(4, slope) : 2
  return { table, recipe: best.recipe, curve: { values, bits: second.bits, loss: second.loss, fall }, tried }
}
