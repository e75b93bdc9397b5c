import { compress, createTensor, isSlimbedError, matrixFrom, pipeline, type Table } from '@slimbed/core'
import { falling } from '@slimbed/testing'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { iiq } from '../src/index.js'
import { decoded, lossesOf, madeOf, rowsWithMean, squaredRelativeError, tensorOfFile } from './support.js'

const tensor = tensorOfFile()

const refusal = async (run: () => unknown) => {
  try {
    await run()
  } catch (error) {
    if (isSlimbedError(error)) return `${error.code}: ${error.message}`
    throw error
  }
  return 'accepted'
}

const shape = fc.record({
  rows: fc.integer({ min: 2, max: 60 }),
  dim: fc.integer({ min: 2, max: 12 }),
  bits: fc.integer({ min: 1, max: 20 }),
  seed: fc.nat()
})

test('codes are ±1 in a quantized table of one bit', async () => {
  const { table } = await madeOf(tensor(), [50, 10, rowsWithMean(50, 10, 1)], { bits: 12 })
  expect([table.kind, table.rows, table.dim]).toEqual(['quantized', 50, 12])
  expect(table.config).toEqual({ dim: 12, bits: 1, groupSize: 12, zero: 0.5 })
  expect(new Set(decoded(table))).toEqual(new Set([-1, 1]))
  expect(table.tensors.codes.shape).toEqual([50, 2])
})

test('the loss never rises, falls from where it began, and ends as reported', async () => {
  await fc.assert(
    fc.asyncProperty(shape, async ({ rows, dim, bits, seed }) => {
      const { details } = await madeOf(tensor(), [rows, dim, rowsWithMean(rows, dim, seed)], { bits, remove: 1 }, seed)
      const losses = lossesOf(details)
      expect(losses.length).toBeGreaterThan(0)
      for (let i = 1; i < losses.length; i++) expect(losses[i]).toBeLessThanOrEqual(losses[i - 1])
      for (const loss of losses) expect(loss).toBeGreaterThanOrEqual(-1e-6)
    }),
    { numRuns: 25 }
  )
  const { details } = await madeOf(tensor(), [400, 16, rowsWithMean(400, 16, 3)], { tolerance: 0 })
  const losses = lossesOf(details)
  expect(losses.at(-1)).toBeLessThan(0.97 * losses[0])
})

test('the loss is what the best multiple of the codes leaves of the rows', async () => {
  const data = rowsWithMean(300, 8, 5)
  const options = { space: 'vectors', scale: 'table', remove: 0, center: false, iterations: 7 } as const
  const { table, details } = await madeOf(tensor(), [300, 8, data], options)
  expect(table.kind).toBe('product')
  expect(squaredRelativeError(data, decoded(table))).toBeCloseTo(lossesOf(details).at(-1), 5)
})

test('plain signs: one bit for each column as it is', async () => {
  const data = rowsWithMean(40, 9, 2)
  data.fill(0, 9, 18)
  const options = { init: 'axes', remove: 0, center: false, iterations: 0 } as const
  const { table } = await madeOf(tensor(), [40, 9, data], options)
  expect(decoded(table)).toEqual(data.map((value) => (value < 0 ? -1 : 1)))
})

test('signs on principal directions: the first bits are those of the directions of greatest variance', async () => {
  const [rows, dim] = [60, 6]
  const data = rowsWithMean(rows, dim, 8)
  const mean = Array.from({ length: dim }, (_, j) => {
    let sum = 0
    for (let i = 0; i < rows; i++) sum += data[i * dim + j]
    return sum / rows
  })
  const gram = new Float64Array(dim * dim)
  const at = (i: number, j: number) => data[i * dim + j] - mean[j]
  for (let i = 0; i < rows; i++) {
    for (let a = 0; a < dim; a++) for (let b = 0; b < dim; b++) gram[a * dim + b] += at(i, a) * at(i, b)
  }
  const { vectors } = await tensor().eigh(
    gram.map((v, k) => (v + gram[(k % dim) * dim + Math.floor(k / dim)]) / 2),
    dim
  )
  const { table } = await madeOf(tensor(), [rows, dim, data], { init: 'pca', iterations: 0, remove: 2, bits: 3 })
  const codes = decoded(table)
  for (let i = 0; i < rows; i++) {
    for (let k = 0; k < 3; k++) {
      let z = 0
      for (let j = 0; j < dim; j++) z += at(i, j) * vectors[(k + 2) * dim + j]
      if (Math.abs(z) > 1e-5) expect(codes[i * 3 + k]).toBe(Math.sign(z))
    }
  }
})

