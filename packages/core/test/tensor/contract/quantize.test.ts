import { expect, it } from 'vitest'
import { codeBytes, quantized } from '../../../src/index.js'
import { compareRows } from '../../../src/tensor/kernels/compare.js'
import { encodeRows } from '../../../src/tensor/kernels/encode.js'
import type { VisitCodes } from '../../../src/tensor/ops/quantize.js'
import { everyRow } from '../every-row.js'
import { onEachEngine, streamed } from './support.js'

onEachEngine((engine) => {
  it.each([2, 4, 8, 11])('encodes rows to %i bits, in order, and compares them', async (bits) => {
    const [rows, dim, groupSize] = [20_011, 33, 11]
    const a = streamed(rows, dim)
    const asked: number[] = []
    const gridsOf = (block: Float32Array, start: number, count: number) => {
      expect(block.length).toBe(count * dim)
      asked.push(start)
      const scale = Float32Array.from({ length: 3 * count }, (_, i) => (2 + ((3 * start + i) % 5)) / 2 ** bits)
      return { scale, zero: 2 ** (bits - 1) }
    }
    const codes = new Uint8Array(rows * codeBytes(dim, bits))
    const sums = new Float64Array(5 * rows)
    let next = 0
    const visit: VisitCodes = async (start, some, grids) => {
      expect([start, grids.scale.length]).toEqual([next, (3 * some.length) / codeBytes(dim, bits)])
      next = start + some.length / codeBytes(dim, bits)
      await Promise.resolve()
      codes.set(some, start * codeBytes(dim, bits))
    }
    const compare = everyRow((start, found) => sums.set(found, 5 * start))
    await engine.tensor.quantize(a, { bits, groupSize, gridsOf, compare }, visit)
    expect(next).toBe(rows)
    expect(asked).toEqual([...asked].sort((x, y) => x - y))
    const scale = Float32Array.from({ length: 3 * rows }, (_, i) => (2 + (i % 5)) / 2 ** bits)
    const grids = { dim, bits, groupSize, scale, zero: 2 ** (bits - 1) }
    const [whole, expected] = [await a.read(0, rows), new Uint8Array(codes.length)]
    encodeRows(whole, grids, expected)
    expect(Buffer.from(codes).equals(expected)).toBe(true)
    const tensorOf = { dtype: 'F32', shape: [rows, 3], data: scale } as const
    const table = quantized({ dim, bits, groupSize, codes, scale: tensorOf, zero: grids.zero })
    const [decoded, direct] = [new Float32Array(rows * dim), new Float64Array(5 * rows)]
    for (let row = 0; row < rows; row++) table.readRow(row, decoded.subarray(row * dim, (row + 1) * dim))
    compareRows(whole, decoded, dim, direct)
    expect(Buffer.from(sums.buffer).equals(Buffer.from(direct.buffer))).toBe(true)
  })

  it('too few grids are refused', async () => {
    const gridsOf = () => ({ scale: new Float32Array(5), zero: 7.5 })
    const encoding = { bits: 4, groupSize: 8, compare: undefined, gridsOf }
    await expect(engine.tensor.quantize(streamed(90, 8), encoding, () => {})).rejects.toThrow(
      '5 scales for 90 rows of 1 groups'
    )
  })

  it('encoding fails as its grids do, and as what is done with codes does', async () => {
    const grids = { scale: Float32Array.of(0.1), zero: 7.5 }
    const shape = { bits: 4, groupSize: 8, compare: undefined }
    const gridsOf = (_: Float32Array, start: number) => {
      if (start > 9000) throw new Error('no grid')
      return grids
    }
    await expect(engine.tensor.quantize(streamed(40_000, 8), { ...shape, gridsOf }, () => {})).rejects.toThrow(
      'no grid'
    )
    const visit = (start: number) => {
      if (start > 9000) throw new Error('no room')
    }
    const encoding = { ...shape, gridsOf: () => grids }
    await expect(engine.tensor.quantize(streamed(40_000, 8), encoding, visit)).rejects.toThrow('no room')
  })
})
