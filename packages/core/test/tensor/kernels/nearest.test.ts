import fc from 'fast-check'
import { expect, test } from 'vitest'
import { compiledKernels } from '../../../src/tensor/kernels/instance.js'
import { nearestRows } from '../../../src/tensor/kernels/nearest.js'
import { expectCompiled } from './support.js'

/** The first row of the largest score, computed in float32 in the order that the loop promises. */
function nearestOf(point: Float32Array, factors: Float32Array, count: number) {
  const width = point.length
  let [best, most] = [0, -Infinity]
  for (let k = 0; k < count; k++) {
    let score = factors[width * count + k]
    for (let j = 0; j < width; j++) score = Math.fround(score + Math.fround(point[j] * factors[j * count + k]))
    if (score > most) [best, most] = [k, score]
  }
  const norm = point.reduce((sum, value) => sum + value * value, 0)
  return { best, distance: Math.max(0, norm - 2 * most) }
}

test('the nearest rows of codebooks for some of the columns; the first of equals; the same bits in JavaScript', () => {
  expectCompiled()
  const shape = fc.record({
    rows: fc.integer({ min: 0, max: 9 }),
    width: fc.integer({ min: 1, max: 34 }),
    count: fc.integer({ min: 1, max: 70 }),
    before: fc.nat(5),
    after: fc.nat(5),
    books: fc.integer({ min: 1, max: 3 })
  })
  // Few values, so that many scores are equal.
  const value = fc.oneof(fc.constantFrom(0, 1, -1, 2), fc.float({ noNaN: true, min: -9, max: 9 }))
  const property = fc.property(shape, fc.infiniteStream(value), (size, values) => {
    const { rows, width, count, before, after, books } = size
    const dim = before + width + after
    const take = (length: number) => Float32Array.from({ length }, () => values.next().value)
    const [input, factors] = [take(rows * dim), take((width + 1) * count)]
    for (let book = 0; book < books; book++) {
      const found = { ids: new Uint32Array(rows * books).fill(99), distances: new Float64Array(rows * books).fill(-1) }
      nearestRows(compiledKernels()!, { rows, dim, input, column: before, width, factors }, book, books, found)
      for (let at = 0; at < rows * books; at++) {
        const row = Math.floor(at / books)
        const point = input.subarray(row * dim + before, row * dim + before + width)
        const wanted = at % books === book ? nearestOf(point, factors, count) : { best: 99, distance: -1 }
        expect({ best: found.ids[at], distance: found.distances[at] }).toEqual(wanted)
      }
    }
  })
  fc.assert(property)
})

test('rows of many blocks, of more than one width', () => {
  const [rows, width, count] = [70_000, 3, 5]
  const input = Float32Array.from({ length: rows * width }, (_, i) => Math.sin(i))
  const factors = Float32Array.from({ length: (width + 1) * count }, (_, i) => Math.cos(i))
  const found = { ids: new Uint32Array(rows), distances: new Float64Array(rows) }
  nearestRows(compiledKernels()!, { rows, dim: width, input, column: 0, width, factors }, 0, 1, found)
  for (let row = 0; row < rows; row += 997) {
    const wanted = nearestOf(input.subarray(row * width, (row + 1) * width), factors, count)
    expect({ best: found.ids[row], distance: found.distances[row] }).toEqual(wanted)
  }
})

test('a codebook that is compared in parts', () => {
  const [rows, width, count] = [300, 64, 333]
  const input = Float32Array.from({ length: rows * width }, (_, i) => Math.sin(i * i))
  const factors = Float32Array.from({ length: (width + 1) * count }, (_, i) => Math.cos(i * i))
  // Of equal ones in several parts the first is found; it is the nearest of many rows.
  factors[width * count + 7] = 12
  for (let j = 0; j <= width; j++) for (const k of [40, 140, 332]) factors[j * count + k] = factors[j * count + 7]
  const found = { ids: new Uint32Array(rows), distances: new Float64Array(rows) }
  nearestRows(compiledKernels()!, { rows, dim: width, input, column: 0, width, factors }, 0, 1, found)
  const wanted = Array.from({ length: rows }, (_, row) =>
    nearestOf(input.subarray(row * width, (row + 1) * width), factors, count)
  )
  expect(Array.from(found.ids)).toEqual(wanted.map(({ best }) => best))
  expect(Array.from(found.distances)).toEqual(wanted.map(({ distance }) => distance))
  expect(found.ids).toContain(7)
})
