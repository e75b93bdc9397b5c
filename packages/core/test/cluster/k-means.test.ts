import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { kMeans, kMeansOfParts, moveCentres, sampleRows } from '../../src/cluster/index.js'
import { createTensor, matrixFrom, randomAt, type TensorAdapter } from '../../src/index.js'

let tensor: TensorAdapter
beforeAll(async () => {
  tensor = await createTensor({ backend: 'cpu', threads: 1 })
})
afterAll(() => tensor.close())

/** Points about `clusters` places that are far apart. */
function blobs(rows: number, dim: number, clusters: number, seed: number): Float32Array {
  const random = randomAt(seed)
  const places = Array.from({ length: clusters * dim }, () => Math.round(random() * 20) * 10)
  return Float32Array.from({ length: rows * dim }, (_, at) => {
    const cluster = Math.floor(at / dim) % clusters
    return places[cluster * dim + (at % dim)] + random()
  })
}

const options = (seed: number) => ({ tensor, random: randomAt(seed), rounds: 50, settled: 0 })

describe('k-means', () => {
  test('finds clusters that are far apart', async () => {
    const matrix = matrixFrom(600, 3, blobs(600, 3, 8, 3))
    const { centres, squaredError } = await kMeans(matrix, { clusters: 8, ...options(1) })
    // Each coordinate is uniform in an interval of length 1 about its cluster: its variance is 1/12.
    expect(squaredError / 600).toBeLessThan(3 / 12 + 0.02)
    expect(new Set(Array.from({ length: 8 }, (_, k) => Math.round(centres.data[k * 3]))).size).toBeGreaterThan(3)
  })

  test('at the end every centre is the mean of its cluster', async () => {
    const [rows, dim, clusters] = [400, 4, 12]
    const random = randomAt(4)
    const data = Float32Array.from({ length: rows * dim }, random)
    const matrix = matrixFrom(rows, dim, data)
    const { centres } = await kMeans(matrix, { clusters, ...options(2) })
    const sums = new Float64Array(clusters * dim)
    const sizes = new Float64Array(clusters)
    await tensor.nearest(matrix, [centres], (start, ids) => {
      for (const [i, id] of ids.entries()) {
        sizes[id]++
        for (let j = 0; j < dim; j++) sums[id * dim + j] += data[(start + i) * dim + j]
      }
    })
    for (let at = 0; at < sums.length; at++) {
      expect(sums[at] / sizes[Math.floor(at / dim)]).toBeCloseTo(centres.data[at], 5)
    }
  })

  test('begins with given centres, and draws those that are missing', async () => {
    const data = blobs(600, 3, 8, 3)
    const matrix = matrixFrom(600, 3, data)
    const given = { rows: 3, dim: 3, data: Float32Array.of(1000, 0, 0, 0, 1000, 0, 0, 0, 1000) }
    const own = { ...options(1), from: [given] }
    const seeded = await kMeans(matrix, { clusters: 8, ...own, rounds: 0 })
    expect(seeded.centres.rows).toBe(8)
    expect(seeded.centres.data.subarray(0, 9)).toEqual(given.data)
    const found = await kMeans(matrix, { clusters: 8, ...options(1) })
    const more = await kMeans(matrix, { clusters: 12, ...options(1), from: [found.centres] })
    expect(more.squaredError).toBeLessThan(found.squaredError)
    for (const from of [[], [given, given], [{ ...given, rows: 1, dim: 9 }]]) {
      await expect(kMeans(matrix, { clusters: 8, ...own, from })).rejects.toMatchObject({ code: 'bad-input' })
    }
    await expect(kMeans(matrix, { clusters: 2, ...own })).rejects.toMatchObject({ code: 'bad-input' })
  })

  test('each part of the columns is clustered as it would be alone', async () => {
    const [rows, widths] = [300, [2, 3]]
    const data = Float32Array.from({ length: rows * 5 }, randomAt(5))
    const own = widths.map((width, part) => {
      const from = part === 0 ? 0 : 2
      const columns = Float32Array.from({ length: rows * width }, (_, at) => {
        return data[Math.floor(at / width) * 5 + from + (at % width)]
      })
      return { rows, dim: width, data: columns }
    })
    const books = own.map(({ dim, data: columns }) => ({ rows: 6, dim, data: columns.slice(0, 6 * dim) }))
    const both = await moveCentres({ rows, dim: 5, data }, books, { tensor, rounds: 5, settled: 0 })
    for (const [part, points] of own.entries()) {
      const { codebooks } = await moveCentres(points, [books[part]], { tensor, rounds: 5, settled: 0 })
      expect(both.codebooks[part]).toEqual(codebooks[0])
    }
    const { codebooks } = await kMeansOfParts(matrixFrom(rows, 5, data), widths, { clusters: 7, ...options(1) })
    expect(codebooks.map((book) => [book.rows, book.dim])).toEqual([
      [7, 2],
      [7, 3]
    ])
  })

  test('clusters without points take the points that are farthest away', async () => {
    const data = Float32Array.of(0, 0.1, 0.2, 50, 90)
    const far = { rows: 3, dim: 1, data: Float32Array.of(0, 1000, 2000) }
    const { codebooks } = await moveCentres({ rows: 5, dim: 1, data }, [far], { tensor, rounds: 10, settled: 0 })
    expect([...codebooks[0].data].sort((a, b) => a - b)).toEqual([expect.closeTo(0.1, 5), 50, 90])
  })

  test('as many clusters as rows, and rows that are all the same', async () => {
    const property = fc.asyncProperty(fc.integer({ min: 1, max: 40 }), fc.integer(), async (rows, seed) => {
      const data = Float32Array.from({ length: rows * 2 }, randomAt(seed))
      const { squaredError } = await kMeans(matrixFrom(rows, 2, data), { clusters: rows, ...options(seed) })
      expect(squaredError).toBeLessThan(1e-5)
      const same = await kMeans(matrixFrom(rows, 2, data.fill(3)), { clusters: rows, ...options(seed) })
      expect(same.centres.data.every((value) => value === 3)).toBe(true)
    })
    await fc.assert(property, { numRuns: 20 })
  })

  test('refuses more clusters than rows, and parts that are not the columns', async () => {
    const matrix = matrixFrom(3, 2, new Float32Array(6))
    await expect(kMeans(matrix, { clusters: 4, ...options(1) })).rejects.toThrow('expected 1 to 3 clusters')
    await expect(kMeansOfParts(matrix, [1], { clusters: 2, ...options(1) })).rejects.toThrow('for 2 columns')
    const signal = AbortSignal.abort()
    await expect(kMeans(matrix, { clusters: 2, ...options(1), signal })).rejects.toMatchObject({ code: 'aborted' })
  })
})

test('a sample has rows in order, each once, all as likely', async () => {
  const matrix = matrixFrom(
    50,
    1,
    Float32Array.from({ length: 50 }, (_, i) => i)
  )
  const counts = new Uint32Array(50)
  for (let seed = 0; seed < 400; seed++) {
    const { rows, data } = await sampleRows(matrix, 10, randomAt(seed))
    expect([rows, new Set(data).size]).toEqual([10, 10])
    expect([...data]).toEqual([...data].sort((a, b) => a - b))
    for (const value of data) counts[value]++
  }
  // 80 expected, a standard deviation of 8.
  expect(Math.min(...counts)).toBeGreaterThan(40)
  expect(Math.max(...counts)).toBeLessThan(120)
  expect((await sampleRows(matrix, 60, randomAt(1))).rows).toBe(50)
})
