import type { Table } from '@slimbed/core'
import { unpackIndex } from '@slimbed/runtime/trellis'
import { numberRows } from '../numbers.js'
import type { Pattern } from '../pattern.js'

/** The row of its source that each row of a `gather` or a `codebook` is. */
export function indexOf({ kind, config, tensors }: Table): ArrayLike<number> {
  const { data } = tensors.index
  if (kind === 'gather' || !(data instanceof Uint8Array)) return data
  return unpackIndex({ rows: Number(config.rows), bits: Number(config.bits), index: data })
}

/** `Gather` of the numbers of the rows, then rows of the source. */
export const gather: Pattern = (table, ids, key, { b, table: write }) =>
  write(table.children.source, numberRows(b, `${key}.index`, indexOf(table), ids), `${key}.source`)
