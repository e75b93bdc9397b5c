import type { Table } from '@slimbed/core'
import type { Builder } from './builder.js'

/** What patterns are written with. */
export interface Writing {
  readonly b: Builder
  /** The rows `ids` (int32, one dimension) of a table as float32, `[ids, dim]`, or all of its rows; `key` tells its weights from those of others. */
  table(table: Table, ids: string | undefined, key: string): string
}

/** Writes rows of a table of one kind as nodes; see `Writing.table`. */
export type Pattern = (table: Table, ids: string | undefined, key: string, writing: Writing) => string
