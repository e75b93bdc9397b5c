import type { Table } from '@slimbed/runtime'

/** A table whose relative error is known before any row is compared: `‖A − Â‖F / ‖A‖F`. */
export interface TableOfKnownError extends Table {
  readonly knownError: number
}

/** The relative error of a table, if it is known. */
export const knownErrorOf = (table: Table): number | undefined =>
  'knownError' in table ? (table as TableOfKnownError).knownError : undefined
