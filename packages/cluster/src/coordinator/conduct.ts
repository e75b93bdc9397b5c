import { SlimbedError } from '@slimbed/core/errors'
import type { SpreadPass } from '@slimbed/core/tensor'
import { pack } from '../pack.js'
import type { NumberedPass } from '../run/passes.js'
import { type Loaded, loadShard, loadSums, shardsInOrder, shardsOf, visitShard } from '../run/shard.js'
import { unlessAborted } from '../run/wait.js'
import { keys, type Store } from '../store.js'
import type { Dispatch, ShardJob } from './dispatch.js'

/** What conducting passes needs. */
export interface Conducting {
  readonly run: string
  readonly store: Store
  readonly dispatch: Dispatch
  /** Keys that were in the store when the run began. */
  readonly found: ReadonlySet<string>
  /** Aborted, with the reason, when the run cannot go on. */
  readonly failed: AbortSignal
  /** Called when a pass begins, and when its sums are in the store. */
  readonly begun: (number: number, name: string, rows: number, shards: number, done: number) => Promise<void>
  readonly published: () => Promise<void>
}

/** Shards that are fetched while one is in use, and how often a shard that is not whole is done again. */
const [ahead, repeats] = [3, 3]

/** Fetches a shard once it is done; one that is damaged is done again. */
async function fetchShard(
  { run, store, dispatch, failed }: Conducting,
  name: string,
  job: ShardJob,
  room: Uint8Array | undefined
): Promise<Loaded> {
  const { pass, shard, fingerprint } = job
  for (let turn = 0; turn < repeats; turn++) {
    await unlessAborted(dispatch.done(job), failed)
    const found = await loadShard(store, run, pass, shard, fingerprint, room)
    if (found) return found
    await store.remove(keys.shard(run, pass, shard))
    await unlessAborted(dispatch.drop([job]), failed)
    await unlessAborted(dispatch.add(name, [job]), failed)
  }
  throw new SlimbedError(
    'io',
    `cluster: shard ${shard} of pass ${pass} is not in the store although it was done: do all see the same one?`
  )
}

/** Does a pass: hands its shards to workers, adds up their sums in order and hands on what they made. */
export async function conductPass(conducting: Conducting, numbered: NumberedPass): Promise<Float64Array> {
  const { run, store, dispatch, found, failed, begun, published } = conducting
  const { number, fingerprint } = numbered
  const pass: SpreadPass<unknown> = numbered.pass
  const { name, rows, progress } = pass
  failed.throwIfAborted()
  const before = found.has(keys.sums(run, number)) ? await loadSums(store, run, number, fingerprint) : undefined
  if (before && !pass.visit) return before
  const shards = shardsOf(pass)
  const jobs = Array.from({ length: shards }, (_, shard): ShardJob => ({ pass: number, shard, fingerprint }))
  const missing = jobs.filter(({ shard }) => !found.has(keys.shard(run, number, shard)))
  // Without Redis none of this is answered: a run that has failed does not wait for it.
  await unlessAborted(begun(number, name, rows, shards, shards - missing.length), failed)
  if (!before) await unlessAborted(dispatch.add(name, missing), failed)
  let sums: Float64Array | undefined
  let done = 0
  const fetchOne = (index: number, room?: Uint8Array) => fetchShard(conducting, name, jobs[index], room)
  for await (const shard of shardsInOrder(pass, shards, ahead, fetchOne)) {
    failed.throwIfAborted()
    sums ??= new Float64Array(shard.sums.length)
    pass.merge(sums, shard.sums)
    const ended = await visitShard(pass, shard)
    progress?.(Math.min(rows, ++done * pass.step), rows)
    if (ended) break
  }
  await unlessAborted(dispatch.drop(jobs.slice(done)), failed)
  const total = sums ?? new Float64Array()
  await store.put(keys.sums(run, number), pack({ fingerprint, sums: total }))
  await unlessAborted(published(), failed)
  // Nobody waits for that; what cannot be removed now is removed at the end, or is an error there.
  if (!pass.visit)
    void Promise.all(jobs.map(({ shard }) => store.remove(keys.shard(run, number, shard)))).catch(() => {})
  return total
}
