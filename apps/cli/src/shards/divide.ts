import type { JsonObject } from '@slimbed/core'
import type { Spread } from '@slimbed/core/tensor'

/** What workers are told of a table in shards, besides what any run has. */
export interface DescribedShards {
  /** The most rows of a part. */
  readonly most: number
  /** Where the parts are written, as every machine finds it. */
  readonly folder: string
  /** Whether counts that weigh the rows are kept. */
  readonly counts: boolean
}

/** Has the parts of a table made by workers. */
export interface Divide {
  /** All that the bytes of the table follow from. */
  readonly identity: string
  /** Does `work` with a spread whose parts workers do; `ended` is called at the end, when workers can know that the run is over. */
  over<T>(
    shards: Omit<DescribedShards, 'counts'>,
    ended: () => Promise<void>,
    work: (spread: Spread) => Promise<T>
  ): Promise<T>
}

/** What the program of a run says of shards, if its output is a table in shards. */
export function describedShards({ shards }: JsonObject): DescribedShards | undefined {
  if (typeof shards !== 'object' || shards === null || Array.isArray(shards)) return undefined
  const { most, folder, counts } = shards as JsonObject
  return typeof most === 'number' && typeof folder === 'string' ? { most, folder, counts: counts !== false } : undefined
}
