import type { Table } from '@slimbed/runtime'
import { rowByRow } from '@slimbed/runtime/kinds'
import { pythonWith } from '@slimbed/testing'
import { encodeVectors } from '../../src/index.js'
import { collect } from '../support.js'

export const python = pythonWith('faiss')
export const title = python ? '' : ' (skipped: there is no Python with faiss)'

/** All rows of a table, as `readRow` gives them. */
export function rowsOf(table: Table): number[] {
  const row = new Float32Array(table.dim)
  return Array.from({ length: table.rows }, (_, i) => {
    table.readRow(i, row)
    return [...row]
  }).flat()
}

/** The largest difference of two lists of numbers. */
export const farthest = (a: readonly number[], b: readonly number[]): number =>
  Math.max(...a.map((value, i) => Math.abs(value - b[i])))

/** A table as the bytes of an index. */
export async function indexOf(table: Table): Promise<Uint8Array> {
  const sink = collect()
  await encodeVectors({ matrix: rowByRow(table), table }, 'faiss', sink)
  return sink.bytes()
}
