import { SlimbedError } from '@slimbed/core/errors'
import type { Spread } from '@slimbed/core/tensor'
import type { ShardJob } from '../coordinator/dispatch.js'
import { type NumberedPass, numberPasses, within } from '../run/passes.js'
import { loadShard, loadSums, makeShard, shardsInOrder, shardsOf, visitShard } from '../run/shard.js'
import { createChanges, unlessAborted } from '../run/wait.js'
import type { Store } from '../store.js'

/** The program of a run, on a worker. */
export interface Program {
  /** Versions of all that decides about results, by package: those of the coordinator must be the same. */
  readonly versions: Readonly<Record<string, string>>
  /** Shards of it that are done at the same time; two unless it says another number. */
  readonly atOnce?: number
  /** Removes what the part of a pass may have left elsewhere than in the store, where the run was over before it was done. */
  discard?(part: number): Promise<void>
  /** Rejects with `bad-input` where the input is no longer what the coordinator saw. */
  verify(): Promise<void>
  /** Runs it; what it makes is of no use here. It is abandoned, by an abort, when the run is over. */
  run(spread: Spread, signal: AbortSignal): Promise<unknown>
  close(): Promise<void>
}

/** A copy of the program of a run, which goes as far as the shards that are asked of it. */
export interface Replica {
  /** Does a shard, in `room` if that is large enough. Rejects with `unsupported` where the copy does not compute the same as the coordinator. */
  make(job: ShardJob, room?: Uint8Array): Promise<Uint8Array>
  /** How many rows a shard has. */
  rowsOf(job: ShardJob): number
  /** Lets the program go on where passes came to nothing but sums. */
  go(): void
  /** Whether the program failed: then another copy is needed. */
  failed(): boolean
  close(): Promise<void>
}

/** Between looks whether what a pass came to is there, in milliseconds; and shards that are loaded while one is in use. */
const [interval, ahead] = [50, 1]

/** Starts a copy of a program. */
export function createReplica(run: string, program: Program, store: Store): Replica {
  const over = new AbortController()
  const opened = new Map<number, NumberedPass>()
  let wanted = -1
  let failure: { readonly error: unknown } | undefined
  const changes = createChanges()

  /** The sums of a pass, once it is past: nothing is asked of it any more, or it made nothing but sums that are there already. */
  const sumsOf = async ({ number, pass, fingerprint }: NumberedPass): Promise<Float64Array> => {
    for (;;) {
      const seen = changes.count()
      over.signal.throwIfAborted()
      const past = wanted > number
      const sums = past || !pass.visit ? await loadSums(store, run, number, fingerprint) : undefined
      if (sums) return sums
      await changes.next(past ? interval : 60_000, seen)
    }
  }
  const follow = async (numbered: NumberedPass): Promise<Float64Array> => {
    const { number, pass, fingerprint } = numbered
    opened.set(number, numbered)
    changes.tell()
    const sums = await sumsOf(numbered)
    if (!pass.visit) return sums
    const loadOne = async (shard: number, room?: Uint8Array) => {
      over.signal.throwIfAborted()
      const found = await loadShard(store, run, number, shard, fingerprint, room)
      if (found) return found
      throw new SlimbedError('io', `cluster: shard ${shard} of pass ${number} is gone from the store`)
    }
    for await (const shard of shardsInOrder(pass, shardsOf(pass), ahead, loadOne)) {
      if (await visitShard(pass, shard)) break
    }
    return sums
  }
  // At once: what comes before the first pass is done while the first shard is on its way.
  const running = program.run(numberPasses(follow), over.signal).then(
    () => {},
    (error) => {
      failure = { error }
      changes.tell()
    }
  )
  const passOf = async ({ pass: number, fingerprint }: ShardJob): Promise<NumberedPass> => {
    wanted = Math.max(wanted, number)
    changes.tell()
    for (;;) {
      const seen = changes.count()
      over.signal.throwIfAborted()
      const found = opened.get(number)
      if (found && found.fingerprint !== fingerprint) {
        const message = `cluster: pass ${number} (${found.pass.name}) is another one here than where the run was begun: its data differ`
        throw new SlimbedError('unsupported', message)
      }
      if (found) return found
      if (failure) throw failure.error
      await changes.next(60_000, seen)
    }
  }
  return {
    async make(job, room) {
      const { pass, fingerprint } = await unlessAborted(passOf(job), over.signal)
      return within(() => makeShard(pass, job.shard, fingerprint, room))
    },
    rowsOf({ pass: number, shard }) {
      const { rows = 0, step = 0 } = opened.get(number)?.pass ?? {}
      return Math.min(step, rows - shard * step)
    },
    go: changes.tell,
    failed: () => failure !== undefined,
    async close() {
      over.abort(new SlimbedError('aborted', 'cluster: the run is over'))
      changes.tell()
      await running
      await program.close()
    }
  }
}
