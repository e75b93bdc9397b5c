import fc from 'fast-check'
import { expect, test } from 'vitest'
import { bandEdges, bandOf } from '../../src/measure/bands.js'

/** The bands of all rows, by sorting them. */
function sorted(weights: Float32Array, edges: readonly number[]): number[] {
  const order = Array.from(weights, (_, row) => row).sort((a, b) => weights[b] - weights[a] || a - b)
  const bands: number[] = []
  for (const [rank, row] of order.entries()) bands[row] = edges.findIndex((edge) => rank < edge)
  return bands
}

test('bands are those of rows that are sorted by falling weight, equal ones by row', () => {
  const few = fc.constantFrom(0, -0, 1, 2.5, 1e-42, 3e38, 65535, 1.0000001)
  const weight = fc.oneof(few, fc.float({ min: 0, noNaN: true, noDefaultInfinity: true }))
  const edges = fc.uniqueArray(fc.integer({ min: 1, max: 60 }), { minLength: 1, maxLength: 5 })
  fc.assert(
    fc.property(fc.array(weight, { minLength: 1, maxLength: 60 }), edges, (list, found) => {
      const weights = Float32Array.from(list)
      const ends = [...found.filter((edge) => edge < list.length).sort((a, b) => a - b), list.length]
      const band = bandOf(list.length, ends, weights)
      expect(list.map((_, row) => band(row))).toEqual(sorted(weights, ends))
    })
  )
})

test('without weights, bands are in the order of the rows', () => {
  const band = bandOf(1200, bandEdges(1200))
  expect([0, 99, 100, 999, 1000, 1199].map(band)).toEqual([0, 0, 1, 1, 2, 2])
  expect(bandOf(0, bandEdges(0), new Float32Array(0))).toBeTypeOf('function')
})
