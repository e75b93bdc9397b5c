import type { SlimbedError } from '@slimbed/core/errors'
import { Queue, QueueEvents } from 'bullmq'
import type { Client } from '../run/client.js'
import { failureOf } from '../run/failure.js'
import { removeQueue } from '../run/queue.js'
import { names } from '../run/record.js'
import { patience, settled, sleep, unlessAborted } from '../run/wait.js'

/** A shard to do, as a job. */
export interface ShardJob {
  readonly pass: number
  readonly shard: number
  readonly fingerprint: string
}

/** Hands shards to workers. */
export interface Dispatch {
  /** Hands out shards of a pass; those that are handed out already are not again. */
  add(name: string, jobs: readonly ShardJob[]): Promise<void>
  /** Resolves once a shard is done; rejects with the error of a worker if it cannot be done. */
  done(job: ShardJob): Promise<void>
  /** Takes back shards of a pass that nobody needs any more. */
  drop(jobs: readonly ShardJob[]): Promise<void>
  /** Removes the queue. */
  remove(): Promise<void>
  close(): Promise<void>
}

/** How often a shard is tried before its error is that of the run, and the wait before another try, in milliseconds. */
const [attempts, delay] = [4, 500]

/** How often it is looked whether shards were done, or lost, without a word, in milliseconds; how many of them; and every which look is at each. */
const [interval, most, closely] = [1000, 256, 10]

/** How many jobs are added at once. */
const batch = 500

interface Waiting {
  readonly name: string
  readonly job: ShardJob
  readonly promise: Promise<void>
  resolve(): void
  reject(error: SlimbedError): void
}

const idOf = ({ pass, shard }: ShardJob) => `${pass}.${shard}`

function waitingFor(name: string, job: ShardJob): Waiting {
  let [resolve, reject] = [() => {}, (_: SlimbedError) => {}]
  const promise = new Promise<void>((yes, no) => {
    resolve = yes
    reject = no
  })
  promise.catch(() => {})
  return { name, job, promise, resolve, reject }
}

/** The shards of a run, in a queue of BullMQ. Jobs that Redis has lost are added again. Rejects with the reason of `lost` if that is aborted before it is there. */
export async function createDispatch(
  redis: Client,
  run: string,
  done: () => void,
  lost: AbortSignal
): Promise<Dispatch> {
  const [own, blocking] = [redis, redis.duplicate()]
  blocking.on('error', () => {})
  const queue = new Queue<ShardJob>(run, { connection: own, prefix: names.queues })
  const events = new QueueEvents(run, { connection: blocking, prefix: names.queues })
  queue.on('error', () => {})
  events.on('error', () => {})
  const open = new Map<string, Waiting>()
  const closed = new AbortController()

  const settle = (id: string, failure?: string) => {
    const waiting = open.get(id)
    if (!waiting) return
    open.delete(id)
    const { pass, shard } = waiting.job
    if (failure === undefined) waiting.resolve()
    else waiting.reject(failureOf(failure, `pass ${pass} (${waiting.name}), shard ${shard}`))
    if (failure === undefined) done()
  }
  events.on('completed', ({ jobId }) => settle(jobId))
  events.on('failed', ({ jobId, failedReason }) => settle(jobId, failedReason))

  const put = async (list: readonly Waiting[]) => {
    for (let at = 0; at < list.length; at += batch) {
      await queue.addBulk(
        list.slice(at, at + batch).map(({ name, job }) => ({
          name,
          data: job,
          opts: {
            jobId: idOf(job),
            attempts,
            backoff: { type: 'fixed', delay },
            removeOnComplete: { count: 1000 },
            removeOnFail: false
          }
        }))
      )
    }
  }
  let looks = 0
  const look = async () => {
    // As many as there should be: then none was lost, and every word of them has come.
    const { waiting = 0, active = 0, delayed = 0, prioritized = 0 } = await queue.getJobCounts()
    if (waiting + active + delayed + prioritized === open.size && ++looks % closely !== 0) return
    const lost: Waiting[] = []
    for (const [id, waiting] of [...open].slice(0, most)) {
      const state = await queue.getJobState(id)
      if (state === 'completed') settle(id)
      else if (state === 'failed') settle(id, (await queue.getJob(id))?.failedReason ?? 'it failed')
      else if (state === 'unknown' && open.has(id)) lost.push(waiting)
    }
    await put(lost)
  }
  const looking = (async () => {
    while (!closed.signal.aborted) {
      await sleep(interval, closed.signal)
      // What fails now is tried again.
      if (!closed.signal.aborted) await look().catch(() => {})
    }
  })()

  const close = async () => {
    closed.abort()
    await settled(looking, patience)
    await settled(Promise.allSettled([events.close(), queue.close()]), patience)
    blocking.disconnect()
  }
  try {
    await unlessAborted(events.waitUntilReady(), lost)
  } catch (error) {
    await close()
    throw error
  }
  return {
    async add(name, jobs) {
      const fresh = jobs.filter((job) => !open.has(idOf(job))).map((job) => waitingFor(name, job))
      for (const waiting of fresh) open.set(idOf(waiting.job), waiting)
      await put(fresh)
    },
    done: async (job) => open.get(idOf(job))?.promise,
    async drop(jobs) {
      for (const job of jobs) open.delete(idOf(job))
      // One that is being done is locked, and is left alone.
      for (const job of jobs) await queue.remove(idOf(job)).catch(() => {})
    },
    async remove() {
      open.clear()
      await removeQueue(redis, run)
    },
    close
  }
}
