import { SlimbedError } from '@slimbed/runtime'
import { throwIfAborted } from '../../abort.js'
import { blocksOf } from '../../matrix/blocks.js'
import type { Matrix } from '../../matrix/matrix.js'
import { readAhead } from '../../matrix/read-ahead.js'
import type { Pass } from '../adapter.js'
import type { Runner } from '../engines/engine.js'
import { sumsPerRow } from '../kernels/compare.js'

/** Rows of one job: about 4 MB; a function of the shape alone, since the rounding of sums depends on it. */
export const rowsPerJob = (dim: number): number =>
  Math.min(4096, Math.max(64, 2 ** Math.floor(Math.log2(2 ** 20 / Math.max(1, dim)))))

const { setImmediate: soon = setTimeout } = globalThis as { setImmediate?: (done: () => void) => void }

/** Lets timers and signals have their turn: products block the thread. */
const breathe = () => new Promise<void>((done) => soon(done))

/** Rows `start .. start + count` of a matrix; rejects with `bad-input` when it hands out another number of values. */
export async function readRows(
  matrix: Matrix,
  start: number,
  count: number,
  into?: Float32Array
): Promise<Float32Array> {
  const block = await matrix.read(start, count, into)
  if (block.length === count * matrix.dim) return block
  const where = `rows ${start} to ${start + count}`
  throw new SlimbedError(
    'bad-input',
    `${where}: expected ${count * matrix.dim} values, the matrix gave ${block.length}`
  )
}

/** The same, in memory that the runner lent where the matrix fills such. */
export async function lendRows(runner: Runner, matrix: Matrix, start: number, count: number): Promise<Float32Array> {
  const room = runner.lend(count * matrix.dim)
  const block = await readRows(matrix, start, count, room)
  if (block.buffer !== room.buffer) runner.release(room)
  return block
}

/** Rows for a pass that calls `refuseOdd` where its results are not finite. */
export const uncheckedOf = (matrix: Matrix): Matrix => matrix.unchecked ?? matrix

/** Rejects as `matrix.read` does for the first value that is not finite, if it does for any. */
export async function refuseOdd(matrix: Matrix, signal: AbortSignal | undefined): Promise<void> {
  if (!matrix.unchecked) return
  for await (const _ of blocksOf(matrix)) throwIfAborted(signal)
}

/** The same where one of the sums of some rows is not finite. */
export async function refuseOddSums(
  sums: Float64Array,
  matrix: Matrix,
  signal: AbortSignal | undefined
): Promise<void> {
  let total = 0
  for (let at = 0; at < sums.length; at += sumsPerRow) total += sums[at]
  if (!Number.isFinite(total)) await refuseOdd(matrix, signal)
}

/** Room for the sums of rows, in memory that the runner lent. */
export const lendSums = (runner: Runner, rows: number): Float64Array =>
  new Float64Array(runner.lend(2 * rows * sumsPerRow).buffer, 0, rows * sumsPerRow)

/** Some rows of a matrix. */
export interface Block {
  /** `rows × dim`. */
  readonly input: Float32Array
  readonly rows: number
  readonly start: number
  /** 0, 1, 2 … in the order of the rows. */
  readonly index: number
}

/**
 * Reads a matrix in jobs' worth of rows, one ahead, and has as many worked on at a time as the runner likes, begun in order.
 *
 * Rejects with `aborted`, or as `read` and `work` do, when nothing is running any more.
 */
export async function forEachBlock(
  matrix: Matrix,
  runner: Runner,
  { progress, signal }: Pass,
  work: (block: Block) => Promise<void>
): Promise<void> {
  const { rows, dim } = matrix
  const step = rowsPerJob(dim)
  const running = new Set<Promise<void>>()
  let done = 0
  const read = async (start: number): Promise<Block> => {
    const count = Math.min(step, rows - start)
    return { input: await lendRows(runner, matrix, start, count), rows: count, start, index: start / step }
  }
  throwIfAborted(signal)
  let next = 0
  const blocks = readAhead(() => {
    const start = next
    next += step
    return start < rows ? read(start) : undefined
  })
  try {
    for await (const block of blocks) {
      while (running.size >= runner.limit) await Promise.race(running)
      const task = work(block).then(() => {
        running.delete(task)
        done += block.rows
        progress?.(done, rows)
      })
      task.catch(() => {})
      running.add(task)
      await breathe()
      throwIfAborted(signal)
    }
    await Promise.all(running)
  } finally {
    await Promise.allSettled(running)
  }
}
