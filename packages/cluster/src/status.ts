import type { Client } from './run/client.js'
import { queueOf, removeQueue } from './run/queue.js'
import { names, parsed, type RunRecord, type RunState, type WorkerState } from './run/record.js'
import { connect } from './run/redis.js'
import type { Store } from './store.js'

/** A run, and how far it is. */
export interface RunStatus extends RunState {
  readonly id: string
  readonly program: RunRecord['program']
  readonly store: string
  /** Whether its coordinator gives signs of life. */
  readonly alive: boolean
  /** Shards of the pass that wait, are being done, and failed. */
  readonly waiting: number
  readonly active: number
  readonly failed: number
  /** Why workers take no part, by worker. */
  readonly refused: Readonly<Record<string, string>>
}

/** What `statusOf` resolves to. */
export interface ClusterStatus {
  readonly runs: readonly RunStatus[]
  readonly workers: readonly (WorkerState & { readonly id: string })[]
}

async function runStatus(redis: Client, id: string): Promise<RunStatus | undefined> {
  const record = parsed<RunRecord>(await redis.get(names.record(id)))
  const state = parsed<RunState>(await redis.get(names.state(id)))
  if (!record || !state) return undefined
  const queue = queueOf(redis, id)
  try {
    const { waiting = 0, active = 0, failed = 0, delayed = 0 } = await queue.getJobCounts()
    const alive = (await redis.exists(names.owner(id))) === 1
    const refused = await redis.hgetall(names.refused(id))
    const { program, store } = record
    return { id, program, store, ...state, alive, waiting: waiting + delayed, active, failed, refused }
  } finally {
    await queue.close()
  }
}

async function keysLike(redis: Client, pattern: string): Promise<string[]> {
  const found = new Set<string>()
  let cursor = '0'
  do {
    const [next, some] = await redis.scan(cursor, 'MATCH', pattern, 'COUNT', 1000)
    for (const key of some) found.add(key)
    cursor = next
  } while (cursor !== '0')
  return [...found].sort()
}

/** The runs and workers that a Redis server knows of. Rejects with `io` if there is none. */
export async function statusOf(url: string): Promise<ClusterStatus> {
  const redis = await connect(url)
  try {
    const ids = (await redis.smembers(names.runs)).sort()
    const runs = await Promise.all(ids.map((id) => runStatus(redis, id)))
    const prefix = names.worker('')
    const workers = await Promise.all(
      (await keysLike(redis, names.workers)).map(async (key) => {
        const state = parsed<WorkerState>(await redis.get(key))
        return state && { id: key.slice(prefix.length), ...state }
      })
    )
    return {
      runs: runs.filter((run) => run !== undefined),
      workers: workers.filter((worker) => worker !== undefined)
    }
  } finally {
    redis.disconnect()
  }
}

/**
 * Removes runs whose coordinator is gone, with all that they left in Redis and in their stores; with `run`, that one, even if its coordinator
 * lives. Resolves to their names.
 */
export async function clearRuns(
  url: string,
  openStore: (store: string, program: RunRecord['program']) => Promise<Store>,
  run?: string
): Promise<readonly string[]> {
  const { runs } = await statusOf(url)
  const gone = runs.filter(({ id, alive }) => (run === undefined ? !alive : id === run))
  const redis = await connect(url)
  try {
    for (const { id, store, program } of gone) {
      await removeQueue(redis, id)
      await redis.srem(names.runs, id)
      await redis.del(names.record(id), names.state(id), names.refused(id), names.owner(id))
      await redis.publish(names.news, id)
      await (await openStore(store, program)).clear(id)
    }
    return gone.map(({ id }) => id)
  } finally {
    redis.disconnect()
  }
}
