import { type Compressor, compress, createTensor, matrixFrom, save, type Table, tableBytes } from '@slimbed/core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { trellis } from '../src/index.js'
import { gaussian } from './support.js'

const [rows, dim] = [1500, 24]

/** Rows of many sizes, with a mean and a falling spectrum. */
function uneven(): Float32Array {
  const noise = gaussian(1, rows * dim)
  return noise.map((value, at) => {
    const [row, column] = [Math.floor(at / dim), at % dim]
    return ((value + noise[row * dim]! + 0.5) * (row % 7 === 0 ? 4 : 1)) / (1 + column / 4)
  })
}

const matrix = matrixFrom(rows, dim, uneven())
let tensor: Awaited<ReturnType<typeof createTensor>>
beforeAll(async () => {
  tensor = await createTensor({ threads: 1 })
})
afterAll(() => tensor.close())

type Options = Parameters<typeof trellis>[0]
const fixed = (options: Options) => trellis({ coding: 'fixed', states: 64, clusters: 0, ...options })
const run = (compressor: Compressor, data = matrix) => compress(data, compressor, { tensor, seed: 1 })
const nodesOf = (table: Table): Table[] => [table, ...Object.values(table.children).flatMap(nodesOf)]
const leafOf = (table: Table) => {
  const found = nodesOf(table).find(({ kind }) => kind === 'bitshift')
  if (!found) throw new Error('there is no leaf of fixed bits')
  return found
}

test.each([1.5, 2.2, 3])('bits=%d is kept to, and used but for 1 %%', async (bits) => {
  const { table } = await run(fixed({ bits }))
  const got = (8 * tableBytes(table)) / rows / dim
  expect(got).toBeLessThanOrEqual(bits)
  expect(got).toBeGreaterThan(0.99 * bits)
})

test('ratio and maxBytes are kept to', async () => {
  expect(tableBytes((await run(fixed({ ratio: 12 }))).table)).toBeLessThanOrEqual((rows * dim * 4) / 12)
  expect(tableBytes((await run(fixed({ maxBytes: 9999 }))).table)).toBeLessThanOrEqual(9999)
  await expect(run(fixed({ maxBytes: 100 }))).rejects.toMatchObject({ code: 'bad-option' })
})

test.each([0.1, 0.4])('error=%d is kept to, and used', async (error) => {
  const { measured } = await run(fixed({ error }))
  expect(measured.relativeError).toBeLessThanOrEqual(error)
  expect(measured.relativeError).toBeGreaterThan(0.93 * error)
})

test('an error that takes more bits than there are is refused', async () => {
  await expect(run(fixed({ error: 1e-6 }))).rejects.toThrow('coding=fixed has at most 4 bits a value')
})

test('states are those that there are for the coding', () => {
  expect(() => fixed({ bits: 2, states: 24 })).toThrow(
    'states must be one of 16, 32, 64, 128, 256, 512, 1024, 2048, 4096'
  )
  expect(() => trellis({ bits: 2, states: 512 })).toThrow('states must be one of 8, 16, 32, 64, 128, 256, not 512')
})

test('at 2 bits 64 states lose less than half of what Lloyd and Max do to the limit', async () => {
  const [count, width] = [1000, 64]
  // 2 bits for each value, and the rest for the codebook and the scales.
  const { table, measured } = await run(
    fixed({ bits: 2.05, basis: 'none' }),
    matrixFrom(count, width, gaussian(3, count * width))
  )
  expect(new Set(leafOf(table).tensors.bits?.data)).toEqual(new Set([2]))
  expect(measured.relativeError ** 2 * 16).toBeLessThan(1 + (0.1175 * 16 - 1) / 2)
})

test('more states lose less', async () => {
  const long = matrixFrom(400, 128, gaussian(7, 400 * 128))
  const lost = async (states: number) =>
    (await run(fixed({ bits: 2, basis: 'none', states }), long)).measured.relativeError
  expect(await lost(256)).toBeLessThan(await lost(16))
})

test('rows of very different sizes get gains, rows of one size do not', async () => {
  const noise = gaussian(5, rows * dim)
  const sized = noise.map((value, at) => value * 2 ** (Math.floor(at / dim) % 5))
  const gainsOf = async (data: Float32Array) =>
    leafOf((await run(fixed({ bits: 2, basis: 'none' }), matrixFrom(rows, dim, data))).table).tensors.gains
  expect(await gainsOf(sized)).toBeDefined()
  expect(await gainsOf(noise)).toBeUndefined()
})

test('centres are taken off where rows lie close to a few of them', async () => {
  const [noise, centres] = [gaussian(8, rows * dim), gaussian(9, 9 * dim)]
  const close = noise.map((value, at) => value + 20 * centres[(Math.floor(at / dim) % 9) * dim + (at % dim)]!)
  const { table } = await run(trellis({ coding: 'fixed', states: 64, bits: 1 }), matrixFrom(rows, dim, close))
  expect(nodesOf(table).map(({ kind }) => kind)).toContain('codebook')
})

test('the same bytes on any number of threads', async () => {
  const bytes = async (threads: number) => {
    const own = await createTensor({ threads, backend: 'wasm' })
    const { table } = await compress(matrix, fixed({ bits: 2 }), { tensor: own, seed: 1 })
    await own.close()
    return save({ table, provenance: {} })
  }
  expect(await bytes(2)).toEqual(await bytes(1))
})

test('few rows, such as the right factor of a product, do without a basis of their own', async () => {
  const { table, measured } = await run(fixed({ bits: 4 }), matrixFrom(48, 100, gaussian(11, 4800)))
  expect(nodesOf(table).map(({ kind }) => kind)).not.toContain('householder')
  expect(measured.relativeError).toBeLessThan(0.15)
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
  const { table, measured } = await run(fixed({ error: 0.2 }), given)
  expect([table.rows, table.dim]).toEqual([given.rows, columns])
  if (data.some((value) => value !== 0)) expect(measured.relativeError).toBeLessThanOrEqual(0.2)
  const row = new Float32Array(columns)
  for (let i = 0; i < table.rows; i++) {
    table.readRow(i, row)
    expect(row.every(Number.isFinite)).toBe(true)
  }
})
