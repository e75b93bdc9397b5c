import { Queue } from 'bullmq'
import type { Client } from './client.js'
import { names } from './record.js'

/** A queue of BullMQ, as far as it is looked at. */
export interface RunQueue {
  getJobCounts(): Promise<Readonly<Record<string, number>>>
  obliterate(options: { readonly force: boolean }): Promise<void>
  close(): Promise<void>
}

/** The queue of a run, to look at it. */
export function queueOf(redis: Client, run: string): RunQueue {
  const queue = new Queue(run, { connection: redis, prefix: names.queues, skipMetasUpdate: true })
  queue.on('error', () => {})
  return queue
}

/** What is written beside jobs, as long as somebody serves a queue. */
const others = ['meta', 'stalled-check', 'events', 'marker', 'id'] as const

/** Removes what was written beside the jobs of a queue that has none any more. */
export async function removeRest(redis: Client, run: string): Promise<void> {
  await redis.del(...others.map((name) => `${names.queues}:${run}:${name}`))
}

/** Removes the queue of a run from Redis. */
export async function removeQueue(redis: Client, run: string): Promise<void> {
  const queue = queueOf(redis, run)
  try {
    await queue.obliterate({ force: true })
  } finally {
    await queue.close()
  }
  await removeRest(redis, run)
}
