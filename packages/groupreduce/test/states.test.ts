import { createTensor, expand, matrixFrom, type TensorAdapter, tableBytes } from '@slimbed/core'
import { measure } from '@slimbed/core/measure'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { weightsOfChildren } from '../../runtime/src/kinds/index.js'
import { build } from '../src/build.js'
import { countsOf, importanceOf } from '../src/importance.js'
import { groupreduce } from '../src/index.js'
import type { Options } from '../src/options.js'
import type { Parts } from '../src/parts.js'
import { states } from '../src/states.js'
import { contextWith, falling, refusal, spread } from './support.js'

let tensor: TensorAdapter
beforeAll(async () => {
  tensor = await createTensor({ backend: 'cpu' })
})
afterAll(() => tensor.close())

const optionsOf = (given: Partial<Options>) => groupreduce(given).config as unknown as Options

/** Every state of a run, with what it takes and loses as a table. */
async function runOf(rows: number, dim: number, data: Float32Array, weights: Float32Array, given: Partial<Options>) {
  const options = optionsOf(given)
  const counts = countsOf(weights, rows)
  const matrix = matrixFrom(rows, dim, data)
  const source = { matrix, dim, importance: importanceOf(counts, options.weights), tensor, signal: undefined }
  const all: { parts: Parts; bytes: number; error: number }[] = []
  let norm = 0
  data.forEach((value, i) => {
    norm += source.importance[Math.floor(i / dim)] * value * value
  })
  for await (const parts of states(source, counts, options)) {
    const table = await build(
      source,
      parts,
      async (basis) => basis,
      () => {}
    )
    const { weightedError } = await measure(matrix, table, { tensor, weights: source.importance })
    all.push({ parts, bytes: tableBytes(table), error: weightedError! ** 2 * norm })
  }
  return { all, norm }
}

const shape = fc.record({
  rows: fc.integer({ min: 30, max: 120 }),
  dim: fc.integer({ min: 4, max: 14 }),
  seed: fc.nat(),
  groups: fc.integer({ min: 1, max: 5 }),
  ratio: fc.double({ min: 1.1, max: 4, noNaN: true }),
  ranks: fc.constantFrom<Options['ranks']>('frequency', 'greedy'),
  refine: fc.constantFrom<Options['refine']>('paper', 'rate-distortion'),
  grouping: fc.constantFrom<Options['grouping']>('equal', 'counts'),
  weights: fc.constantFrom<Options['weights']>('frequency', 'sqrt', 'log', 'none'),
  moveFraction: fc.constantFrom(undefined, 0.3, 1)
})

test('at every iteration the bytes stay within the ratio, and the weighted error falls', async () => {
  let refined = 0
  const check = fc.asyncProperty(shape, async ({ rows, dim, seed, ...given }) => {
    const weights = spread(rows, seed)
    let run: Awaited<ReturnType<typeof runOf>>
    try {
      run = await runOf(rows, dim, falling(rows, dim, seed), weights, { ...given, iterations: 4 })
    } catch (error) {
      expect((error as Error).message).toMatch(/cannot be .* times smaller: rank 1 gives/)
      return
    }
    const { all, norm } = run
    refined += all.length - 1
    for (const [i, { parts, bytes, error }] of all.entries()) {
      expect(bytes * given.ratio).toBeLessThanOrEqual(rows * dim * 4)
      // What the Gram matrices say is what the table loses.
      expect(Math.abs(parts.error - error)).toBeLessThan(1e-5 * norm)
      if (i > 0) expect(parts.error).toBeLessThan(all[i - 1].parts.error)
      if (i > 0) expect(error).toBeLessThan(all[i - 1].error + 1e-6 * norm)
    }
  })
  await fc.assert(check, { numRuns: 60 })
  expect(refined).toBeGreaterThan(40)
})

test('the table is the state after as many iterations', async () => {
  const [rows, dim] = [90, 8]
  const data = falling(rows, dim, 4)
  const weights = spread(rows, 4)
  const { all } = await runOf(rows, dim, data, weights, { groups: 3, ratio: 2, iterations: 3 })
  expect(all.length).toBe(4)
  for (const [iterations, { bytes }] of all.entries()) {
    const made = await groupreduce({ groups: 3, ratio: 2, iterations }).compress(
      matrixFrom(rows, dim, data),
      contextWith(tensor, { weights })
    )
    expect(tableBytes(made)).toBe(bytes)
    expect([...made.tensors.group.data]).toEqual([...all[iterations].parts.ids])
  }
})

