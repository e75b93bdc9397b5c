import type { Engine, Host, Runner } from './engine.js'
import { createLending } from './lending.js'
import { builtin } from './node.js'
import { hasThreads, Pool } from './pool.js'
import { runJob } from './worker/kernels.js'

/** Runs jobs on this thread, one at a time. */
function inThread(engine: Engine): Runner {
  const { lend, release } = createLending()
  return {
    limit: 1,
    share: (bytes) => new ArrayBuffer(bytes),
    lend,
    release,
    async run(job) {
      await runJob(engine, job)
      release(job.input)
      if ('left' in job) release(job.left)
    }
  }
}

/** Seconds of work on one thread after which more threads pay for their start; below `worthwhile` never. */
const startAfter = 0.3
const worthwhile = 0.01

/** How an engine is to be used. */
export interface HostOptions {
  /** Operations a second on one thread. */
  readonly speed: number
  /** Whether each thread can have an engine of its own; else the engine has threads itself. */
  readonly threaded: boolean
  /** As many as the machine runs at once when undefined. */
  readonly wanted: number | undefined
}

/** An engine and its threads, which are started when there has been enough work to pay for it. */
export function createHost(backend: string, engine: Engine, { speed, threaded, wanted }: HostOptions): Host {
  const available = builtin('node:os')?.availableParallelism() ?? 1
  const threads = !threaded ? available : hasThreads() ? (wanted ?? available) : 1
  const own = inThread(engine)
  let pool: Pool | undefined
  let worked = 0
  return {
    threads,
    runnerFor(operations) {
      const seconds = operations / speed
      worked += seconds
      if (!threaded || threads === 1 || seconds < worthwhile || (!pool && worked < startAfter)) return own
      pool ??= new Pool(backend, threads)
      return pool
    },
    async close() {
      await pool?.close()
      await engine.close()
    }
  }
}
