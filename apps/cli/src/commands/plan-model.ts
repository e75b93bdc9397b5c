import { type Compression, type CompressorPlugin, format, type TensorAdapter } from '@slimbed/core'
import { measure } from '@slimbed/core/measure'
import type { ModelFile } from '@slimbed/io'
import { installedCompressors, type Pipeline, pipelineOf } from '@slimbed/io/plugins'
import { perplexity } from '@slimbed/lm'
import {
  type GoalOfTables,
  type LossOfTables,
  type PlannedTable,
  type PlanOptions,
  plan,
  planTables
} from '@slimbed/plan'
import { load, type Matrix, SlimbedError, type Vocabulary } from '@slimbed/runtime'
import { packWords } from '@slimbed/runtime/format'
import { optionalKinds } from '@slimbed/runtime/optional-kinds'
import { askedOf, isOfModel } from '../flags/asked.js'
import type { CompressFlags } from '../flags/compress.js'
import type { Calibrated } from '../open/metrics.js'
import { places } from '../open/places.js'
import type { Selected } from '../open/select-tensors.js'
import type { Weights } from '../open/weights.js'
import type { Session } from '../session/session.js'

/** Tokens of the text on which the model is compared with each table alone compressed. */
const mostTokens = 16_384
/** Bytes of a header besides checksums, about, and the share of a file that checksums take at most. */
const [header, checksums] = [5000, 0.006]

/** Throws `bad-option` for what is not looked for where several tables are compressed. */
export function checkModelPlan(flags: CompressFlags): void {
  const { target, ratio, keep, maxError, minCosine, maxPerplexity, measure, calibrate } = flags
  const refuse = (message: string) => {
    throw new SlimbedError('bad-option', message)
  }
  const asked = [target, ratio, keep, maxError, minCosine, maxPerplexity].filter((one) => one !== undefined)
  if (asked.length !== 1) {
    refuse(
      'for tables of a model give one of --target and --ratio, which they share, --keep, --max-error and --min-cosine, which each has, and --max-perplexity; or a pipeline by -p'
    )
  }
  const needing = maxPerplexity === undefined ? isOfModel(measure) && `--measure ${measure}` : '--max-perplexity'
  if (needing && calibrate === undefined) refuse(`${needing} needs a text: --calibrate valid.txt`)
  if (isForEach(flags) && calibrate !== undefined) {
    refuse(
      '--calibrate: no pipeline is looked for by it with --keep, --max-error and --min-cosine: give --max-perplexity'
    )
  }
  const own = calibrate === undefined ? 'error' : 'perplexity'
  if (
    measure !== undefined &&
    ((isOfModel(measure) ? 'perplexity' : measure) !== own || (target === undefined && ratio === undefined))
  ) {
    refuse(`--measure ${measure}: what tables of a model lose together at a size is measured by ${own} here`)
  }
}

/** Whether a quality is asked for that each table has by itself. */
const isForEach = ({ keep, maxError, minCosine }: CompressFlags): boolean =>
  [keep, maxError, minCosine].some((one) => one !== undefined)

/** The size that tables are brought to: of the tables alone, or of the file. */
function sizeGoal(
  model: ModelFile,
  selected: readonly Selected[],
  words: Vocabulary | undefined,
  { ratio, target = 0, alone }: CompressFlags,
  sizeOf: (tables: readonly PlannedTable[]) => Promise<number>
): GoalOfTables {
  if (ratio !== undefined) {
    const dense = selected.reduce((sum, { name }) => sum + denseBytes(model.matrices.get(name)!), 0)
    return { kind: 'size', bytes: Math.floor(dense / ratio), beside: 0 }
  }
  const replaced = new Set(selected.map(({ name }) => name))
  const others = alone ? [] : model.tensors.filter(({ name }) => !replaced.has(name))
  const kept = others.reduce((sum, { bytes }) => sum + bytes, 0)
  const told = words ? Object.values(packWords(words)).reduce((sum, { data }) => sum + data.byteLength, 0) : 0
  return { kind: 'size', bytes: target, beside: Math.ceil(kept + told + header + checksums * target), sizeOf }
}

const denseBytes = ({ rows, dim }: Matrix) => rows * dim * 4

/** By how much the model predicts a text worse, in nats a token, where some of its tables are others. */
async function nats({ model, tokens, context }: Calibrated, most = Infinity) {
  const some = tokens.length > most ? tokens.subarray(0, most + 1) : tokens
  const lossOf = async (made: Calibrated['model']) => (await perplexity(made, some, context)).negativeLogLikelihood
  const before = await lossOf(model)
  const rises: LossOfTables = async (tables) => {
    const { embedding, softmax } = model
    const own = {
      embedding: tables.get('embedding.weight') ?? embedding,
      softmax: tables.get('softmax.weight') ?? softmax
    }
    return (await lossOf({ ...model, ...own })) - before
  }
  return { before, rises }
}