test('without a ratio, rate-distortion keeps within what the first groups take', async () => {
  const [rows, dim] = [120, 10]
  const { all } = await runOf(rows, dim, falling(rows, dim, 6), spread(rows, 6), { groups: 4, minRank: 2 })
  expect(all.length).toBeGreaterThan(2)
  for (const { bytes } of all) expect(bytes).toBeLessThanOrEqual(all[0].bytes)
})

test('children are one product or dense matrix for each group; right has orthonormal rows', async () => {
  const [rows, dim] = [200, 10]
  const matrix = matrixFrom(rows, dim, falling(rows, dim, 8))
  const weights = Float32Array.from({ length: rows }, (_, row) => (row < 12 ? 1e6 : 1 / (row + 1)))
  const table = await groupreduce({ groups: 3, ratio: 3 }).compress(matrix, contextWith(tensor, { weights }))
  expect(table.kind).toBe('partition')
  const kinds = Object.values(table.children).map(({ kind }) => kind)
  expect(kinds).toContain('dense')
  expect(kinds).toContain('product')
  for (const { kind, children } of Object.values(table.children)) {
    if (kind !== 'product') continue
    const { rows: rank, tensors } = children.right
    const right = tensors.data.data
    for (let a = 0; a < rank; a++) {
      for (let b = 0; b < rank; b++) {
        let dot = 0
        for (let j = 0; j < dim; j++) dot += Number(right[a * dim + j]) * Number(right[b * dim + j])
        expect(dot).toBeCloseTo(a === b ? 1 : 0, 5)
      }
    }
  }
})

test('each leaf gets the weights of its rows', async () => {
  const [rows, dim] = [60, 8]
  const weights = spread(rows, 3)
  const matrix = matrixFrom(rows, dim, falling(rows, dim, 3))
  const table = await groupreduce({ groups: 3, ratio: 2 }).compress(matrix, contextWith(tensor, { weights }))
  const group = table.tensors.group.data
  for (const [name, child] of Object.entries(table.children)) {
    const own = weightsOfChildren(table, weights).get(name)!
    expect([...own]).toEqual([...weights].filter((_, row) => group[row] === Number(name)))
    if (child.kind === 'product') expect(weightsOfChildren(child, own).get('left')).toBe(own)
  }
})

test('one group is a product without group ids', async () => {
  const [rows, dim] = [50, 8]
  const matrix = matrixFrom(rows, dim, falling(rows, dim, 2))
  const table = await groupreduce({ groups: 1, ratio: 2 }).compress(matrix, contextWith(tensor))
  expect(table.kind).toBe('product')
  // 3 · (50 + 8) = 174 of the 200 values that there is room for.
  expect(table.children.left.dim).toBe(3)
})

test('the same bytes again, and for a table that is larger than what is held', async () => {
  const [rows, dim] = [3000, 12]
  const data = falling(rows, dim, 5)
  const weights = spread(rows, 5)
  const reads: number[] = []
  const matrix = {
    rows,
    dim,
    read: async (start: number, count: number) => {
      reads.push(count)
      return data.slice(start * dim, (start + count) * dim)
    }
  }
  const make = () => groupreduce({ groups: 4, ratio: 3 }).compress(matrix, contextWith(tensor, { weights }))
  const [a, b] = [await make(), await make()]
  expect(a.tensors.group).toEqual(b.tensors.group)
  const values = async (table: typeof a) => (await measure(matrix, table, { tensor })).relativeError
  expect(await values(a)).toBe(await values(b))
  expect(Math.max(...reads)).toBeLessThanOrEqual(4096)
})

const unread = (rows: number, dim: number) => ({ rows, dim, read: () => Promise.reject(new Error('it was read')) })

test.each([
  [{}, 'bad-option: groupreduce: give exactly one of ratio and minRank, not neither'],
  [{ ratio: 2, minRank: 2 }, 'bad-option: groupreduce: give exactly one of ratio and minRank, not ratio=2, minRank=2'],
  [{ ratio: 2, groups: 0 }, 'bad-option: groupreduce: option groups must be an integer from 1 to 4096, not 0'],
  [{ ratio: 2, moveFraction: 0 }, 'bad-option: groupreduce: option moveFraction must be above 0, up to 1'],
  [{ ratio: 0.5 }, 'bad-option: groupreduce: option ratio must be a number of 1 or more, not 0.5']
])('%o is refused in one line', async (given, message) => {
  expect(await refusal(() => groupreduce(given))).toBe(message)
})

