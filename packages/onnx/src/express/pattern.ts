import type { Table } from '@slimbed/core'
import type { Builder } from './builder.js'

/** What patterns are written with. */
export interface Writing {
  readonly b: Builder
  /**
   * The rows `ids` of a table, `[…ids, dim]` float32, or all of its rows; `key` tells its tensors from those of other tables. `ids` has
   * one dimension.
   */
  table(table: Table, ids: string | undefined, key: string): string
}

/** Writes the rows `ids` of a table of one kind as nodes, or all of its rows where `ids` is undefined; see `Writing.table`. */
export type Pattern = (table: Table, ids: string | undefined, key: string, writing: Writing) => string
