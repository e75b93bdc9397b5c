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
interface JobBlock<Values> {
  /** `rows × dim`. */
  readonly input: Values
  readonly rows: number
  readonly start: number
  /** 0, 1, 2 … in the order of the blocks. */
  readonly index: number
}

/** Options of `forEachRead`. */
interface ReadPass<Values> extends Pass {
  /** Rows of a block. */
  readonly step: number
  /** The rows that are read: `count` from `from` on. */
  readonly from: number
  readonly count: number
  /** Called before each block; if it returns true, the pass ends. */
  readonly ended?: (() => boolean) | undefined
  /** Rows `start … start + count`, in memory that the runner lent. */
  readonly read: (start: number, count: number) => Promise<Values>
}

/** Options of `forEachBlock`: a block has `rowsPerJob` rows, and all are read, unless given. */
type BlockPass = Partial<Omit<ReadPass<Float32Array>, 'read'>>

/** `forEachRead` of the rows of a matrix. */
export function forEachBlock(
  matrix: Matrix,
  runner: Runner,
  { step = rowsPerJob(matrix.dim), from = 0, count = matrix.rows, ...pass }: BlockPass,
  work: (block: JobBlock<Float32Array>) => Promise<void>
): Promise<void> {
  const read = (start: number, some: number) => lendRows(runner, matrix, start, some)
  return forEachRead(runner, { ...pass, step, from, count, read }, work)
}

/**
 * Reads rows in blocks of one job each, one block ahead, and starts the jobs in order, as many at a time as the runner asks for.
 *
 * Rejects with `aborted`, or as `read` and `work` do, after everything that was running has finished.
 */
export async function forEachRead<Values>(
  runner: Runner,
  { progress, signal, step, from, count: rows, read, ended = () => false }: ReadPass<Values>,
  work: (block: JobBlock<Values>) => Promise<void>
): Promise<void> {
  const end = from + rows
  const running = new Set<Promise<void>>()
  let done = 0
  const readBlock = async (start: number): Promise<JobBlock<Values>> => {
    const some = Math.min(step, end - start)
    const index = (start - from) / step
    return { input: await read(start, some), rows: some, start, index }
  }
  throwIfAborted(signal)
  let next = from
  const blocks = readAhead(() => {
    const start = next
    next += step
    return start < end && !ended() ? readBlock(start) : undefined
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