test('what the matrix cannot have is refused before it is read', async () => {
  const run = (given: Partial<Options>, rows: number, dim: number) =>
    refusal(() => groupreduce(given).compress(unread(rows, dim), contextWith(tensor)))
  expect(await run({ ratio: 2, groups: 21 }, 20, 6)).toBe(
    'bad-option: groupreduce: groups=21 is more than the 20 rows of a 20 × 6 matrix: use at most 20'
  )
  expect(await run({ minRank: 7, groups: 2 }, 20, 6)).toBe(
    'bad-option: groupreduce: minRank=7 is more than the 6 columns of a 20 × 6 matrix: use at most 6'
  )
  expect(await run({ ratio: 10, groups: 2 }, 20, 6)).toBe(
    'bad-option: groupreduce: a 20 × 6 matrix in 2 groups cannot be 10 times smaller: rank 1 gives 3.21; use fewer groups or a lower ratio'
  )
})

test('the ratio that a refusal names is not refused', async () => {
  const matrix = matrixFrom(20, 6, falling(20, 6, 1))
  const table = await groupreduce({ groups: 2, ratio: 3.21 }).compress(matrix, contextWith(tensor))
  expect(480 / tableBytes(table)).toBeGreaterThanOrEqual(3.21)
})

test('NaN and Infinity are refused', async () => {
  for (const value of [Number.NaN, Number.POSITIVE_INFINITY]) {
    const data = Float32Array.of(1, 2, 3, value, 5, 6, 7, 8, 9, 1, 2, 3)
    const run = () => groupreduce({ groups: 2, minRank: 1 }).compress(matrixFrom(6, 2, data), contextWith(tensor))
    expect(await refusal(run)).toMatch(/^bad-input: groupreduce: cannot factor the matrix/)
  }
})

test.each<[string, Partial<Options>, (row: number) => number]>([
  ['all counts equal', {}, () => 7],
  ['all counts equal, none', { grouping: 'equal', ranks: 'frequency', refine: 'paper' }, () => 0],
  ['one word with all the mass', {}, (row) => (row === 5 ? 1e30 : 0)],
  ['one word with nearly all the mass', { weights: 'frequency' }, (row) => (row === 5 ? 1e6 : 1e-6)],
  ['two counts', { ranks: 'frequency', weights: 'frequency' }, (row) => (row % 2 ? 1e-6 : 1e6)],
  ['groups smaller than a rank', { groups: 20, ratio: 1.5 }, (row) => row + 1]
])('%s', async (_, given, weight) => {
  const [rows, dim] = [60, 6]
  const matrix = matrixFrom(rows, dim, falling(rows, dim, 9))
  const weights = Float32Array.from({ length: rows }, (_, row) => weight(row))
  const all = { groups: 4, ratio: 2, ...given }
  const table = await groupreduce(all).compress(matrix, contextWith(tensor, { weights }))
  const { ratio, relativeError } = await measure(matrix, table, { tensor })
  expect(ratio).toBeGreaterThanOrEqual(all.ratio ?? 2)
  expect(relativeError).toBeLessThan(1)
})

test('as many groups as rows are the rows, which no ratio above 1 allows', async () => {
  const [rows, dim] = [60, 6]
  const matrix = matrixFrom(rows, dim, falling(rows, dim, 9))
  const run = (given: Partial<Options>) => groupreduce({ groups: rows, ...given }).compress(matrix, contextWith(tensor))
  const table = await run({ minRank: 1, refine: 'none' })
  expect((await measure(matrix, table, { tensor })).maxError).toBe(0)
  expect(await refusal(() => run({ ratio: 1.01 }))).toMatch(/cannot be 1.01 times smaller: rank 1 gives 0.95;/)
})

test('a heavy word that is alone in its group is exact', async () => {
  const [rows, dim] = [60, 6]
  const data = falling(rows, dim, 9)
  const weights = Float32Array.from({ length: rows }, (_, row) => (row === 5 ? 1e12 : 1))
  const table = await groupreduce({ groups: 4, ratio: 2 }).compress(
    matrixFrom(rows, dim, data),
    contextWith(tensor, { weights })
  )
  const row = await (await expand(table, tensor)).read(5, 1)
  expect([...row]).toEqual([...data.subarray(5 * dim, 6 * dim)])
})

test('zeros, some or all, lose nothing', async () => {
  const [rows, dim] = [40, 6]
  for (const from of [0, 20]) {
    const data = falling(rows, dim, 1).fill(0, from * dim)
    const weights = Float32Array.from({ length: rows }, (_, row) => 1 / (row + 1))
    const matrix = matrixFrom(rows, dim, data)
    const table = await groupreduce({ groups: 2, minRank: 6 }).compress(matrix, contextWith(tensor, { weights }))
    expect((await measure(matrix, table, { tensor })).maxError).toBeLessThan(1e-5)
  }
})
