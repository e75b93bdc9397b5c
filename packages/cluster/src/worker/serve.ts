import { isSlimbedError } from '@slimbed/core/errors'
import { UnrecoverableError, Worker } from 'bullmq'
import type { ShardJob } from '../coordinator/dispatch.js'
import type { Client } from '../run/client.js'
import { written } from '../run/failure.js'
import { names, type RunRecord } from '../run/record.js'
import { createRooms } from '../run/rooms.js'
import { patience, settled } from '../run/wait.js'
import { keys, type Store } from '../store.js'
import { createReplica, type Program, type Replica } from './replica.js'

/** Codes of errors that another try, or another worker, may not have. */
const passing = new Set(['io', 'aborted', 'missing-package'])

/** Shards that are done at the same time: rows of one are read, and what became of them put, while another one is computed. */
export const atOnce = 2

/** How often a shard may be taken from a worker that went silent. */
const maxStalledCount = 20

/** What serving a run needs. */
export interface Serving {
  readonly redis: Client
  readonly record: RunRecord
  readonly store: Store
  /** Opens the program anew, where a copy of it failed. */
  readonly open: () => Promise<Program>
  /** Runs pieces of work of this process in turns, two at a time, whatever the run. */
  readonly inTurn: <T>(work: () => Promise<T>) => Promise<T>
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

/** A program, and a copy of it under way. */
interface Opened {
  readonly program: Program
  readonly replica: Replica
}

/** Keeps a copy of a program that has not failed: where one has, the program is opened anew. */
function keepOpen(run: string, first: Program, { store, open }: Pick<Serving, 'store' | 'open'>) {
  const begin = (program: Program): Opened => ({ program, replica: createReplica(run, program, store) })
  let latest = begin(first)
  let opened: Promise<Opened | undefined> = Promise.resolve(latest)
  const reopen = async () => {
    await latest.replica.close()
    latest = begin(await open())
    return latest
  }
  return {
    latest: () => latest.replica,
    async current(): Promise<Opened> {
      for (;;) {
        const mine = opened
        const found = await mine
        if (found && !found.replica.failed()) return found
        if (mine !== opened) continue
        // Several shards may find that it failed: the first of them opens another one.
        const next = reopen()
        opened = next.catch(() => undefined)
        return next
      }
    }
  }
}

/** Does shards of a run, as jobs of BullMQ. */
export function serveRun(first: Program, serving: Serving): Served {
  const { redis, record, store, inTurn, silence, begun, done, failed } = serving
  const { id: run } = record
  const rooms = createRooms(atOnce)
  const { latest, current } = keepOpen(run, first, serving)

  const make = async (job: ShardJob): Promise<void> => {
    const key = keys.shard(run, job.pass, job.shard)
    if (await store.has(key)) return
    const { program, replica } = await current()
    begun()
    try {
      const bytes = await replica.make(job, rooms.take())
      // What changed while it was read is not used.
      await program.verify()
      await store.put(key, bytes)
      rooms.give(bytes)
    } finally {
      // One that was away for long may have put it, or a part of it, after the end.
      if ((await redis.exists(names.record(run))) === 0) {
        await store.clear(run)
        await program.discard?.(job.shard)
      }
    }
    done(replica.rowsOf(job))
  }
  const making = new Set<Promise<void>>()
  const worker = new Worker<ShardJob>(
    run,
    async ({ data }) => {
      const made = inTurn(() => make(data))
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
      concurrency: first.atOnce ?? atOnce,
      lockDuration: silence,
      stalledInterval: silence,
      maxStalledCount
    }
  )
  // Lost connections are made again; a job that another worker was given meanwhile needs no answer.
  worker.on('error', () => {})
  return {
    go: () => latest().go(),
    async close(needed) {
      // From here on it takes no shard, and looks for none that others let lie.
      await settled(worker.pause(true), patience)
      if (needed) await Promise.allSettled(making)
      await latest().close()
      await settled(worker.close(), patience)
    }
  }
}
