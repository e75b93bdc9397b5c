import { Queue } from 'bullmq'
import type { Redis } from 'ioredis'
import { names } from './record.js'

/** The queue of a run, to look at it. */
export function queueOf(redis: Redis, run: string): Queue {
  const queue = new Queue(run, { connection: redis, prefix: names.queues, skipMetasUpdate: true })
  queue.on('error', () => {})
  return queue
}

/** Removes the queue of a run from Redis, with what workers write beside it as long as they serve it. */
export async function removeQueue(redis: Redis, run: string): Promise<void> {
  const queue = queueOf(redis, run)
  try {
    await queue.obliterate({ force: true })
    await redis.del(queue.toKey('meta'), queue.toKey('stalled-check'))
  } finally {
    await queue.close()
  }
}
