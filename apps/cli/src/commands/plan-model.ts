import { format, type TensorAdapter } from '@slimbed/core'
import { measure } from '@slimbed/core/measure'
import type { ModelFile } from '@slimbed/io'
import { installedCompressors, type Pipeline, pipelineOf } from '@slimbed/io/plugins'
import { perplexity } from '@slimbed/lm'
import { type PlannedTable, planTables } from '@slimbed/plan'
import { SlimbedError, type Table, type Vocabulary } from '@slimbed/runtime'
import { packWords } from '@slimbed/runtime/format'
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

/** Refuses what is not looked for where several tables share their bytes. */
export function checkModelPlan({ target, ratio, keep, maxError, minCosine, measure, calibrate }: CompressFlags): void {
  const refuse = (message: string) => {
    throw new SlimbedError('bad-option', message)
  }
  if (
    keep !== undefined ||
    maxError !== undefined ||
    minCosine !== undefined ||
    (target === undefined) === (ratio === undefined)
  ) {
    refuse(
      'tables of a model share a size: give --target or --ratio, or a pipeline by -p; for a quality, one --tensor with --alone'
    )
  }
  if (measure === 'logits' && calibrate === undefined) refuse('--measure logits needs a text: --calibrate valid.txt')
  const own = calibrate === undefined ? 'error' : 'logits'
  if (measure !== undefined && measure !== own) {
    refuse(`--measure ${measure}: what tables of a model lose together is measured by ${own} here`)
  }
}

/** Bytes that the tables may take. */
function bytesFor(
  model: ModelFile,
  selected: readonly Selected[],
  words: Vocabulary | undefined,
  flags: CompressFlags
): number {
  const dense = selected.reduce((sum, { name }) => {
    const { rows, dim } = model.matrices.get(name)!
    return sum + rows * dim * 4
  }, 0)
  if (flags.ratio !== undefined) return Math.floor(dense / flags.ratio)
  const { target = 0 } = flags
  const replaced = new Set(selected.map(({ name }) => name))
  const others = flags.alone ? [] : model.tensors.filter(({ name }) => !replaced.has(name))
  const kept = others.reduce((sum, { bytes }) => sum + bytes, 0)
  const told = words ? Object.values(packWords(words)).reduce((sum, { data }) => sum + data.byteLength, 0) : 0
  const left = Math.floor(target * (1 - checksums) - kept - told - header)
  if (left > 0) return left
  const least = `its other tensors and words take ${(kept + told).toLocaleString('en-US')} bytes alone`
  throw new SlimbedError('bad-option', `no pipeline makes a file of ${target.toLocaleString('en-US')} bytes: ${least}`)
}

/** By how much the model predicts a text worse, in nats a token, where one of its tables is another one. */
async function nats({ model, tokens, context }: Calibrated) {
  const some = tokens.subarray(0, mostTokens + 1)
  const lossOf = async (made: Calibrated['model']) => (await perplexity(made, some, context)).negativeLogLikelihood
  const before = await lossOf(model)
  return async (name: string, table: Table) =>
    (await lossOf({ ...model, [name === 'embedding.weight' ? 'embedding' : 'softmax']: table })) - before
}

/** What tables of a model become in a size that they share, and the pipeline of each. */
export async function planModel(
  model: ModelFile,
  selected: readonly Selected[],
  weights: readonly Weights[],
  calibrated: Calibrated | undefined,
  words: Vocabulary | undefined,
  flags: CompressFlags,
  tensor: TensorAdapter,
  session: Session
): Promise<{ readonly planned: readonly PlannedTable[]; readonly pipelines: readonly Pipeline[] }> {
  const { seed, plugin } = flags
  const { signal, progress } = session
  const unknown = calibrated && selected.find(({ name }) => !calibrated.metrics.has(name))
  if (unknown) {
    const only = 'embedding.weight and softmax.weight of a language model'
    throw new SlimbedError('bad-option', `--calibrate: ${unknown.name} is not one of ${only}: give pipelines by -p`)
  }
  const { compressors, problems } = await installedCompressors(plugin, places)
  problems.forEach(session.warn)
  const lossInNats = calibrated && (await nats(calibrated))
  const squared = async (name: string, table: Table) => {
    const matrix = model.matrices.get(name)!
    const { relativeError } = await measure(matrix, table, { tensor, signal })
    return matrix.rows * matrix.dim * relativeError ** 2
  }
  let tried = 0
  const planned = await planTables(
    selected.map(({ name }, i) => ({
      name,
      matrix: model.matrices.get(name)!,
      weights: weights[i]!.values,
      metric: calibrated?.metrics.get(name)
    })),
    compressors,
    {
      bytes: bytesFor(model, selected, words, flags),
      lossOf: lossInNats ?? squared,
      tensor,
      seed,
      signal,
      onTrial: (name) => progress.phase(`trying, ${name}`, 1, () => `${++tried} pipelines`)(0, 1)
    }
  )
  const pipelines: Pipeline[] = []
  for (const { compressor } of planned) pipelines.push(await pipelineOf(format(compressor), plugin, places))
  return { planned, pipelines }
}
