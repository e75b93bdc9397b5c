import { floatsOf } from '../half.js'
import type { Matrix } from '../matrix.js'
import type { Table } from '../table.js'
import { checkRows } from './blocks.js'
import { tensorOf } from './kind.js'

/** A `dense` table in blocks: a view of float32, half floats decoded as they are read. */
export function expandDense({ tensors }: Table): Matrix {
  const { dtype, shape, data } = tensorOf(tensors, 'data', ['F32', 'F16', 'BF16'], 2)
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
