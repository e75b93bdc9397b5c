import {
  type Compressor,
  compress,
  createTensor,
  matrixFrom,
  randomAt,
  save,
  type Table,
  tableBytes
} from '@slimbed/core'
import { measure } from '@slimbed/core/measure'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { compressRows } from '../src/compress-rows.js'
import { trellis } from '../src/index.js'
import type { Options } from '../src/options.js'
import { gaussian } from './support.js'

const [rows, dim] = [1500, 24]

/** Rows about 9 centres, some of them far larger than others, with a mean and a falling spectrum. */
function clustered(): Float32Array {
  const noise = gaussian(1, rows * dim)
  const centres = gaussian(2, 9 * dim)
  return noise.map((value, at) => {
    const [row, column] = [Math.floor(at / dim), at % dim]
    const mixed = value + noise[row * dim] + 2 * centres[(row % 9) * dim + column] + 0.5
    return (mixed * (row % 7 === 0 ? 4 : 1)) / (1 + column / 4)
  })
}

const values = clustered()
const matrix = matrixFrom(rows, dim, values)
let tensor: Awaited<ReturnType<typeof createTensor>>
beforeAll(async () => {
  tensor = await createTensor({ threads: 1 })
})
afterAll(() => tensor.close())

const run = (compressor: Compressor, data = matrix) => compress(data, compressor, { tensor, seed: 1 })

test.each([1, 2.5, 6])('bits=%d is kept to, and used', async (bits) => {
  const { table } = await run(trellis({ bits, states: 16 }))
  const got = (8 * tableBytes(table)) / rows / dim
  expect(got).toBeLessThanOrEqual(bits)
  expect(got).toBeGreaterThan(0.97 * bits)
})

test('ratio and maxBytes are kept to', async () => {
  expect(tableBytes((await run(trellis({ ratio: 12, states: 16 }))).table)).toBeLessThanOrEqual((rows * dim * 4) / 12)
  expect(tableBytes((await run(trellis({ maxBytes: 9999, states: 16 }))).table)).toBeLessThanOrEqual(9999)
  await expect(run(trellis({ maxBytes: 100 }))).rejects.toMatchObject({ code: 'bad-option' })
})

test.each([0.05, 0.3])('error=%d is kept to, and used', async (error) => {
  const { measured } = await run(trellis({ error, states: 16 }))
  expect(measured.relativeError).toBeLessThanOrEqual(error)
  expect(measured.relativeError).toBeGreaterThan(0.95 * error)
})

test('exactly one goal is given', () => {
  expect(() => trellis({})).toThrow('give exactly one of bits, ratio, error and maxBytes, not none')
  expect(() => trellis({ bits: 2, ratio: 3 })).toThrow('not bits=2, ratio=3')
  expect(() => trellis({ error: 0 })).toThrow('error must be above 0')
  expect(() => trellis({ bits: 2, states: 24 })).toThrow('states must be one of 8, 16, 32, 64, 128, 256, not 24')
})

test('more states lose less on long rows', async () => {
  const long = matrixFrom(300, 256, gaussian(7, 300 * 256))
  const lost = async (states: number) =>
    (await run(trellis({ bits: 2.5, clusters: 0, basis: 'none', states }), long)).measured.relativeError
  expect(await lost(64)).toBeLessThan(await lost(8))
})

test('a random rotation takes no bytes, and what is lost under it is lost of the table', async () => {
  // One column has nearly all of the variance; after the rotation all are alike.
  const uneven = gaussian(11, 400 * 32).map((value, at) => (at % 32 === 0 ? 30 * value : value))
  const rows32 = matrixFrom(400, 32, uneven)
  const { table, measured } = await run(trellis({ error: 0.2, basis: 'hadamard', clusters: 0, states: 16 }), rows32)
  expect([table.kind, table.children.right?.kind]).toEqual(['product', 'hadamard'])
  expect(table.children.right && tableBytes(table.children.right)).toBe(0)
  expect(measured.relativeError).toBeLessThanOrEqual(0.2)
  expect(measured.relativeError).toBeGreaterThan(0.19)
})

