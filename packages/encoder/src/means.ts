import type { Table } from '@slimbed/runtime'
import { addRows } from '@slimbed/runtime/kinds'

/**
 * Writes the mean of rows, each times its weight, `Σᵢ weights[i] · row(rows[i]) / rows.length`, to `out[at .. at + dim)`: zeros for no
 * rows. Nothing is allocated for a text.
 */
export type WriteMean = (
  rows: ArrayLike<number>,
  weights: ArrayLike<number> | undefined,
  out: Float32Array,
  at: number
) => void

/** Adds weighted rows of a table to `sum`. */
type AddTo = (rows: ArrayLike<number>, weights: ArrayLike<number> | undefined, sum: Float64Array) => void

/** How many rows are handed at a time to tables that sum rows on their own. */
const most = 1024

/** Sums of rows by the table's own way, which may be quicker than its rows are. */
function asSums(table: Table): AddTo {
  const part = new Float32Array(table.dim)
  const [some, shares] = [new Uint32Array(most), new Float64Array(most)]
  return (rows, weights, sum) => {
    for (let start = 0; start < rows.length; start += most) {
      const count = Math.min(most, rows.length - start)
      for (let i = 0; i < count; i++) {
        some[i] = rows[start + i]
        shares[i] = weights ? weights[start + i] : 1
      }
      part.fill(0)
      addRows(table, some.subarray(0, count), shares.subarray(0, count), part)
      for (let j = 0; j < part.length; j++) sum[j] += part[j]
    }
  }
}

/** Reads a row into an array that is used again, or that is kept. */
type RowOf = (row: number) => Float32Array

/** How many bytes of decoded rows are kept. */
const mostKept = 2 ** 21

/** Whether a row is decoded with others of its block: then rows are kept, since most tokens of texts are the same few. */
const isSlow = ({ kind, children }: Table): boolean => kind === 'trellis' || Object.values(children).some(isSlow)

/** The rows that were read last, for tables whose rows take long. */
function keeping(table: Table): RowOf {
  const { rows, dim } = table
  const count = Math.min(rows, Math.max(1, Math.floor(mostKept / (4 * dim))))
  const kept = Array.from({ length: count }, () => new Float32Array(dim))
  // The place of each row, from 1 on, and the row of each place: the oldest makes room.
  const placeOf = new Uint32Array(rows)
  const rowAt = new Int32Array(count).fill(-1)
  let next = 0
  return (row) => {
    const place = placeOf[row]
    if (place > 0) return kept[place - 1]
    table.readRow(row, kept[next])
    if (rowAt[next] >= 0) placeOf[rowAt[next]] = 0
    rowAt[next] = row
    placeOf[row] = next + 1
    const found = kept[next]
    next = (next + 1) % count
    return found
  }
}

function rowsOf(table: Table): RowOf {
  if (isSlow(table)) return keeping(table)
  const out = new Float32Array(table.dim)
  return (row) => {
    table.readRow(row, out)
    return out
  }
}

function byRow(table: Table): AddTo {
  const { dim } = table
  const rowOf = rowsOf(table)
  return (rows, weights, sum) => {
    for (let i = 0; i < rows.length; i++) {
      const row = rowOf(rows[i])
      const weight = weights ? weights[i] : 1
      for (let j = 0; j < dim; j++) sum[j] += weight * row[j]
    }
  }
}

/** The rows of a `gather` are rows of its source. */
function throughIndex(index: ArrayLike<number>, add: AddTo): AddTo {
  let found = new Uint32Array(256)
  return (rows, weights, sum) => {
    if (found.length < rows.length) found = new Uint32Array(2 * rows.length)
    for (let i = 0; i < rows.length; i++) found[i] = index[rows[i]]
    add(found.subarray(0, rows.length), weights, sum)
  }
}

function adderOf(table: Table): AddTo {
  if (table.kind === 'gather') return throughIndex(table.tensors.index.data, adderOf(table.children.source))
  return !isSlow(table) && (table.addRows || table.kind === 'product') ? asSums(table) : byRow(table)
}

/** Means of rows of a table; with `normalize`, scaled to length 1. */
export function meansOf(table: Table, normalize: boolean): WriteMean {
  const { dim } = table
  const add = adderOf(table)
  const sum = new Float64Array(dim)
  return (rows, weights, out, at) => {
    sum.fill(0)
    add(rows, weights, sum)
    let factor = 1 / Math.max(1, rows.length)
    if (normalize) {
      let squares = 0
      for (let j = 0; j < dim; j++) squares += sum[j] * sum[j]
      factor = squares > 0 ? 1 / Math.sqrt(squares) : 0
    }
    for (let j = 0; j < dim; j++) out[at + j] = sum[j] * factor
  }
}
