import { load } from '@slimbed/runtime'
import { expect, test } from 'vitest'
import {
  compress,
  createTensor,
  dense,
  type Matrix,
  materialize,
  matrixFrom,
  partition,
  save,
  type Table
} from '../../src/index.js'
import { toFloat16 } from '../../src/numbers.js'
import { halvesOf } from '../../src/quantize.js'

const [rows, dim] = [9000, 300]
const values = Float32Array.from({ length: rows * dim }, (_, at) => Math.sin(at))
const halves = (matrix: Matrix) => halvesOf(matrix, { dtype: 'F16', convert: (block) => toFloat16(block) })
const stage = { name: 'halves', config: {}, compress: async (matrix: Matrix) => halves(matrix) }

/** Whether two arrays hold the same bytes: the test runner compares large ones slowly. */
const same = (a: ArrayBufferView, b: ArrayBufferView) =>
  Buffer.from(a.buffer, a.byteOffset, a.byteLength).equals(Buffer.from(b.buffer, b.byteOffset, b.byteLength))

const bytesOf = (table: Table): ArrayBufferView => table.tensors.data.data

/** A sink that remembers what is written. */
function memorySink() {
  const bytes = new Uint8Array(8 * 2 ** 20)
  let length = 0
  return {
    write: async (piece: Uint8Array, at: number) => {
      bytes.set(piece, at)
      length = Math.max(length, at + piece.length)
    },
    bytes: () => bytes.slice(0, length)
  }
}

test('half floats of a matrix are written, compared and held alike, a block at a time', async () => {
  const matrix = matrixFrom(rows, dim, values)
  const sink = memorySink()
  const tensor = await createTensor({ backend: 'cpu' })
  let largest = 0
  const read: Matrix['read'] = (start, count) => {
    largest = Math.max(largest, count)
    return matrix.read(start, count)
  }
  const { measured } = await compress({ rows, dim, read }, stage, { tensor, sink })
  await tensor.close()
  expect(largest).toBeLessThan(rows / 2)
  const { table } = load(sink.bytes())
  expect(same(bytesOf(table), toFloat16(values))).toBe(true)
  expect(measured.relativeError).toBeGreaterThan(1e-5)
  expect(measured.relativeError).toBeLessThan(1e-3)
  const held = await compress(matrix, stage)
  expect(same(bytesOf(held.table), toFloat16(values))).toBe(true)
  expect(held.measured).toEqual(measured)
})

test('below the root they are saved as if they were held', async () => {
  const ids = Uint8Array.from({ length: rows }, (_, row) => (row < 8000 ? 0 : 1))
  const first = halves(matrixFrom(8000, dim, values.subarray(0, 8000 * dim)))
  const lazy = partition(ids, [first, dense(1000, dim, values.slice(8000 * dim))])
  const provenance = { pipeline: 'test' }
  const [streamed, held] = [
    await save({ table: lazy, provenance }),
    await save({ table: await materialize(lazy), provenance })
  ]
  expect(same(streamed, held)).toBe(true)
  expect(() => first.tensors.data.data).toThrow('materialize it')
})
