import { dot } from '../lookup/dot.js'
import type { RemoteParts, Selection } from '../remote/node.js'
import { floatsOf } from '../table/half.js'
import type { Matrix } from '../table/matrix.js'
import type { Table, Values } from '../table/table.js'
import { checkRows } from './blocks.js'
import { tensorOf } from './kind.js'

const types = ['F32', 'F16', 'BF16'] as const

/** The values of a `dense` table. The table may be lazy, so their data are not read. */
export const denseValues = ({ tensors }: Table): Values => tensors.data as Values

/** `dots` of float32 values in memory. */
export function denseDots({ rows, dim, tensors }: Table, query: Float64Array, out: Float64Array): boolean {
  const data = tensors.data?.data
  if (!(data instanceof Float32Array)) return false
  for (let i = 0; i < rows; i++) out[i] = dot(data, i * dim, query, dim)
  return true
}

/** Values as a matrix: a view of float32, half floats decoded as they are read. */
export function valuesMatrix({ dtype, shape, data }: Values): Matrix {
  const [rows, dim] = [shape[0], shape[1]]
  return {
    rows,
    dim,
    async read(start, count) {
      checkRows(rows, start, count)
      const [begin, end] = [start * dim, (start + count) * dim]
      if (data instanceof Float32Array) return data.subarray(begin, end)
      return floatsOf({ dtype, shape: [count, dim], data: data.subarray(begin, end) })
    }
  }
}

/** A `dense` table in blocks. */
export const expandDense = (table: Table): Matrix => valuesMatrix(denseValues(table))

/** Every row is a row of the data. */
export function selectDense({ tensors }: RemoteParts): Selection {
  const data = tensorOf(tensors, 'data', types, 2)
  return { rows: data.shape[0], dim: data.shape[1], take: [data] }
}
