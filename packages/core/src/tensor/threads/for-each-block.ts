import type { Matrix } from '@slimbed/runtime'
import { throwIfAborted } from '../../abort.js'
import { readAhead } from '../../matrix/read-ahead.js'
import type { Pass } from '../types.js'
import type { Runner } from './runner.js'
import { lendRows } from './runner-memory.js'

/** The largest power of two up to a number, at least 1. */
const powerBelow = (value: number) => 2 ** Math.max(0, Math.floor(Math.log2(value)))

/**
 * Rows of one job: about 4 MB, or 64 where those take no more than 16; a function of the shape alone, since the rounding of sums
 * depends on it.
 */
export function rowsPerJob(dim: number): number {
  const [usual, most] = [powerBelow(2 ** 20 / Math.max(1, dim)), powerBelow(2 ** 22 / Math.max(1, dim))]
  return Math.min(4096, Math.max(usual, Math.min(64, most)))
}

const { setImmediate: soon = setTimeout } = globalThis as { setImmediate?: (done: () => void) => void }

/** Lets timers and signals run, since products block the thread. */
const breathe = () => new Promise<void>((done) => soon(done))

/** The rows of a matrix that are one job. */
interface JobBlock {
  /** `rows × dim`. */
  readonly input: Float32Array
  readonly rows: number
  readonly start: number
  /** 0, 1, 2 … in the order of the rows. */
  readonly index: number
}

/** Options of `forEachBlock`. */
interface BlockPass extends Pass {
  /** Rows of a block: `rowsPerJob` unless given. */
  readonly step?: number
  /** Called before each block; if it returns true, the pass ends. */
  readonly ended?: () => boolean
}

/**
 * Reads a matrix in blocks of one job each, one block ahead, and starts the jobs in order, as many at a time as the runner asks
 * for.
 *
 * Rejects with `aborted`, or as `read` and `work` do, after everything that was running has finished.
 */
export async function forEachBlock(
  matrix: Matrix,
  runner: Runner,
  { progress, signal, step = rowsPerJob(matrix.dim), ended = () => false }: BlockPass,
  work: (block: JobBlock) => Promise<void>
): Promise<void> {
  const { rows } = matrix
  const running = new Set<Promise<void>>()
  let done = 0
  const read = async (start: number): Promise<JobBlock> => {
    const count = Math.min(step, rows - start)
    return { input: await lendRows(runner, matrix, start, count), rows: count, start, index: start / step }
  }
  throwIfAborted(signal)
  let next = 0
  const blocks = readAhead(() => {
    const start = next
    next += step
    return start < rows && !ended() ? read(start) : undefined
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
