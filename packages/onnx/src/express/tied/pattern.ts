import type { Builder } from '../builder.js'

/** A table that lies in a file once, for rows and for products. */
export interface Tied {
  /** The rows `ids` (one dimension): `[ids, dim]` float32. */
  rows(ids: string, b: Builder): string
  /** Products of vectors `[…, dim]` with all rows: `[…, rows]` float32. */
  products(x: string, b: Builder): string
}
