import {
  type Compressor,
  denseOf,
  isSlimbedError,
  materialize,
  matrixOf,
  randomAt,
  type Table,
  type TensorAdapter,
  tableBytes
} from '@slimbed/core'
import { measure } from '@slimbed/core/measure'
import { applyStage } from '@slimbed/core/plugins'
import type { Into } from './into.js'
import { type Loss, lossOf } from './loss.js'
import type { Sample } from './samples.js'

/** What trials have in common. */
export interface Trials {
  readonly loss: Loss
  readonly tensor: TensorAdapter
  readonly seed: number
  readonly signal: AbortSignal | undefined
  /** As in `PlanOptions`, with a few rows on which a pipeline shows whether there is a place for its tables. */
  readonly into?: (Into & { readonly few: Sample }) | undefined
  /** The smaller sample and the larger one; one that is all rows stands alone. */
  readonly samples: readonly Sample[]
  /** Fewer rows than in a sample. */
  readonly glance: Sample
  /** How much errors along columns count, as in `Context`. */
  readonly metric?: Float64Array | undefined
  /** Rows of the matrix. */
  readonly rows: number
  /** Called for each pipeline that fails other than by refusing its options or the matrix. */
  readonly onFailure: (stages: readonly Compressor[], error: Error) => void
}

/** What a pipeline comes to on all rows, by what it came to on samples. */
export interface Estimate {
  /** Of the table, in the file that it goes into. */
  readonly bytes: number
  /** Of its tensors in a file of ours, which rates are set by. */
  readonly own: number
  readonly loss: number
  readonly seconds: number
  /** Values that are left as plain numbers, and the bytes of everything else. */
  readonly plain: number
  readonly coded: number
  /** The shape of the largest matrix of plain numbers; undefined where there is none, or it is the matrix itself. */
  readonly largest: { readonly rows: number; readonly dim: number } | undefined
  /** What it came to on the smaller sample, and on the larger one. */
  readonly small: Seen
  readonly large: Seen
}

/** What a pipeline came to on some rows: bits a value, those of them that no later stage makes fewer, and the loss. */
export interface Seen {
  readonly bits: number
  readonly coded: number
  readonly loss: number
}

/** When a pipeline is given up. */
export interface Limits {
  /** Asked of what it came to on the smaller sample. */
  readonly isWorth: (seen: Seen) => boolean
  /** Whether that is asked of fewer rows before. */
  readonly glance?: boolean
}

/** The matrices that a later stage may compress. */
function* leavesOf(table: Table): Generator<{ rows: number; dim: number }> {
  const matrix = matrixOf(table)
  if (matrix) yield matrix
  for (const child of Object.values(table.children)) yield* leavesOf(child)
}

/** Runs the stages on a sample. */
async function runOn({ matrix, weights }: Sample, stages: readonly Compressor[], use: Trials): Promise<Table> {
  const { tensor, seed, signal, metric } = use
  let table = denseOf(matrix)
  for (const stage of stages) {
    const context = { path: [], weights, metric, tensor, seed, random: randomAt(seed), progress: () => {}, signal }
    table = await applyStage(table, stage, context)
  }
  return materialize(table)
}

/** Whether there is a place for a table of the kind that the stages make; true also where a few rows do not tell. */
async function hasPlace(stages: readonly Compressor[], use: Trials): Promise<boolean> {
  if (!use.into) return true
  const { sizeOf, few } = use.into
  try {
    return (await sizeOf(await runOn(few, stages, use))) !== undefined
  } catch (error) {
    if (isSlimbedError(error) && !use.signal?.aborted) return true
    throw error
  }
}

