import { isSlimbedError } from '@slimbed/core/errors'
import { UnrecoverableError, Worker } from 'bullmq'
import type { ShardJob } from '../coordinator/dispatch.js'
import type { Client } from '../run/client.js'
import { written } from '../run/failure.js'
import { names, type RunRecord } from '../run/record.js'
import { patience, settled } from '../run/wait.js'
import { keys, type Store } from '../store.js'
import { createReplica, type Program, type Replica } from './replica.js'

/** Codes of errors that another try, or another worker, may not have. */
const passing = new Set(['io', 'aborted', 'missing-package'])

/** How often a shard may be taken from a worker that went silent. */
const maxStalledCount = 20

/** What serving a run needs. */
export interface Serving {
  readonly redis: Client
  readonly record: RunRecord
  readonly store: Store
  /** Opens the program anew, where a copy of it failed. */
  readonly open: () => Promise<Program>
  /** Runs one piece of work of this process at a time, whatever the run. */
  readonly alone: <T>(work: () => Promise<T>) => Promise<T>
  /** Milliseconds of silence after which a shard is given to another worker. */
  readonly silence: number
  readonly begun: () => void
  readonly done: (rows: number) => void
  readonly failed: (line: string) => void
}

/** A run that this process does shards of. */
export interface Served {
  /** Looks whether the program can go on. */
  go(): void
  /** Ends it: after the shard that is being done, or at once where nobody needs that. */
  close(needed: boolean): Promise<void>
}

/** Does shards of a run, as jobs of BullMQ. */
export function serveRun(first: Program, serving: Serving): Served {
  const { redis, record, store, open, alone, silence, begun, done, failed } = serving
  const { id: run } = record
  let replica: Replica | undefined = createReplica(run, first, store)

  const make = async (job: ShardJob): Promise<void> => {
    const key = keys.shard(run, job.pass, job.shard)
    if (await store.has(key)) return
    if (replica?.failed()) {
      await replica.close()
      replica = undefined
    }
    if (!replica) {
      first = await open()
      replica = createReplica(run, first, store)
    }
    begun()
    const bytes = await replica.make(job)
    // What changed while it was read is not used.
    await first.verify()
    try {
      await store.put(key, bytes)
    } finally {
      // One that was away for long may have put it, or a part of it, after the end.
      if ((await redis.exists(names.record(run))) === 0) await store.clear(run)
    }
    done(replica.rowsOf(job))
  }
  const making = new Set<Promise<void>>()
  const worker = new Worker<ShardJob>(
    run,
    async ({ data }) => {
      const made = alone(() => make(data))
      making.add(made)
      try {
        await made
      } catch (error) {
        const text = written(error)
        failed((error as Error).message)
        if (isSlimbedError(error) && !passing.has(error.code)) throw new UnrecoverableError(text)
        throw new Error(text, { cause: error })
      } finally {
        making.delete(made)
      }
    },
    {
      connection: redis,
      prefix: names.queues,
      concurrency: 1,
      lockDuration: silence,
      stalledInterval: silence,
      maxStalledCount
    }
  )
  // Lost connections are made again; a job that another worker was given meanwhile needs no answer.
  worker.on('error', () => {})
  return {
    go: () => replica?.go(),
    async close(needed) {
      // From here on it takes no shard, and looks for none that others let lie.
      await settled(worker.pause(true), patience)
      if (needed) await Promise.allSettled(making)
      await replica?.close()
      await settled(worker.close(), patience)
    }
  }
}
