import { randomUUID } from 'node:crypto'
import { hostname } from 'node:os'
import { SlimbedError } from '@slimbed/core/errors'
import type { Client } from '../run/client.js'
import { names, parsed, type RunRecord, type RunState } from '../run/record.js'
import { patience, settled, sleep } from '../run/wait.js'

/** How long a coordinator is believed to live without a sign, and how often it gives one, in milliseconds. */
const [life, beat] = [15_000, 1_000]

interface Owner {
  readonly token: string
  readonly host: string
  readonly pid: number
}

/** A run that this process coordinates. */
export interface Owned {
  /** Tells that a pass begins. */
  begin(pass: Pick<RunState, 'pass' | 'name' | 'rows' | 'shards' | 'done'>): Promise<void>
  /** Counts a shard of the pass that is done; it is told at the next beat. */
  count(): void
  /** Removes all that is known of the run, but for its queue and who coordinates it: workers then know that it is over. */
  remove(): Promise<void>
  /** Lets go of the run: another process may coordinate the same. */
  release(): Promise<void>
  close(): Promise<void>
}

/** Whether a process of this machine has ended. */
function hasEnded({ host, pid }: Owner): boolean {
  if (host !== hostname()) return false
  try {
    process.kill(pid, 0)
    return false
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ESRCH'
  }
}

/** Waits until the run has no other coordinator. Rejects with `bad-input` if one is alive. */
async function claim(redis: Client, run: string, own: Owner, signal: AbortSignal | undefined): Promise<void> {
  const [key, value] = [names.owner(run), JSON.stringify(own)]
  for (const start = Date.now(); ; await sleep(300, signal)) {
    signal?.throwIfAborted()
    if ((await redis.set(key, value, 'PX', life, 'NX')) === 'OK') return
    const other = parsed<Owner>(await redis.get(key))
    if (other && hasEnded(other)) await redis.del(key)
    else if (Date.now() - start > life + 1000) {
      const who = other ? `process ${other.pid} on ${other.host}` : 'another process'
      throw new SlimbedError('bad-input', `cluster: ${who} coordinates the same run ${run}: wait for it, or end it`)
    }
  }
}

/** Becomes the coordinator of a run and makes it known to workers. `lost` is called if another one takes it over. */
export async function ownRun(
  redis: Client,
  record: RunRecord,
  signal: AbortSignal | undefined,
  lost: (error: SlimbedError) => void
): Promise<Owned> {
  const { id } = record
  const owner: Owner = { token: randomUUID(), host: hostname(), pid: process.pid }
  await claim(redis, id, owner, signal)
  let state: RunState = { host: owner.host, pid: owner.pid, started: Date.now() }
  const closed = new AbortController()
  // Written anew at every beat: a Redis server that was restarted may have forgotten. All at once, so that what is removed later stays removed.
  const write = () =>
    Promise.all([
      redis.set(names.record(id), JSON.stringify(record)),
      redis.set(names.state(id), JSON.stringify(state)),
      redis.sadd(names.runs, id)
    ])
  const renew = async () => {
    const other = parsed<Owner>(await redis.get(names.owner(id)))
    // Where Redis was away, that may have taken long.
    if (closed.signal.aborted) return
    if (other && other.token !== owner.token) {
      lost(new SlimbedError('io', `cluster: process ${other.pid} on ${other.host} has taken run ${id} over`))
      return
    }
    await Promise.all([redis.set(names.owner(id), JSON.stringify(owner), 'PX', life), write()])
  }
  await redis.del(names.refused(id))
  await write()
  await redis.publish(names.news, id)
  const beating = (async () => {
    while (!closed.signal.aborted) {
      await sleep(beat, closed.signal)
      if (!closed.signal.aborted) await renew().catch(() => {})
    }
  })()
  const close = async () => {
    closed.abort()
    await settled(beating, patience)
  }
  return {
    async begin(pass) {
      state = { ...state, ...pass }
      await redis.set(names.state(id), JSON.stringify(state))
    },
    count() {
      state = { ...state, done: (state.done ?? 0) + 1 }
    },
    async remove() {
      await close()
      await redis.srem(names.runs, id)
      await redis.del(names.record(id), names.state(id), names.refused(id))
      await redis.publish(names.news, id)
    },
    async release() {
      await redis.del(names.owner(id))
    },
    close
  }
}
