import type { JsonObject } from '@slimbed/core'
import { hashOf } from '../fingerprint.js'

/** A run, as its coordinator describes it to workers. */
export interface RunRecord {
  /** Follows from the rest: the same run has the same one when it is taken up again. */
  readonly id: string
  /** What is computed, for whoever opens it: the input, the pipeline, the seed. */
  readonly program: JsonObject
  /** Versions of all that decides about results, by package. */
  readonly versions: Readonly<Record<string, string>>
  /** The engine. */
  readonly backend: string
  /** Where shards are put, for whoever opens it. */
  readonly store: string
}

/** The record of a run. */
export const recordOf = (run: Omit<RunRecord, 'id'>): RunRecord => ({ id: hashOf(JSON.stringify(run)), ...run })

/** How far a run is. */
export interface RunState {
  /** Where its coordinator runs. */
  readonly host: string
  readonly pid: number
  /** Milliseconds since 1970. */
  readonly started: number
  /** The number of the pass, and its operation; none before the first one. */
  readonly pass?: number
  readonly name?: string
  readonly rows?: number
  readonly shards?: number
  readonly done?: number
}

/** A worker, as it reports itself. */
export interface WorkerState {
  readonly host: string
  readonly pid: number
  readonly threads: number
  /** The run that it does a shard of. */
  readonly run?: string
  /** Shards done, and shards that failed here. */
  readonly done: number
  readonly failed: number
  readonly rowsPerSecond: number
}

/** What the keys of everything in Redis begin with. */
const prefix = 'slimbed'

/** Names of keys and channels in Redis. */
export const names = {
  /** Where BullMQ keeps its queues: one for each run, under the run's name. */
  queues: `${prefix}:queues`,
  /** The set of runs. */
  runs: `${prefix}:runs`,
  /** Messages: the run that has begun or moved on. */
  news: `${prefix}:news`,
  record: (run: string): string => `${prefix}:run:${run}`,
  state: (run: string): string => `${prefix}:run:${run}:state`,
  owner: (run: string): string => `${prefix}:run:${run}:owner`,
  refused: (run: string): string => `${prefix}:run:${run}:refused`,
  worker: (id: string): string => `${prefix}:worker:${id}`,
  workers: `${prefix}:worker:*`
}

/** JSON that may not be there, or not be JSON. */
export function parsed<T>(text: string | null): T | undefined {
  try {
    return text === null ? undefined : (JSON.parse(text) as T)
  } catch {
    return undefined
  }
}
