import { bytesSource, dense, openSource, quantized, type Source } from '@slimbed/runtime'
import { optionalKinds } from '@slimbed/runtime/optional-kinds'
import { concat } from '@slimbed/runtime/pq'
import { codebook, packIndex } from '@slimbed/runtime/trellis'
import { expect, test } from 'vitest'
import { fileOf } from '../file-of.js'
import { generator } from '../sample.js'

const matrix = (rows: number, dim: number, from = 0) =>
  dense(
    rows,
    dim,
    Float32Array.from({ length: rows * dim }, (_, i) => from + i)
  )

test('columns side by side', () => {
  const table = concat([matrix(2, 1), matrix(2, 3, 10)])
  const row = new Float32Array(4)
  table.readRow(1, row)
  expect([...row]).toEqual([1, 13, 14, 15])
  expect(table.weightsFor?.('1', Float32Array.of(3, 4))).toEqual(Float32Array.of(3, 4))
})

test('parts that do not fit are refused', () => {
  expect(() => concat([])).toThrow('concat: there are no parts')
  expect(() => concat([matrix(2, 1), matrix(3, 1)])).toThrow('concat: a part has 3 rows, another 2')
  const table = concat([matrix(2, 1), matrix(2, 3)])
  expect(() => table.with({ 0: matrix(2, 1), 1: matrix(2, 2) })).toThrow('must stay 2 × 3')
  expect(() => table.readRow(2, new Float32Array(4))).toThrow('row 2 of a table of 2 rows')
})

test.each([3, 5, 8, 11])('rows of long indices of %d bits are read from the bytes that hold them', async (bits) => {
  const rows = 300_000
  const random = generator(bits)
  const parts = [2, 3].map((width) => {
    const ids = Uint32Array.from({ length: rows }, () => Math.floor(random() * 2 ** bits))
    return codebook(packIndex(ids, bits), matrix(2 ** bits, width, bits))
  })
  const table = concat(parts)
  const file = fileOf(table)
  let read = 0
  const whole = bytesSource('file', file)
  const source: Source = {
    ...whole,
    read(offset, length) {
      read += length
      return whole.read(offset, length)
    }
  }
  const remote = await openSource(source, { kinds: optionalKinds, blockBytes: 64 })
  expect(remote.whole).toBe(false)
  const ids = [rows - 1, 0, 7, 8, 9, 123_456, 7]
  const row = new Float32Array(5)
  const wanted = ids.flatMap((id) => {
    table.readRow(id, row)
    return [...row]
  })
  expect([...(await remote.table.read(ids))]).toEqual(wanted)
  expect(read).toBeLessThan(file.length / 2)
})

test('a long index beyond its source is noticed when its rows are read', async () => {
  const rows = 100_000
  const good = codebook(packIndex(new Uint32Array(rows), 8), matrix(5, 2))
  const index = { dtype: 'U8', shape: [rows], data: new Uint8Array(rows).fill(9, 50_000) } as const
  const remote = await openSource(bytesSource('file', fileOf({ ...good, tensors: { index } })), {
    kinds: optionalKinds
  })
  expect([...(await remote.table.read([49_999]))]).toEqual([0, 1])
  await expect(remote.table.read([50_000])).rejects.toMatchObject({ code: 'corrupt-file' })
})

test('parts in a file that have not the same number of rows are refused', async () => {
  const scale = { dtype: 'F32', shape: [1, 1], data: Float32Array.of(1) } as const
  const table = concat([
    matrix(3, 2),
    quantized({ dim: 2, bits: 8, groupSize: 2, codes: new Uint8Array(6), scale, zero: 0 })
  ])
  const file = fileOf({ ...table, children: { ...table.children, 0: matrix(4, 2) } })
  await expect(openSource(bytesSource('file', file), { kinds: optionalKinds })).rejects.toMatchObject({
    code: 'corrupt-file',
    message: expect.stringContaining('a part has 3 rows, another 4')
  })
})
