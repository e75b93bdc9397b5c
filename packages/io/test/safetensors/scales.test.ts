import { bytesSource } from '@slimbed/runtime'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { eightBits } from '../../src/binary/eight-bits.js'
import { readModel, readVectors } from '../../src/index.js'
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
        expect.stringMatching(new RegExp(`scales "${name}" of "w": every value is taken times (one|the) scale`))
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
        const list = shape.length === 1
        const fits = list
          ? [1, 4, 6].includes(down)
          : shape.length < 3 && [1, 2, 3, 6].includes(down) && [1, 2, 4].includes(across)
        if (fits) expect((await all(file, { tensor: 'q', scales: 's' })).values).toEqual(Array(24).fill(6))
        else
          expect(await refusal(read(file, { tensor: 'q', scales: 's' }))).toMatch(
            /^bad-input: .*expected floats for the whole matrix/
          )
      })
    )
  })

  test('blocks of powers of two, in all sizes of matrices; a list is of the rows, or of the columns where it has as many', async () => {
    const size = fc.integer({ min: 2, max: 40 })
    const blocks = fc.constantFrom(1, 2, 4, 8, 16)
    await fc.assert(
      fc.asyncProperty(size, size, blocks, blocks, async (rows, dim, height, width) => {
        const [down, across] = [Math.ceil(rows / height), Math.ceil(dim / width)]
        const data = Float32Array.from({ length: down * across }, (_, i) => 1 + i)
        const q = { dtype: 'I8', shape: [rows, dim], data: new Int8Array(rows * dim).fill(1) }
        const file = safetensors({ q, s: { dtype: 'F32', shape: [down, across], data } })
        const { matrix } = await read(file, { tensor: 'q', scales: 's' })
        const expected = (row: number, j: number) => 1 + Math.floor(row / height) * across + Math.floor(j / width)
        for (const [start, count] of [
          [0, rows],
          [rows - 1, 1],
          [rows >> 1, rows - (rows >> 1)]
        ]) {
          expect(Array.from(await matrix.read(start, count))).toEqual(
            Array.from({ length: count * dim }, (_, i) => expected(start + Math.floor(i / dim), i % dim))
          )
        }
      })
    )
    const listed = (length: number) => ({
      dtype: 'F32',
      shape: [length],
      data: Float32Array.from([2, 3, 5, 7].slice(0, length))
    })
    const of = (length: number) =>
      all(safetensors({ q: { dtype: 'I8', shape: [2, 4], data: new Int8Array(8).fill(1) }, s: listed(length) }), {
        tensor: 'q',
        scales: 's'
      })
    expect((await of(2)).values).toEqual([2, 2, 2, 2, 3, 3, 3, 3])
    expect((await of(4)).values).toEqual([2, 3, 5, 7, 2, 3, 5, 7])
  })

  test('powers of two in 8 bits', async () => {
    const q = { dtype: 'F8_E4M3', shape: [3, 1], data: Uint8Array.of(0x38, 0x38, 0x38) }
    const file = safetensors({
      'a.weight': q,
      'a.scale': { dtype: 'F8_E8M0', shape: [3, 1], data: Uint8Array.of(127, 120, 130) }
    })
    expect((await all(file)).values).toEqual([1, 2 ** -7, 8])
  })

  test('many of them are read with the rows, a part at a time', async () => {
    const [rows, dim] = [3000, 700]
    const data = Float32Array.from({ length: rows * dim }, (_, i) => 1 + (i % 251))
    const q = { dtype: 'U8', shape: [rows, dim], data: new Uint8Array(rows * dim).fill(2) }
    const { matrix } = await read(safetensors({ q, s: { dtype: 'F32', shape: [rows, dim], data } }), {
      tensor: 'q',
      scales: 's'
    })
    for (const [start, count] of [
      [0, 100],
      [100, 1900],
      [2999, 1],
      [5, 3]
    ]) {
      expect(await matrix.read(start, count)).toEqual(
        data.subarray(start * dim, (start + count) * dim).map((value) => value * 2)
      )
    }
  })

  test('the matrices of a model are times theirs; those that do not fit are an error of their matrix alone', async () => {
    const codes = { dtype: 'F8_E4M3', shape: [2, 2], data: Uint8Array.of(0x38, 0x40, 0xb8, 0) }
    const scale = (...shape: number[]) => ({
      dtype: 'F32',
      shape,
      data: new Float32Array(shape.reduce((a, b) => a * b, 1)).fill(3)
    })
    const model = await readModel(
      bytesSource('m', safetensors({ a: codes, a_scale_inv: scale(2, 1), b: codes, b_scale: scale(3, 3), c: codes }))
    )
    expect([...model.matrices.keys()]).toEqual(['a', 'b', 'b_scale', 'c'])
    expect([...model.scales]).toEqual([['a', 'a_scale_inv']])
    expect(model.tensors).toHaveLength(5)
    expect(Array.from((await model.matrices.get('a')?.read(0, 2)) ?? [])).toEqual([3, 6, -3, 0])
    expect(await refusal(Promise.resolve(model.matrices.get('b')?.read(0, 2)))).toMatch(/b_scale F32 \[3, 3\]$/)
  })
})
