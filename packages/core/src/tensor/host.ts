import type { Engine, Host, Runner } from './engine.js'
import { builtin } from './node.js'
import { hasThreads, Pool } from './pool.js'
import { runJob } from './worker/kernels.js'

/** Runs jobs on this thread, one at a time. */
const inThread = (engine: Engine): Runner => ({
  limit: 1,
  share: (bytes) => new ArrayBuffer(bytes),
  run: (job) => runJob(engine, job)
})

/** Seconds of work on one thread after which more threads pay for their start; below `worthwhile` never. */
const startAfter = 0.3
const worthwhile = 0.01

/**
 * An engine with up to `threads` threads (as many as the machine runs at once when undefined): they are started when there has
 * been enough work to pay for it. `speed` is the engine's on one thread, in operations a second.
 */
export function createHost(backend: string, engine: Engine, speed: number, wanted?: number): Host {
  const threads = hasThreads() ? (wanted ?? builtin('node:os')?.availableParallelism() ?? 1) : 1
  const own = inThread(engine)
  let pool: Pool | undefined
  let worked = 0
  return {
    threads,
    runnerFor(operations) {
      const seconds = operations / speed
      worked += seconds
      if (threads === 1 || seconds < worthwhile || (!pool && worked < startAfter)) return own
      pool ??= new Pool(backend, threads)
      return pool
    },
    async close() {
      await pool?.close()
      await engine.close()
    }
  }
}
