import type { Spread } from '@slimbed/core/tensor'
import type { Client } from '../run/client.js'
import { numberPasses } from '../run/passes.js'
import { names, type RunRecord, recordOf } from '../run/record.js'
import { connect, watchConnection } from '../run/redis.js'
import { patience as briefly, settled, sleep, unlessAborted } from '../run/wait.js'
import type { Store } from '../store.js'
import { conductPass } from './conduct.js'
import { createDispatch, type Dispatch } from './dispatch.js'
import { type Owned, ownRun } from './own.js'

/** Options of `coordinate`. */
export interface CoordinateOptions extends Omit<RunRecord, 'id'> {
  /** `redis://host:port`. */
  readonly redis: string
  /** What the text `store` stands for. */
  readonly opened: Store
  readonly signal?: AbortSignal | undefined
  /** Milliseconds that Redis may be away; a minute unless another time is given. */
  readonly patience?: number | undefined
  /** Rejects where the input is not as it was when the run began. Asked when a worker takes no part, which may be why. */
  readonly verify?: (() => Promise<void>) | undefined
  /** Called at the end, once workers can know that the run is over, if it was begun: removes what else it has left. */
  readonly ended?: (() => Promise<void>) | undefined
  /** Called with a line about workers that cannot take part, or about a run that is taken up again. */
  readonly onNote?: ((line: string) => void) | undefined
}

/**
 * How often it is looked for workers that refuse the run, how long Redis may be away at the end, and how long the removal of what a run left may take, in
 * milliseconds.
 */
const [interval, away, removing] = [1000, 5000, 30_000]

/** Hands on what workers say that refuse a run, each once, until `signal` is aborted. */
async function watchWorkers(
  redis: Client,
  run: string,
  note: (line: string) => Promise<void>,
  signal: AbortSignal
): Promise<void> {
  const told = new Set<string>()
  for (; !signal.aborted; await sleep(interval, signal)) {
    const refused: Record<string, string> = await redis.hgetall(names.refused(run)).catch(() => ({}))
    for (const [worker, why] of Object.entries(refused)) {
      if (!told.has(worker)) await note(`worker ${worker} takes no part: ${why}`)
      told.add(worker)
    }
  }
}

/** Whether Redis answers, or does so soon. */
async function isThere(redis: Client, gone: AbortSignal): Promise<boolean> {
  const end = Date.now() + away
  while (redis.status !== 'ready' && !gone.aborted && Date.now() < end) await sleep(100, gone)
  return redis.status === 'ready'
}

/** A connected run. */
interface Run {
  readonly redis: Client
  readonly record: RunRecord
  readonly owned: Owned
  readonly dispatch: Dispatch
  readonly failed: AbortSignal
  /** Aborted when Redis has been away for too long. */
  readonly gone: AbortSignal
  readonly fail: (error: unknown) => void
}

/** Does the work of a run, and removes all that is left of it. */
async function conductRun<T>(
  { redis, record: { id: run }, owned, dispatch, failed, gone, fail }: Run,
  { opened: store, verify = async () => {}, ended = async () => {}, onNote = () => {} }: CoordinateOptions,
  work: (spread: Spread) => Promise<T>
): Promise<T> {
  const finished = new AbortController()
  const refused = async (line: string) => {
    onNote(line)
    await verify().catch(fail)
  }
  const watching = watchWorkers(redis, run, refused, finished.signal)
  const news = async () => {
    await redis.publish(names.news, run)
  }
  try {
    const found = new Set(await store.list(`${run}/`))
    if (found.size > 0) onNote(`run ${run} is taken up again, with what was done of it before`)
    const begun = async (number: number, name: string, rows: number, shards: number, done: number) => {
      await owned.begin({ pass: number, name, rows, shards, done })
      await news()
    }
    const conducting = { run, store, dispatch, found, failed, begun, published: news }
    return await work(numberPasses((pass) => conductPass(conducting, pass)))
  } finally {
    finished.abort()
    if (await isThere(redis, gone)) {
      // Workers that then find the run gone remove what they have written meanwhile.
      await settled(dispatch.remove(), removing)
      await settled(owned.remove(), removing)
    }
    await owned.close()
    await settled(watching, briefly)
    try {
      await store.clear(run)
    } finally {
      await ended()
      // Not before: the next process that coordinates the same would lose what it makes.
      if (await isThere(redis, gone)) await settled(owned.release(), removing)
    }
  }
}

/**
 * Does `work` with its passes done by workers, which run the same program: `work` gives the spread to `createTensor`. This process does
 * none of the shards. What was done of the same run before is not done again. When `work` is done or fails, all that the run left in
 * Redis and in the store is removed.
 *
 * Rejects as `work` does, with `io` if there is no Redis, or it goes away, with `bad-input` if another process coordinates the same run,
 * and with the error of a worker where a shard cannot be done.
 */
export async function coordinate<T>(options: CoordinateOptions, work: (spread: Spread) => Promise<T>): Promise<T> {
  const { redis: url, signal, patience, program, versions, backend, store } = options
  const record = recordOf({ program, versions, backend, store })
  const redis = await connect(url)
  const [failed, gone] = [new AbortController(), new AbortController()]
  const fail = (error: unknown) => failed.abort(error)
  const interrupted = () => fail(signal?.reason)
  const lost = (error: unknown) => {
    gone.abort(error)
    fail(error)
  }
  const unwatch = watchConnection(redis, url, lost, patience)
  signal?.addEventListener('abort', interrupted)
  try {
    // Without Redis, neither is ever answered.
    const owned = await unlessAborted(ownRun(redis, record, signal, fail), gone.signal)
    try {
      const dispatch = await createDispatch(redis, record.id, owned.count, gone.signal)
      try {
        const run = { redis, record, owned, dispatch, failed: failed.signal, gone: gone.signal, fail }
        return await conductRun(run, options, work)
      } finally {
        await dispatch.close()
      }
    } finally {
      await owned.close()
    }
  } finally {
    signal?.removeEventListener('abort', interrupted)
    unwatch()
    redis.disconnect()
  }
}