test('vectors: what was removed comes back exactly, and a later stage may compress it', async () => {
  const [rows, dim] = [50, 6]
  const data = rowsWithMean(rows, dim, 4)
  const all = await madeOf(tensor(), [rows, dim, data], { space: 'vectors', remove: 5 })
  // One direction of six is left to the codes, with a scale for each row: nothing is lost but float16.
  expect(squaredRelativeError(data, decoded(all.table))).toBeLessThan(1e-6)
  expect(all.table.kind).toBe('sum')
  const kinds = Object.values(all.table.children).map((table) => [table.kind, table.children.left?.kind])
  expect(kinds).toEqual([
    ['product', 'quantized'],
    ['product', 'dense'],
    ['gather', undefined]
  ])
})

test('vectors: no other scale would be better', async () => {
  const [rows, dim] = [80, 10]
  const data = rowsWithMean(rows, dim, 6)
  for (const scale of ['row', 'table'] as const) {
    for (const bits of [4, 10, 17]) {
      const { table } = await madeOf(tensor(), [rows, dim, data], { space: 'vectors', scale, bits, remove: 1 })
      const error = (made: Table) => squaredRelativeError(data, decoded(made))
      const [codes, ...others] = Object.values(table.children)
      const least = error(table)
      expect(least).toBeLessThan(1)
      for (const factor of [0.97, 1.03]) {
        const right = codes.children.right
        const scaled = decoded(right).map((value) => value * factor)
        const { dense, sum } = await import('@slimbed/core')
        const other = codes.with({ left: codes.children.left, right: dense(right.rows, right.dim, scaled) })
        expect(error(sum([other, ...others]))).toBeGreaterThan(least)
      }
    }
  }
})

test('the rows of the basis are orthonormal, or its columns where there are more bits than directions', async () => {
  for (const [bits, remove] of [
    [5, 1],
    [12, 0],
    [20, 0]
  ] as const) {
    const options = { space: 'vectors', bits, remove, center: false } as const
    const { table } = await madeOf(tensor(), [70, 12, rowsWithMean(70, 12, 7)], options)
    const right = (table.kind === 'sum' ? table.children['0'] : table).children.right
    const values = decoded(right)
    const at = (i: number, j: number) => (bits <= 12 ? values[i * 12 + j] : values[j * 12 + i])
    const [count, length] = bits <= 12 ? [bits, 12] : [12, bits]
    for (let a = 0; a < count; a++) {
      for (let b = 0; b < count; b++) {
        let dot = 0
        for (let j = 0; j < length; j++) dot += at(a, j) * at(b, j)
        expect(dot).toBeCloseTo(a === b ? 1 : 0, 4)
      }
    }
  }
})

test('isotropy is that of its definition, and rises when the mean and leading directions go', async () => {
  const { details } = await madeOf(tensor(), [500, 10, rowsWithMean(500, 10, 9)], { remove: 2 })
  const { before, after } = details.isotropy as { before: number; after: number }
  expect(before).toBeGreaterThan(0)
  expect(after).toBeGreaterThan(before)
  expect(after).toBeLessThanOrEqual(1)
  // Two points ±x and the directions of the plane: Z is 2 cosh(x · c).
  const points = Float32Array.of(2, 0, -2, 0, 0, 1, 0, -1)
  const plane = await madeOf(tensor(), [4, 2, points], { remove: 0, center: false })
  const z = (x: number) => 2 * Math.cosh(x) + 2
  expect((plane.details.isotropy as { before: number }).before).toBeCloseTo(z(1) / z(2), 5)
})

