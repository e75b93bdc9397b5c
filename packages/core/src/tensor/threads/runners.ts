import type { Engine } from '../engines/engine.js'
import { alone, type Spread } from '../spread/spread.js'
import { createLocalRunner } from './local-runner.js'
import { nodeBuiltin } from './node-builtins.js'
import type { Runners } from './runner.js'
import { canStartThreads, ThreadPool } from './thread-pool.js'

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
export interface RunnerOptions {
  /** Where its package lies, when that is known. */
  readonly url?: string | undefined
  /** Operations a second on one thread. */
  readonly speed: number
  /** Whether each thread can have an engine of its own; else the engine has threads itself. */
  readonly threaded: boolean
  /** As many as the machine runs at once when undefined. */
  readonly wanted: number | undefined
  /** Whether threads are started at once. */
  readonly eager?: boolean | undefined
  /** Who does the parts of passes; the caller unless given. */
  readonly spread?: Spread | undefined
}

/** The engine of the calling thread. */
export interface LocalEngine {
  /** Resolves to the engine, which the first call opens; rejects where it does not work. */
  readonly open: () => Promise<Engine>
  readonly isOpen: () => boolean
}

/** The runners of an engine. Threads are started when there has been enough work to pay for it. */
export function createRunners(
  backend: string,
  { open, isOpen }: LocalEngine,
  { url, speed, threaded, wanted, eager, spread = alone }: RunnerOptions
): Runners {
  const available = nodeBuiltin('node:os')?.availableParallelism() ?? 1
  const threads = !threaded ? available : canStartThreads() ? (wanted ?? available) : 1
  const local = createLocalRunner(open)
  const several = threaded && threads > 1
  let pool = several && eager ? new ThreadPool({ backend, url }, threads) : undefined
  let worked = 0
  const choose = (seconds: number) => {
    worked += seconds
    const pays = seconds >= startFor || worked >= startAfter
    if (!several || seconds < worthwhile || (!pool && !pays)) return local
    pool ??= new ThreadPool({ backend, url }, threads)
    return pool
  }
  return {
    threads,
    speed,
    spread,
    // A thread has an engine, or opens one in any case: what is small does not pay for another.
    forProducts: (operations) => (pool && !isOpen() ? pool : choose(operations / speed)),
    forLoops: (values) => choose(values / loopSpeed),
    async close() {
      await pool?.close()
      // What did not open has been reported by the operation that needed it.
      if (isOpen())
        await open().then(
          (engine) => engine.close(),
          () => {}
        )
    }
  }
}
