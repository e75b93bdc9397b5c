import type { Engine, Host, Runner } from '../engines/engine.js'
import { runJob } from '../jobs/run-job.js'
import { createLending } from './buffer-pool.js'
import { builtin } from './node-builtins.js'
import { hasThreads, Pool } from './thread-pool.js'

const none = (): never => {
  throw new Error('there is no engine here')
}

/** Runs jobs on this thread, one at a time; those of the compiled loops alone where there is no engine. */
export function inThread(engine: Engine | typeof none = none): Runner {
  const { lend, release } = createLending()
  return {
    limit: 1,
    share: (bytes) => new ArrayBuffer(bytes),
    lend,
    release,
    async run(job) {
      await runJob(engine, job)
      release(job.input)
      if (job.kernel === 'encode') return { codes: job.codes, ...(job.sums && { sums: job.sums }) }
      if (job.kernel !== 'compare') return {}
      if (!job.basis) release(job.left)
      return { sums: job.sums, ...(job.basis && { left: job.left }) }
    }
  }
}

/**
 * Seconds of work on one thread, in one pass or in all so far, after which more threads pay for their start; below `worthwhile` a pass
 * has none.
 */
const startFor = 0.3
const startAfter = 1
const worthwhile = 0.01

/** Values a second that the compiled loops quantize on one thread, roughly. */
const loopSpeed = 5e8

/** How an engine is to be used. */
export interface HostOptions {
  /** Operations a second on one thread. */
  readonly speed: number
  /** Whether each thread can have an engine of its own; else the engine has threads itself. */
  readonly threaded: boolean
  /** As many as the machine runs at once when undefined. */
  readonly wanted: number | undefined
  /** Whether threads are started at once. */
  readonly eager?: boolean | undefined
}

/** An engine and its threads, which are started when there has been enough work to pay for it. */
export function createHost(backend: string, engine: Engine, { speed, threaded, wanted, eager }: HostOptions): Host {
  const available = builtin('node:os')?.availableParallelism() ?? 1
  const threads = !threaded ? available : hasThreads() ? (wanted ?? available) : 1
  const own = inThread(engine)
  const several = threaded && threads > 1
  let pool = several && eager ? new Pool(backend, threads) : undefined
  let worked = 0
  const choose = (seconds: number) => {
    worked += seconds
    const pays = seconds >= startFor || worked >= startAfter
    if (!several || seconds < worthwhile || (!pool && !pays)) return own
    pool ??= new Pool(backend, threads)
    return pool
  }
  return {
    threads,
    runnerFor: (operations) => choose(operations / speed),
    loopsFor: (values) => choose(values / loopSpeed),
    async close() {
      await pool?.close()
      await engine.close()
    }
  }
}