test('a codebook is used where rows lie close to a few centres, and loses less', async () => {
  const [noise, centres] = [gaussian(8, rows * dim), gaussian(9, 9 * dim)]
  const close = matrixFrom(
    rows,
    dim,
    noise.map((value, at) => value + 20 * centres[(Math.floor(at / dim) % 9) * dim + (at % dim)])
  )
  const lost = async (options: Parameters<typeof trellis>[0]) =>
    (await run(trellis({ bits: 1, states: 16, ...options }), close)).measured.relativeError
  expect(await lost({})).toBeLessThan(0.9 * (await lost({ clusters: 0 })))
})

/** More rows about the same centres. */
const many = 12_000
const large = matrixFrom(
  many,
  dim,
  gaussian(4, many * dim).map((value, at) => {
    const row = Math.floor(at / dim)
    return value / (1 + (at % dim)) + values[(row % 9) * dim + (at % dim)]!
  })
)

test('the same bytes on any number of threads', async () => {
  const bytes = async (threads: number) => {
    const own = await createTensor({ threads, backend: 'wasm', eager: true })
    const { table } = await compress(large, trellis({ bits: 2, states: 16, clusters: 16 }), { tensor: own, seed: 1 })
    await own.close()
    return save({ table, provenance: {} })
  }
  const one = await bytes(1)
  expect(await bytes(2)).toEqual(one)
  expect(await bytes(3)).toEqual(one)
})

test('a sample tells the step of a larger table: its bytes are kept to, and nothing much is lost', async () => {
  const context = { path: [], tensor, random: randomAt(0), seed: 0, progress: () => {} }
  const none = { ratio: undefined, error: undefined, maxBytes: undefined, weights: 'none', neighbours: 0 } as const
  const options: Options = { ...none, bits: 2, states: 16, clusters: 16, basis: 'klt', block: 32, coding: 'entropy' }
  const run = async (most?: number) => compressRows(large, options, context, most)
  const error = async (table: Table) => (await measure(large, table, { tensor })).relativeError
  const [part, whole] = [await run(2000 * dim), await run()]
  expect(tableBytes(part)).toBeLessThanOrEqual(tableBytes(whole) * 1.005)
  expect(tableBytes(part)).toBeGreaterThan(0.97 * tableBytes(whole))
  expect(await error(part)).toBeLessThan(1.05 * (await error(whole)))
})

const odd: readonly [string, Float32Array, number][] = [
  ['zeros', new Float32Array(64 * 8), 8],
  ['one value', new Float32Array(64 * 8).fill(3), 8],
  ['one column', gaussian(3, 200), 1],
  ['one row', gaussian(4, 40), 40],
  ['a huge value among small ones', gaussian(5, 640).fill(1e15, 77, 78), 8],
  ['tiny values', gaussian(6, 640).map((value) => value * 1e-30), 8],
  ['no rows', new Float32Array(), 8]
]

test.each(odd)('%s are coded', async (_, data, columns) => {
  const given = matrixFrom(data.length / columns, columns, data)
  const { table, measured } = await run(trellis({ error: 0.1, states: 16 }), given)
  expect([table.rows, table.dim]).toEqual([given.rows, columns])
  if (data.some((value) => value !== 0)) expect(measured.relativeError).toBeLessThanOrEqual(0.1)
  const row = new Float32Array(columns)
  for (let i = 0; i < table.rows; i++) {
    table.readRow(i, row)
    expect(row.every(Number.isFinite)).toBe(true)
  }
})

test('values that are not finite are refused', async () => {
  const data = clustered()
  data[77] = Number.NaN
  await expect(run(trellis({ bits: 2 }), matrixFrom(rows, dim, data))).rejects.toMatchObject({ code: 'bad-input' })
})
