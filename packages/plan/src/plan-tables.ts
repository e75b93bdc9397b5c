import {
  type Compressed,
  type Compressor,
  type CompressorPlugin,
  compress,
  format,
  type Matrix,
  materialize,
  SlimbedError,
  type Table,
  type TensorAdapter
} from '@slimbed/core'
import { type Contender, type Looking, singles } from './contenders.js'
import { compressorOf, type Recipe } from './recipes.js'
import { sampled, sampleSize, variancesOf } from './samples.js'
import { type Curve, splitBits } from './split.js'

/** One of several tables of a model. */
export interface TableToPlan {
  readonly name: string
  readonly matrix: Matrix
  readonly weights?: Float32Array | undefined
  /** How much errors along its columns count, as in `Context`. */
  readonly metric?: Float64Array | undefined
}

/** Options of `planTables`. */
export interface PlanTablesOptions {
  /** Bytes of all tables together at most. */
  readonly bytes: number
  /** What is lost of the model where this table alone is compressed: 0 or more, in any unit, the same for all tables. */
  readonly lossOf: (name: string, table: Table) => Promise<number>
  readonly tensor: TensorAdapter
  readonly seed?: number
  readonly signal?: AbortSignal | undefined
  /** Called for each pipeline that is tried on a sample, or run on all rows. */
  readonly onTrial?: ((name: string, spec: string, whole: boolean) => void) | undefined
}

/** What became of one table. */
export interface PlannedTable {
  readonly name: string
  readonly compressor: Compressor
  readonly made: Compressed
  /** Pipelines that were run on all rows, by what the model lost. */
  readonly tried: readonly { readonly pipeline: string; readonly bytes: number; readonly loss: number }[]
}

/** Bits by which a pipeline may be behind the best by estimate, to be run; and how many are. */
const [behind, mostChoices] = [0.2, 3]
/** The rate of the second point of a curve, over that of the first, and bits a value at most: at more, losses of models drown in noise. */
const [lower, clear] = [0.7, 0.87]
/** The least loss of a table beside the largest of any, since a smaller one may be noise: none is left without bits. */
const leastShare = 1 / 32
/** Runs of a table that brings all within the bytes. */
const mostRuns = 6
/** How far below the bytes all may be, as a share. */
const short = 0.01

/** A table, and how it is compressed. */
interface Chosen {
  readonly table: TableToPlan
  readonly recipe: Recipe
  readonly curve: Curve
  readonly tried: PlannedTable['tried']
}

async function run(table: TableToPlan, recipe: Recipe, bits: number, use: PlanTablesOptions) {
  const stages = recipe.at(bits)
  if (!stages) throw new SlimbedError('bad-option', `plan: ${table.name}: there is no ${recipe.family} of ${bits} bits`)
  const compressor = compressorOf(stages)
  const { matrix, weights, metric, name } = table
  const { tensor, seed = 0, signal } = use
  use.onTrial?.(name, format(compressor), true)
  const made = await compress(matrix, compressor, { weights, metric, tensor, seed, signal })
  return { compressor, made: { ...made, table: await materialize(made.table) } }
}

/** The pipelines of one stage that are worth a run, by estimates on samples. */
async function choicesOf(
  table: TableToPlan,
  plugins: readonly CompressorPlugin[],
  bits: number,
  use: PlanTablesOptions
): Promise<Contender[]> {
  const { matrix, weights, metric, name } = table
  const { tensor, seed = 0, signal } = use
  const count = sampleSize(matrix, bits)
  const sizes = count === matrix.rows ? [count] : [Math.ceil(count / 2), count]
  const samples = await Promise.all(sizes.map((size) => sampled(matrix, weights, size)))
  const values = matrix.rows * matrix.dim
  const loss = weights ? 'weighted' : 'error'
  const looking: Looking = {
    plugins,
    goal: { kind: 'size', bytes: (bits * values) / 8, loss },
    trials: { loss, tensor, seed, signal, samples, metric, rows: matrix.rows, onFailure() {} },
    room: { bytes: (bits * values) / 8, values },
    dim: matrix.dim,
    variances: await variancesOf(samples[samples.length - 1], tensor),
    onTried: (spec) => use.onTrial?.(name, spec, false)
  }
  const alone = (await singles(bits, looking)).filter(({ recipe }) => recipe.tunable)
  return alone.filter(({ score }) => score <= alone[0].score + behind).slice(0, mostChoices)
}

