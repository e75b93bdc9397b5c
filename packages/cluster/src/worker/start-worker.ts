import { randomUUID } from 'node:crypto'
import { hostname } from 'node:os'
import type { SlimbedError } from '@slimbed/core/errors'
import type { Client } from '../run/client.js'
import { removeRest } from '../run/queue.js'
import { names, parsed, type RunRecord, type WorkerState } from '../run/record.js'
import { connect } from '../run/redis.js'
import { createChanges, unlessAborted } from '../run/wait.js'
import type { Store } from '../store.js'
import type { Program } from './replica.js'
import { atOnce, type Served, serveRun } from './serve.js'

/** Options of `startWorker`. */
export interface WorkerOptions {
  /** `redis://host:port`. */
  readonly redis: string
  /** The threads that programs compute on, for `status`. */
  readonly threads: number
  /** Opens the program that a record describes. Rejects where this machine cannot run it; the run then goes on without it. */
  readonly open: (record: RunRecord) => Promise<Program>
  /** Opens the store of a run. */
  readonly openStore: (store: string) => Promise<Store>
  /** Seconds without a sign from a worker after which its shard is given to another one; 30 by default. */
  readonly silence?: number | undefined
  /** Ends the worker, after the shard that it is doing. */
  readonly signal: AbortSignal
  /** Called with lines that say what the worker does. */
  readonly onNote?: ((line: string) => void) | undefined
}

/** How often it is looked for runs without news, how long a worker is known after its last sign, and the time of a rate: milliseconds. */
const [interval, life, window] = [1000, 15_000, 10_000]

/** How many looks a run is cleaned up at after it was left. */
const lastWords = 10

/** Why a worker cannot take part: a package of another version. */
function differing(
  theirs: Readonly<Record<string, string>>,
  ours: Readonly<Record<string, string>>
): string | undefined {
  for (const [name, version] of Object.entries(theirs)) {
    if (ours[name] !== version) return `it has ${name} ${ours[name] ?? 'not at all'}, the run needs ${version}`
  }
  return undefined
}

/** Locks, so many of them, that are given in the order of asking. */
function createTurns(most: number): <T>(work: () => Promise<T>) => Promise<T> {
  const waiting: (() => void)[] = []
  let free = most
  return async (work) => {
    if (free > 0) free--
    else await new Promise<void>((resolve) => waiting.push(resolve))
    try {
      return await work()
    } finally {
      const next = waiting.shift()
      if (next) next()
      else free++
    }
  }
}

/** Counts what a worker does, for `status`. */
function createCounts() {
  const recent: { readonly at: number; readonly rows: number }[] = []
  const counts = { done: 0, failed: 0, run: undefined as string | undefined }
  return {
    counts,
    add(rows: number) {
      counts.done++
      recent.push({ at: Date.now(), rows })
    },
    rate(): number {
      const since = Date.now() - window
      while (recent.length > 0 && recent[0].at < since) recent.shift()
      return Math.round(recent.reduce((sum, { rows }) => sum + rows, 0) / (window / 1000))
    }
  }
}

/** Looks for runs and serves them. */
function createRuns(redis: Client, id: string, options: WorkerOptions, counted: ReturnType<typeof createCounts>) {
  const { open, openStore, silence = 30, onNote = () => {} } = options
  const served = new Map<string, Served>()
  const refused = new Set<string>()
  /** Looks for which runs that were left are still cleaned up: a queue may write a last word after it was closed. */
  const past = new Map<string, number>()
  const inTurn = createTurns(atOnce)
  const refuse = async (run: string, why: string) => {
    refused.add(run)
    onNote(`run ${run}: this worker takes no part: ${why}`)
    await redis.hset(names.refused(run), id, why)
  }
  const join = async (record: RunRecord): Promise<void> => {
    const run = record.id
    let program: Program | undefined
    try {
      program = await open(record)
      const why = differing(record.versions, program.versions)
      if (why !== undefined) {
        await program.close()
        return refuse(run, why)
      }
      await program.verify()
      const store = await openStore(record.store)
      onNote(`run ${run}: this worker takes part`)
      const serving = {
        redis,
        record,
        store,
        open: () => open(record),
        inTurn,
        silence: 1000 * silence,
        begun: () => {
          counted.counts.run = run
        },
        done: counted.add,
        failed: (line: string) => {
          counted.counts.failed++
          onNote(`run ${run}: a shard failed: ${line}`)
        }
      }
      served.set(run, serveRun(program, serving))
    } catch (error) {
      await program?.close().catch(() => {})
      await refuse(run, (error as SlimbedError).message.split('\n')[0])
    }
  }
  const leave = async (run: string) => {
    const one = served.get(run)
    served.delete(run)
    if (counted.counts.run === run) counted.counts.run = undefined
    onNote(`run ${run}: it is over`)
    await one?.close(false)
    past.set(run, lastWords)
  }
  return {
    /** Joins runs that are new, and leaves those that are over. */
    async look(): Promise<void> {
      const runs = new Set(await redis.smembers(names.runs))
      for (const run of refused) if (!runs.has(run)) refused.delete(run)
      for (const run of [...served.keys()]) if (!runs.has(run)) await leave(run)
      for (const [run, times] of past) {
        if (times === 0 || runs.has(run)) past.delete(run)
        else past.set(run, times - 1)
        if (!runs.has(run)) await removeRest(redis, run)
      }
      for (const run of runs) {
        if (served.has(run) || refused.has(run)) continue
        const record = parsed<RunRecord>(await redis.get(names.record(run)))
        if (record?.id === run) await join(record)
      }
    },
    go(): void {
      for (const one of served.values()) one.go()
    },
    async close(): Promise<void> {
      await Promise.all([...served.values()].map((one) => one.close(true)))
    }
  }
}

/** Does shards of runs, as long as `signal` is not aborted. Rejects with `io` if there is no Redis. */
export async function startWorker(options: WorkerOptions): Promise<void> {
  const { signal, threads, onNote = () => {} } = options
  const redis = await connect(options.redis)
  const listening = redis.duplicate()
  listening.on('error', () => {})
  const id = `${hostname()}-${process.pid}-${randomUUID().slice(0, 4)}`
  const counted = createCounts()
  const runs = createRuns(redis, id, options, counted)
  const report = async () => {
    const { run, done, failed } = counted.counts
    const rowsPerSecond = counted.rate()
    const state: WorkerState = {
      host: hostname(),
      pid: process.pid,
      threads,
      ...(run && { run }),
      done,
      failed,
      rowsPerSecond
    }
    await redis.set(names.worker(id), JSON.stringify(state), 'PX', life)
  }
  const news = createChanges()
  listening.on('message', () => {
    runs.go()
    news.tell()
  })
  signal.addEventListener('abort', news.tell, { once: true })
  redis.on('close', () => {
    if (!signal.aborted) onNote('the connection to Redis was lost; it is made again as soon as there is one')
  })
  try {
    await listening.subscribe(names.news)
    onNote(`worker ${id} waits for shards`)
    while (!signal.aborted) {
      const seen = news.count()
      // Without Redis, neither ends until it is back.
      await unlessAborted(Promise.all([report(), runs.look()]), signal).catch(() => {})
      await news.next(interval, seen)
    }
  } finally {
    await runs.close()
    if (redis.status === 'ready') await redis.del(names.worker(id)).catch(() => {})
    listening.disconnect()
    redis.disconnect()
  }
}
