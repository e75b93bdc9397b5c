import type { Table } from '@slimbed/core'

/** A file that is none of ours, such as a model, in which the table goes. */
export interface Into {
  /** Bytes of all that is in it besides the table. */
  readonly beside: number
  /** Bytes that a table takes in it; undefined where the file has no place for one of its kind. */
  readonly sizeOf: (table: Table) => number | undefined | Promise<number | undefined>
}
