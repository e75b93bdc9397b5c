import { checkRow, checkShape, fail } from '../check.js'
import { readFloats } from '../table/half.js'
import type { Table } from '../table/table.js'
import type { Tensor } from '../table/tensor.js'
import { defineKind, tensorOf } from './kind.js'

const types = ['F32', 'F16', 'BF16'] as const

/**
 * A matrix: `data` is `rows × dim`, row-major, float32 or the bits of half floats.
 *
 * Throws `bad-input` when `data` is not `rows · dim` elements of the type.
 */
export function dense(rows: number, dim: number, data: Float32Array, dtype?: 'F32'): Table
export function dense(rows: number, dim: number, data: Uint16Array, dtype: 'F16' | 'BF16'): Table
export function dense(
  rows: number,
  dim: number,
  data: Float32Array | Uint16Array,
  dtype: (typeof types)[number] = 'F32'
): Table {
  checkShape('dense', rows, dim)
  if (data.length !== rows * dim || data.BYTES_PER_ELEMENT !== (dtype === 'F32' ? 4 : 2)) {
    fail(
      'bad-input',
      `dense: expected ${rows} × ${dim} elements of type ${dtype}, got ${data.length} of ${data.BYTES_PER_ELEMENT} bytes`
    )
  }
  // The checks above leave no other pairs of type and data.
  const tensor = { dtype, shape: [rows, dim], data } as Tensor<(typeof types)[number]>
  const table: Table = {
    kind: 'dense',
    rows,
    dim,
    config: {},
    tensors: { data: tensor },
    children: {},
    readRow(row, out) {
      checkRow(row, rows)
      readFloats(tensor, row * dim, dim, out)
    },
    with: () => table
  }
  return table
}

/** How a `dense` node is rebuilt from a file. */
export const denseKind = /* @__PURE__ */ defineKind('dense', (_, tensors) => {
  const { dtype, shape, data } = tensorOf(tensors, 'data', types, 2)
  const [rows, dim] = [shape[0], shape[1]]
  if (data instanceof Float32Array) return dense(rows, dim, data)
  return dense(rows, dim, data, dtype === 'F16' ? 'F16' : 'BF16')
})
