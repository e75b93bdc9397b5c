import type { Matrix } from '@slimbed/runtime'
import { throwIfAborted } from '../../abort.js'
import { readAhead } from '../../matrix/read-ahead.js'
import type { Pass } from '../types.js'
import { rowsPerJob } from './rows-per-job.js'
import type { Runner } from './runner.js'
import { lendRows } from './runner-memory.js'

const { setImmediate: soon = setTimeout } = globalThis as { setImmediate?: (done: () => void) => void }

/** Lets timers and signals run, since products block the thread. */
const breathe = () => new Promise<void>((done) => soon(done))

/** The rows of a matrix that are one job. */
interface JobBlock {
  /** `rows × dim`. */
  readonly input: Float32Array
  readonly rows: number
  readonly start: number
  /** 0, 1, 2 … in the order of the blocks. */
  readonly index: number
}

/** Options of `forEachBlock`. */
interface BlockPass extends Pass {
  /** Rows of a block: `rowsPerJob` unless given. */
  readonly step?: number
  /** The rows that are read: `count` from `from` on, all of them unless given. */
  readonly from?: number
  readonly count?: number
  /** Called before each block; if it returns true, the pass ends. */
  readonly ended?: () => boolean
}

/**
 * Reads rows of a matrix in blocks of one job each, one block ahead, and starts the jobs in order, as many at a time as the runner asks
 * for.
 *
 * Rejects with `aborted`, or as `read` and `work` do, after everything that was running has finished.
 */
export async function forEachBlock(
  matrix: Matrix,
  runner: Runner,
  { progress, signal, step = rowsPerJob(matrix.dim), from = 0, count, ended = () => false }: BlockPass,
  work: (block: JobBlock) => Promise<void>
): Promise<void> {
  const rows = count ?? matrix.rows
  const end = from + rows
  const running = new Set<Promise<void>>()
  let done = 0
  const read = async (start: number): Promise<JobBlock> => {
    const some = Math.min(step, end - start)
    const index = (start - from) / step
    return { input: await lendRows(runner, matrix, start, some), rows: some, start, index }
  }
  throwIfAborted(signal)
  let next = from
  const blocks = readAhead(() => {
    const start = next
    next += step
    return start < end && !ended() ? read(start) : undefined
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
