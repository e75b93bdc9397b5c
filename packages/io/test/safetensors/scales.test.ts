import { bytesSource } from '@slimbed/runtime'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { eightBits } from '../../src/binary/eight-bits.js'
import { readVectors } from '../../src/index.js'
import { refusal } from '../support.js'
import { safetensors } from './safetensors-file.js'

const values = (type: 'F8_E4M3' | 'F8_E5M2', ...codes: number[]) => Array.from(eightBits(Uint8Array.from(codes), type))
const read = (file: Uint8Array, options: { tensor?: string; scales?: string } = {}) =>
  readVectors(bytesSource('model.safetensors', file), options)
const all = async (file: Uint8Array, options: { tensor?: string; scales?: string } = {}) => {
  const { matrix, warnings } = await read(file, options)
  return { values: Array.from(await matrix.read(0, matrix.rows)), warnings }
}

describe('floats of 8 bits', () => {
  test('the values of the standard: largest, smallest, one, no number', () => {
    expect(values('F8_E4M3', 0x7e, 0x01, 0x08, 0x38, 0xb8, 0x80, 0x7f)).toEqual([
      448,
      2 ** -9,
      2 ** -6,
      1,
      -1,
      -0,
      Number.NaN
    ])
    expect(values('F8_E5M2', 0x7b, 0x01, 0x04, 0x3c, 0xbc, 0x7c, 0x7d)).toEqual([
      57344,
      2 ** -16,
      2 ** -14,
      1,
      -1,
      Infinity,
      Number.NaN
    ])
  })

  test('values rise with their codes, and the sign is the highest bit', () => {
    for (const [type, last] of [
      ['F8_E4M3', 0x7e],
      ['F8_E5M2', 0x7b]
    ] as const) {
      const list = values(type, ...Array.from({ length: last + 1 }, (_, code) => code))
      expect(list.every((value, i) => i === 0 || value > list[i - 1])).toBe(true)
      expect(values(type, ...list.map((_, code) => code + 128))).toEqual(list.map((value) => -value))
    }
  })

  test('a matrix of them is read; what is no number is refused', async () => {
    const file = safetensors({ table: { dtype: 'F8_E4M3', shape: [2, 2], data: Uint8Array.of(0x38, 0x40, 0xb8, 0) } })
    expect(await all(file)).toEqual({ values: [1, 2, -1, 0], warnings: [] })
    const bad = safetensors({ table: { dtype: 'F8_E4M3', shape: [2, 2], data: Uint8Array.of(0x38, 0x40, 0x7f, 0) } })
    expect(await refusal(all(bad))).toMatch(/^bad-input: model\.safetensors.*row 1/)
  })
})

describe('scales', () => {
  test('those beside a matrix of 8 bits are taken: for all, for rows, for blocks of 128', async () => {
    const [rows, dim] = [200, 130]
    const codes = Uint8Array.from({ length: rows * dim }, (_, i) => (i * 7) % 120)
    const plain = eightBits(codes, 'F8_E4M3')
    const table = { dtype: 'F8_E4M3', shape: [rows, dim], data: codes }
    const cases: [string, number[], number[], (row: number, column: number) => number][] = [
      ['w_scale', [], [0.5], () => 0.5],
      ['w_scale', [rows, 1], Array.from({ length: rows }, (_, i) => 1 + i), (row) => 1 + row],
      ['w_scale_inv', [2, 2], [1, 2, 3, 4], (row, column) => 1 + 2 * Number(row >= 128) + Number(column >= 128)]
    ]
    for (const [name, shape, data, scaleOf] of cases) {
      const file = safetensors({ w: table, [name]: { dtype: 'F32', shape, data: Float32Array.from(data) } })
      const { values: got, warnings } = await all(file)
      expect(got).toEqual(Array.from(plain, (value, i) => value * scaleOf(Math.floor(i / dim), i % dim)))
      expect(warnings).toEqual([
        expect.stringContaining(`scales "${name}" of "w": every value is taken times its scale`)
      ])
    }
  })

  test('of whole numbers, those that are named', async () => {
    const file = safetensors({
      q: { dtype: 'I8', shape: [2, 2], data: Int8Array.of(-128, 1, 2, 127) },
      s: { dtype: 'F32', shape: [2], data: Float32Array.of(0.5, 2) }
    })
    expect(await all(file, { scales: 's' })).toEqual({ values: [-64, 0.5, 4, 254], warnings: [] })
    expect(await refusal(read(file))).toMatch(/expected one matrix of floats; its tensors: q I8 \[2, 2\]/)
    expect(await refusal(read(file, { scales: 'x' }))).toBe(
      'bad-input: model.safetensors: scales "x" of "q": there is no such tensor; its tensors: q I8 [2, 2], s F32 [2]'
    )
  })

  test('of a shape that fits no blocks they are refused', async () => {
    const shapes = fc.array(fc.integer({ min: 0, max: 9 }), { maxLength: 3 })
    await fc.assert(
      fc.asyncProperty(shapes, async (shape) => {
        const count = shape.reduce((a, b) => a * b, 1)
        const file = safetensors({
          q: { dtype: 'U8', shape: [6, 4], data: new Uint8Array(24).fill(3) },
          s: { dtype: 'F32', shape, data: new Float32Array(count).fill(2) }
        })
        const [down, across] = [shape[0] ?? 1, shape[1] ?? 1]
        const fits = shape.length < 3 && [1, 2, 3, 6].includes(down) && [1, 2, 4].includes(across)
        if (fits) expect((await all(file, { tensor: 'q', scales: 's' })).values).toEqual(Array(24).fill(6))
        else
          expect(await refusal(read(file, { tensor: 'q', scales: 's' }))).toMatch(
            /^bad-input: .*expected floats for the whole matrix/
          )
      })
    )
  })
})