async function tryOn(sample: Sample, stages: readonly Compressor[], use: Trials): Promise<Estimate | undefined> {
  const { tensor, signal, loss } = use
  const { matrix, weights } = sample
  const start = performance.now()
  const made = await runOn(sample, stages, use)
  const measured = await measure(matrix, made, { tensor, weights, signal })
  const leaves = [...leavesOf(made)]
  const plain = leaves.reduce((sum, { rows, dim }) => sum + rows * dim, 0)
  const own = tableBytes(made)
  const bytes = use.into ? await use.into.sizeOf(made) : own
  if (bytes === undefined) return undefined
  const lost = await lossOf(loss, matrix, { table: made, measured }, tensor, signal)
  const size = (leaf: { rows: number; dim: number }) => leaf.rows * leaf.dim
  const coded = bytes - 4 * plain
  const seen = { bits: (8 * bytes) / size(matrix), coded: (8 * coded) / size(matrix), loss: lost }
  return {
    bytes,
    own,
    loss: lost,
    seconds: (performance.now() - start) / 1000,
    plain,
    coded,
    largest: matrixOf(made) ? undefined : leaves.sort((a, b) => size(b) - size(a))[0],
    small: seen,
    large: seen
  }
}

/**
 * From two samples to all rows. What a row takes, and the logarithm of the loss, change with the inverse of the number of rows: parts that do not
 * grow with the rows, such as a basis, are shared by them, and what is fitted to few rows fits them too well.
 */
function extrapolate([small, large]: readonly Estimate[], [few, many]: readonly number[], rows: number): Estimate {
  const share = (1 / many - 1 / rows) / (1 / few - 1 / many)
  const linear = (of: (one: Estimate) => number) =>
    rows * Math.max(0, of(large) / many + (of(large) / many - of(small) / few) * share)
  const step = Math.log2((large.loss + 1e-30) / (small.loss + 1e-30)) * share
  const { largest } = large
  const grows = largest && small.largest && largest.rows > small.largest.rows
  return {
    bytes: linear(({ bytes }) => bytes),
    own: linear(({ own }) => own),
    loss: large.loss * 2 ** Math.max(-1, Math.min(1, step)),
    seconds: Math.max(large.seconds, small.seconds + ((large.seconds - small.seconds) * (rows - few)) / (many - few)),
    plain: linear(({ plain }) => plain),
    coded: linear(({ coded }) => coded),
    largest: grows ? { rows: Math.round((largest.rows * rows) / many), dim: largest.dim } : largest,
    small: small.small,
    large: large.large
  }
}

/** Whether a few rows leave it open that a pipeline is worth a trial; they do where they are too few for it. */
async function isOpen(stages: readonly Compressor[], use: Trials, { isWorth, glance }: Limits): Promise<boolean> {
  if (!glance) return true
  try {
    const made = await tryOn(use.glance, stages, use)
    return made === undefined || isWorth(made.small)
  } catch (error) {
    if (isSlimbedError(error) && !use.signal?.aborted) return true
    throw error
  }
}

/**
 * What a pipeline comes to, estimated; undefined where it refuses the matrix, where it fails, and where the limits say that it is not worth
 * its time. Rejects with `aborted`, and where there is not enough memory.
 */
export async function estimated(
  stages: readonly Compressor[],
  use: Trials,
  limits: Limits = { isWorth: () => true }
): Promise<Estimate | undefined> {
  const { samples, rows, signal } = use
  try {
    if (!(await hasPlace(stages, use)) || !(await isOpen(stages, use, limits))) return undefined
    const found: Estimate[] = []
    for (const sample of samples) {
      const made = await tryOn(sample, stages, use)
      if (!made || (found.length === 0 && !limits.isWorth(made.small))) return undefined
      found.push(made)
    }
    const counts = samples.map(({ matrix }) => matrix.rows)
    return found.length === 1 ? found[0] : extrapolate(found, counts, rows)
  } catch (error) {
    if (signal?.aborted || !(error instanceof Error)) throw error
    if (!isSlimbedError(error, 'bad-option') && !isSlimbedError(error, 'bad-input')) use.onFailure(stages, error)
    return undefined
  }
}