/** The perplexity that a model is to keep. Rejects with `bad-option` where its own is higher. */
async function perplexityGoal(asked: number, calibrated: Calibrated): Promise<GoalOfTables> {
  const { before, rises } = await nats(calibrated)
  const tell = (loss: number) => `a perplexity of ${Math.exp(before + loss).toFixed(2)}`
  const most = Math.log(asked) - before
  if (most > 0) return { kind: 'quality', most, lossOf: rises, tell }
  const own = `the model itself has ${Math.exp(before).toFixed(2)} on the text`
  throw new SlimbedError('bad-option', `--max-perplexity ${asked}: ${own}, and compressed it has hardly less`)
}

/** Each table by the pipeline that keeps a quality in the fewest bytes. */
async function planEach(
  model: ModelFile,
  selected: readonly Selected[],
  weights: readonly Weights[],
  compressors: readonly CompressorPlugin[],
  flags: CompressFlags,
  options: Pick<PlanOptions, 'seed' | 'tensor' | 'signal'> & { readonly tried: (name: string) => void }
): Promise<PlannedTable[]> {
  const { tried: onTrial, ...common } = options
  const planned: PlannedTable[] = []
  for (const [i, { name }] of selected.entries()) {
    const asked = { ...askedOf(flags), weights: weights[i]!.values, onTrial: () => onTrial(name) }
    const { chosen, considered } = await plan(model.matrices.get(name)!, compressors, { ...asked, ...common })
    const { table } = load(chosen.file, { kinds: optionalKinds })
    const tried = considered.filter(({ exact }) => exact)
    planned.push({ name, compressor: chosen.compressor, made: { ...chosen.made, table }, tried })
  }
  return planned
}

/**
 * What tables of a model become in a size that they share, or by which they keep a quality, and the pipeline of each. `fileWith` resolves to the bytes of the
 * file with some tables.
 */
export async function planModel(
  model: ModelFile,
  selected: readonly Selected[],
  weights: readonly Weights[],
  calibrated: Calibrated | undefined,
  words: Vocabulary | undefined,
  flags: CompressFlags,
  fileWith: (made: readonly Compression[], pipelines: readonly Pipeline[]) => Promise<number>,
  tensor: TensorAdapter,
  session: Session
): Promise<{ readonly planned: readonly PlannedTable[]; readonly pipelines: readonly Pipeline[] }> {
  const { seed, plugin, maxPerplexity } = flags
  const { signal, progress } = session
  const unknown = calibrated && selected.find(({ name }) => !calibrated.metrics.has(name))
  if (unknown) {
    const only = 'embedding.weight and softmax.weight of a language model'
    throw new SlimbedError('bad-option', `--calibrate: ${unknown.name} is not one of ${only}: give pipelines by -p`)
  }
  const { compressors, problems } = await installedCompressors(plugin, places)
  problems.forEach(session.warn)
  let count = 0
  const tried = (name: string) => progress.phase(`trying, ${name}`, 1, () => `${++count} pipelines`)(0, 1)
  const squared: LossOfTables = async (tables) => {
    let sum = 0
    for (const [name, table] of tables) {
      const matrix = model.matrices.get(name)!
      const { relativeError } = await measure(matrix, table, { tensor, signal })
      sum += matrix.rows * matrix.dim * relativeError ** 2
    }
    return sum
  }
  const pipelinesOf = (planned: readonly PlannedTable[]) =>
    Promise.all(planned.map(({ compressor }) => pipelineOf(format(compressor), plugin, places)))
  const sizeOf = async (planned: readonly PlannedTable[]) =>
    fileWith(
      planned.map(({ made }) => made),
      await pipelinesOf(planned)
    )
  const shared = async () =>
    planTables(
      selected.map(({ name }, i) => ({
        name,
        matrix: model.matrices.get(name)!,
        weights: weights[i]!.values,
        metric: calibrated?.metrics.get(name)
      })),
      compressors,
      {
        goal:
          maxPerplexity !== undefined && calibrated
            ? await perplexityGoal(maxPerplexity, calibrated)
            : sizeGoal(model, selected, words, flags, sizeOf),
        lossOf: calibrated ? (await nats(calibrated, mostTokens)).rises : squared,
        tensor,
        seed,
        signal,
        onTrial: tried
      }
    )
  const planned = isForEach(flags)
    ? await planEach(model, selected, weights, compressors, flags, { seed, tensor, signal, tried })
    : await shared()
  return { planned, pipelines: await pipelinesOf(planned) }
}