test('a rotation learned from some rows encodes all, the same for a seed and another for another', async () => {
  const [rows, dim] = [500, 8]
  const data = rowsWithMean(rows, dim, 12)
  const one = await madeOf(tensor(), [rows, dim, data], { trainRows: 100 }, 1)
  expect(one.details.rows).toBe(100)
  expect(one.table.rows).toBe(rows)
  const again = await madeOf(tensor(), [rows, dim, data], { trainRows: 100 }, 1)
  expect(again.table.tensors.codes).toEqual(one.table.tensors.codes)
  const other = await madeOf(tensor(), [rows, dim, data], { trainRows: 100 }, 2)
  expect(other.table.tensors.codes).not.toEqual(one.table.tensors.codes)
})

test('threads do not change a byte', async () => {
  const data = rowsWithMean(9000, 24, 13)
  const tables: Uint8Array[] = []
  for (const threads of [1, 3]) {
    const use = await createTensor({ backend: 'wasm', threads })
    // Enough work for the threads to be started.
    const { table } = await madeOf(use, [9000, 24, data], { bits: 600, iterations: 6, tolerance: 0 })
    tables.push(table.tensors.codes.data as Uint8Array)
    await use.close()
  }
  expect(Buffer.from(tables[0]).equals(Buffer.from(tables[1]))).toBe(true)
})

test('rows that say little are encoded all the same', async () => {
  const flat = new Float32Array(30).fill(3)
  const { table, details } = await madeOf(tensor(), [10, 3, flat], { space: 'vectors' })
  expect(decoded(table)).toEqual(flat)
  expect(lossesOf(details)).toEqual([0])
  const line = Float32Array.from({ length: 30 }, (_, i) => (i % 3 === 0 ? i - 15 : 0))
  expect(decoded((await madeOf(tensor(), [10, 3, line], { remove: 0 })).table).every(Number.isFinite)).toBe(true)
  expect((await madeOf(tensor(), [1, 1, Float32Array.of(5)], {})).table.dim).toBe(1)
  expect((await madeOf(tensor(), [0, 4, new Float32Array()], {})).table.rows).toBe(0)
  expect((await madeOf(tensor(), [0, 4, new Float32Array()], { space: 'vectors' })).table.rows).toBe(0)
})

test('values that are not finite are refused, however large ones are not', async () => {
  const bad = Float32Array.of(1, 2, Number.NaN, 4)
  expect(await refusal(() => madeOf(tensor(), [2, 2, bad]))).toMatch(
    /^bad-input: iiq: the matrix holds NaN or Infinity/
  )
  const large = Float32Array.of(3e38, -3e38, -3e38, 3e38)
  const { table } = await madeOf(tensor(), [2, 2, large], { remove: 0, space: 'vectors' })
  decoded(table).forEach((value, at) => {
    expect(value / large[at]).toBeCloseTo(1, 2)
  })
})

test('of fewer rows than columns, codes and vectors come from combinations of the rows', async () => {
  const [rows, dim] = [12, 90]
  const data = falling(rows, dim, 4)
  const { table } = await madeOf(tensor(), [rows, dim, data], { space: 'vectors', bits: 64, refine: 3 })
  expect([table.rows, table.dim]).toEqual([rows, dim])
  const made = decoded(table)
  const norm = (values: Float32Array) => Math.sqrt(values.reduce((sum, value) => sum + value * value, 0))
  expect(norm(made.map((value, at) => value - data[at])) / norm(data)).toBeLessThan(0.2)
  expect((await madeOf(tensor(), [rows, dim, data], {})).table.dim).toBe(dim)
  expect(await refusal(() => madeOf(tensor(), [rows, dim, data], { remove: 12 }))).toMatch(
    /^bad-option: iiq: remove=12 leaves nothing of 12 rows: use at most 11/
  )
  expect(await refusal(() => madeOf(tensor(), [10, 20_000, new Float32Array(200_000)], { space: 'vectors' }))).toMatch(
    /^too-large: too large for memory: iiq: the inner products of 20000 directions needs 4.8 GB; use fewer bits/
  )
})