/** Runs what is worth it, takes the pipeline by which the model loses least, and measures how its loss falls. */
async function chosenFor(
  table: TableToPlan,
  plugins: readonly CompressorPlugin[],
  bits: number,
  use: PlanTablesOptions
): Promise<Chosen> {
  const values = table.matrix.rows * table.matrix.dim
  const tried: { pipeline: string; bytes: number; loss: number }[] = []
  const point = async (recipe: Recipe, at: number) => {
    const { compressor, made } = await run(table, recipe, at, use)
    const { bytes } = made.measured
    const loss = Math.max(1e-9, await use.lossOf(table.name, made.table))
    tried.push({ pipeline: format(compressor), bytes, loss })
    const { relativeError, weightedError = relativeError } = made.measured
    return { recipe, bits: (8 * bytes) / values, loss, squared: weightedError ** 2 }
  }
  const points: Awaited<ReturnType<typeof point>>[] = []
  for (const { recipe } of await choicesOf(table, plugins, bits, use)) points.push(await point(recipe, recipe.bits))
  if (points.length === 0) {
    throw new SlimbedError(
      'bad-option',
      `plan: no compressor can bring ${table.name} to any number of bits: install @slimbed/trellis`
    )
  }
  const best = points.reduce((a, b) => (b.loss < a.loss ? b : a))
  const second = await point(best.recipe, Math.min(clear, lower * best.recipe.bits))
  // What the model loses is noisy where it is little: its level is that of the lower rate, and it falls as the squared errors do.
  const slope = Math.log2(second.squared / best.squared) / (best.bits - second.bits)
  const fall = Number.isFinite(slope) && slope > 0.3 ? Math.min(4, slope) : 2
  return { table, recipe: best.recipe, curve: { values, bits: second.bits, loss: second.loss, fall }, tried }
}

/**
 * Compresses several tables of a model into so many bytes, so that the model loses least: for each the pipeline of one stage is taken, of `plugins`, by which
 * the model loses least where the table alone is compressed, and bytes go where they take most off the loss. All together they take at most 1 % less than
 * is allowed, where a rate can be set that finely. Rejects with `bad-option` where no compressor can be tuned, or the bytes are too few.
 */
export async function planTables(
  tables: readonly TableToPlan[],
  plugins: readonly CompressorPlugin[],
  use: PlanTablesOptions
): Promise<PlannedTable[]> {
  const values = tables.reduce((sum, { matrix }) => sum + matrix.rows * matrix.dim, 0)
  const bits = (8 * use.bytes) / values
  const chosen: Chosen[] = []
  for (const table of tables) chosen.push(await chosenFor(table, plugins, bits, use))
  const largest = Math.max(...chosen.map(({ curve }) => curve.loss))
  const curves = chosen.map(({ curve }) => ({ ...curve, loss: Math.max(curve.loss, leastShare * largest) }))
  const split = splitBits(curves, 8 * use.bytes)
  const done = await Promise.all(
    chosen.map(async ({ table, recipe, tried }, i) => ({
      name: table.name,
      tried,
      ...(await run(table, recipe, split[i], use))
    }))
  )
  // The table of most bytes takes up what the others leave.
  const last = chosen.reduce(
    (best, { curve }, i) => (split[i] * curve.values > split[best] * chosen[best].curve.values ? i : best),
    0
  )
  const { table, recipe, curve } = chosen[last]
  let at = split[last]
  let best: PlannedTable[] | undefined
  let left = Infinity
  let total = 0
  for (let i = 0; i < mostRuns; i++) {
    total = done.reduce((sum, { made }) => sum + made.measured.bytes, 0)
    const over = total - use.bytes
    if (over <= 0 && -over < left) {
      best = [...done]
      left = -over
    }
    if (left <= short * use.bytes) break
    // A rate that goes in steps takes longer ones.
    const step = over > 0 ? i + 1 : 1
    at = Math.max(0.01, at - (step * 8 * (over + 0.0015 * use.bytes)) / curve.values)
    done[last] = { ...done[last], ...(await run(table, recipe, at, use)) }
  }
  if (best) return best
  throw new SlimbedError('bad-option', `plan: ${use.bytes} bytes are too few for these tables: ${total} were needed`)
}
