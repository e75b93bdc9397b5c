import { conforms } from '@slimbed/core/testing'
import { expect, test } from 'vitest'
import { iiq } from '../src/index.js'

test.each([
  {},
  { bits: 8 },
  { bits: 24, iterations: 5 },
  { trainRows: 30 },
  { accelerate: 'always', bits: 20 },
  { init: 'pca' },
  { init: 'axes', remove: 0, center: false, iterations: 0 },
  { space: 'vectors' },
  { space: 'vectors', bits: 5, remove: 0, scale: 'table' },
  { space: 'vectors', bits: 40, center: false },
  { space: 'vectors', refine: 2 },
  { space: 'decoded', normalize: true, refine: 2, remove: 0, bits: 12 }
] as const)('conforms with %o', async (options) => {
  expect(await conforms(iiq(options))).not.toHaveLength(0)
})
