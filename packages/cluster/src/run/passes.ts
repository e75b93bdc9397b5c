import { AsyncLocalStorage } from 'node:async_hooks'
import { alone, type Spread, type SpreadPass } from '@slimbed/core/tensor'
import { fingerprintOf } from '../fingerprint.js'

/** A pass that is done in shards. */
export interface NumberedPass {
  /** Passes are numbered in the order in which the program begins them. */
  readonly number: number
  readonly pass: SpreadPass<unknown>
  readonly fingerprint: string
}

/** Whether what runs is a part of a pass: passes within it are its own. */
const inside = new AsyncLocalStorage<true>()

/** Runs a part of a pass. */
export const within = <T>(work: () => Promise<T>): Promise<T> => inside.run(true, work)

/**
 * Numbers the passes of a program, which are the same on all machines. Those of one shard, and passes within a part of another one, are not
 * worth sending: each machine does them itself.
 */
export function numberPasses(conduct: (pass: NumberedPass) => Promise<Float64Array>): Spread {
  let next = 0
  return {
    alone: false,
    over<Made>(pass: SpreadPass<Made>): Promise<Float64Array> {
      if (inside.getStore() || (pass.rows <= pass.step && !pass.whole)) return within(() => alone.over(pass))
      const own = pass as SpreadPass<unknown>
      return conduct({ number: next++, pass: own, fingerprint: fingerprintOf(own) })
    }
  }
}
