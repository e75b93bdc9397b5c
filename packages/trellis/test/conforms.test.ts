import { conforms } from '@slimbed/core/testing'
import { expect, test } from 'vitest'
import { trellis } from '../src/index.js'

test.each([
  { bits: 8, clusters: 0, states: 16 },
  { bits: 12, states: 16 },
  { ratio: 3, basis: 'none', states: 16 },
  { error: 0.2, states: 8, block: 1 },
  { maxBytes: 3000, clusters: 16, states: 32 },
  { coding: 'fixed', bits: 5, states: 64 },
  { coding: 'fixed', ratio: 8, basis: 'none', states: 16 },
  { coding: 'fixed', bits: 4, basis: 'hadamard', states: 16 },
  { coding: 'fixed', error: 0.3, clusters: 4 },
  { bits: 6, clusters: 0, states: 16, weights: 'sqrt' }
] as const)('conforms with %o', async (options) => {
  expect(await conforms(trellis(options))).not.toHaveLength(0)
})