test.each([2 ** -83, 2 ** 66, 2 ** -100])('codes do not depend on the scale of the table: %s', async (factor) => {
  const data = falling(60, 10, 9)
  const options = { space: 'vectors', refine: 1, bits: 24 } as const
  const plain = decoded((await madeOf(tensor(), [60, 10, data], options)).table)
  const scaled = decoded((await madeOf(tensor(), [60, 10, data.map((value) => value * factor)], options)).table)
  scaled.forEach((value, at) => {
    expect(Math.abs(value / factor - plain[at])).toBeLessThan(2e-3)
  })
})

test('a row of zeros stays a row of zeros as a vector, and is told of as a code', async () => {
  const data = falling(40, 10, 3).map((value) => value + 0.2)
  data.fill(0, 30, 40)
  for (const given of [{}, { scale: 'table' }, { center: false }, { refine: 2, bits: 16 }, { remove: 0 }] as const) {
    const out = decoded((await madeOf(tensor(), [40, 10, data], { space: 'vectors', ...given })).table)
    expect([...out.subarray(30, 40)]).toEqual(new Array(10).fill(0))
    expect(out.subarray(40, 50).some((value) => value !== 0)).toBe(true)
  }
  const { stages } = await compress(matrixFrom(40, 10, data), iiq(), { tensor: tensor() })
  expect(stages[0].details).toMatchObject({ '': { zeroRows: 1 } })
})

test('options that the columns do not allow are refused before any row is read', async () => {
  const unread = { rows: 9, dim: 8, read: () => Promise.reject(new Error('read')) }
  const run = (options: Parameters<typeof iiq>[0]) =>
    refusal(() => compress(unread, iiq(options), { tensor: tensor() }))
  expect(await run({ remove: 8 })).toBe('bad-option: iiq: remove=8 leaves nothing of 8 columns: use at most 7')
  expect(await run({ init: 'pca', bits: 8 })).toMatch(/^bad-option: iiq: init=pca has 7 directions for bits=8/)
  expect(await run({ init: 'axes', bits: 7 })).toMatch(
    /^bad-option: iiq: init=axes makes one bit of each of the 8 columns/
  )
  expect(() => iiq({ bits: 0 })).toThrow(expect.objectContaining({ code: 'bad-option' }))
})

test('codes have a space of their own: errors are not measured, and no part of a table is replaced by them', async () => {
  const matrix = matrixFrom(40, 6, rowsWithMean(40, 6, 3))
  const { measured, stages } = await compress(matrix, iiq({ bits: 9 }), { tensor: tensor() })
  expect(measured).toMatchObject({ rows: 40, dim: 6, bytes: 40 * 2 + 4, relativeError: Number.NaN, bands: [] })
  expect(stages[0].details?.['']).toMatchObject({ rows: 40, removed: 1 })
  const { halves } = await import('@slimbed/core/testing')
  const after = () => compress(matrix, pipeline(halves(), iiq()), { tensor: tensor() })
  expect(await refusal(after)).toMatch(
    /^bad-input: iiq makes codes of whole tables only, and here it would of the part 0/
  )
  const vectors = await compress(matrix, pipeline(halves(), iiq({ space: 'vectors' })), { tensor: tensor() })
  expect(vectors.measured.relativeError).toBeLessThan(0.8)
  expect(Object.keys(vectors.stages[1].details!)).toEqual(['0', '1'])
})
