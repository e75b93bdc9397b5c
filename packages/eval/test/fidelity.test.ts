import { dense, product, type TensorAdapter } from '@slimbed/core'
import { titleIf } from '@slimbed/testing'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { eigenspaceOverlap, fidelity, isotropy } from '../src/index.js'
import { contextFor, numbers, openTensor, pythonFor } from './support.js'

let tensor: TensorAdapter
beforeAll(async () => {
  tensor = await openTensor()
})
afterAll(() => tensor.close())

const python = pythonFor('numpy')
const title = titleIf(python, 'there is no Python with NumPy')

const [rows, dim] = [600, 20]
const original = numbers(rows, dim, 1)
const noisy = (noise: number) => numbers(rows, dim, 2).map((value, i) => original[i] + noise * value)

describe('the eigenspace overlap score', () => {
  const program = `
import numpy as np
def basis(x):
    u, s, _ = np.linalg.svd(x, full_matrices=False)
    return u[:, s > 1e-3 * s[0]]
a = np.array(given['original']).reshape(given['rows'], -1)
result = []
for table in given['tables']:
    u, v = basis(a), basis(np.array(table).reshape(given['rows'], -1))
    result.append(float(np.sum((u.T @ v) ** 2) / max(u.shape[1], v.shape[1])))`

  test.skipIf(!python)(title('is that of NumPy, also for factors of a low rank'), async () => {
    const left = numbers(rows, 7, 3)
    const right = numbers(7, dim, 4)
    const low = product(dense(rows, 7, left), dense(7, dim, right))
    const low32 = Array.from({ length: rows }, (_, row) => {
      const out = new Float32Array(dim)
      low.readRow(row, out)
      return [...out]
    }).flat()
    const tables = [noisy(0.1), noisy(1), Float32Array.from(low32)]
    const input = { rows, original: [...original], tables: tables.map((table) => [...table]) }
    const expected = python!(program, input) as number[]
    const mine = [...tables.slice(0, 2).map((table) => dense(rows, dim, table)), low]
    for (const [i, table] of mine.entries()) {
      const score = await eigenspaceOverlap(dense(rows, dim, original), table, contextFor(tensor))
      expect(Math.abs(score - expected[i])).toBeLessThan(2e-5)
    }
  })

  test('is 1 for the table itself, turned or scaled, and does not need as many columns', async () => {
    const table = dense(rows, dim, original)
    const scaled = dense(
      rows,
      dim,
      original.map((value, i) => value * (1 + (i % dim)))
    )
    expect(await eigenspaceOverlap(table, table, contextFor(tensor))).toBeCloseTo(1, 5)
    expect(await eigenspaceOverlap(table, scaled, contextFor(tensor))).toBeCloseTo(1, 5)
    const half = dense(
      rows,
      10,
      Float32Array.from({ length: rows * 10 }, (_, i) => original[Math.floor(i / 10) * dim + (i % 10)])
    )
    expect(await eigenspaceOverlap(table, half, contextFor(tensor))).toBeCloseTo(0.5, 5)
  })

  test('refuses another number of rows', async () => {
    const score = eigenspaceOverlap(
      dense(rows, dim, original),
      dense(1, dim, new Float32Array(dim)),
      contextFor(tensor)
    )
    await expect(score).rejects.toMatchObject({ code: 'bad-input' })
  })
})

describe('isotropy', () => {
  test.skipIf(!python)(title('is that of NumPy over the eigenvectors and their opposites'), async () => {
    const x = original.map((value, i) => value * (i % dim === 0 ? 3 : 1) + (i % dim === 1 ? 0.4 : 0))
    const program = `
import numpy as np
x = np.array(given).reshape(-1, ${dim})
_, vectors = np.linalg.eigh(x.T @ x)
z = np.exp(np.concatenate([x @ vectors, -x @ vectors], axis=1)).sum(axis=0)
result = float(z.min() / z.max())`
    const value = await isotropy(dense(rows, dim, x), contextFor(tensor))
    expect(value / (python!(program, [...x]) as number)).toBeCloseTo(1, 4)
  })

  test('is 1 where rows are alike in all directions, and does not overflow', async () => {
    const corners = Float32Array.from({ length: 16 * 4 }, (_, i) => (((i >> 2) >> (i & 3)) & 1 ? 1 : -1))
    expect(await isotropy(dense(16, 4, corners), contextFor(tensor))).toBeCloseTo(1, 5)
    const large = corners.map((value, i) => value * (i % 4 === 0 ? 2000 : 1000))
    expect(await isotropy(dense(16, 4, large), contextFor(tensor))).toBe(0)
  })
})

describe('fidelity', () => {
  test('of a table to itself is whole, by band too', async () => {
    const table = dense(rows, dim, original)
    const found = await fidelity(table, table, contextFor(tensor))
    expect(found).toMatchObject({ rows, relativeError: 0, neighbourOverlap: 1, k: 10 })
    expect(found.bands.map((band) => [band.rows, band.relativeError, band.neighbourOverlap])).toEqual([
      [100, 0, 1],
      [500, 0, 1]
    ])
  })

  test('tells the bands of frequent and rare rows apart, by weight', async () => {
    // The last 100 rows, which weigh most, are exact; the others are noise.
    const table = dense(
      rows,
      dim,
      numbers(rows, dim, 8).map((value, i) => (i < 500 * dim ? value : original[i]))
    )
    const weights = Float32Array.from({ length: rows }, (_, row) => row + 1)
    const { bands, weightedError, relativeError } = await fidelity(
      dense(rows, dim, original),
      table,
      contextFor(tensor),
      { weights }
    )
    expect(bands[0]).toMatchObject({ rows: 100, relativeError: 0 })
    expect(bands[0].neighbourOverlap).toBeGreaterThan(bands[1].neighbourOverlap)
    expect(bands[1].relativeError!).toBeGreaterThan(1)
    expect(weightedError!).toBeLessThan(relativeError!)
  })

  test('of codes that keep only similarities has neighbours and no errors', async () => {
    const signs = dense(
      rows,
      dim + 4,
      Float32Array.from({ length: rows * (dim + 4) }, (_, i) => {
        const [row, column] = [Math.floor(i / (dim + 4)), i % (dim + 4)]
        return Math.sign(original[row * dim + (column % dim)])
      })
    )
    const found = await fidelity(dense(rows, dim, original), signs, contextFor(tensor), { similarityOnly: true })
    expect(found.relativeError).toBeUndefined()
    expect(found.neighbourOverlap).toBeGreaterThan(0.1)
    expect(found.bands.map((band) => Object.keys(band))).toEqual([
      ['rows', 'neighbourOverlap'],
      ['rows', 'neighbourOverlap']
    ])
    await expect(fidelity(dense(rows, dim, original), signs, contextFor(tensor))).rejects.toMatchObject({
      code: 'bad-input'
    })
  })
})
