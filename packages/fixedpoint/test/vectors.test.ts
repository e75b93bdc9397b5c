import { tableBytes } from '@slimbed/core'
import { titleIf } from '@slimbed/testing'
import { expect, test } from 'vitest'
import { fixedpoint } from '../src/index.js'
import { compressed, contextWith, copied, decoded, hasVectors, realVectors, squaredRelativeError } from './support.js'

const title = titleIf(hasVectors, 'the test data is not here, see SLIMBED_DATA')

test.skipIf(!hasVectors).each([
  // Options, largest squared relative error, largest bytes per row.
  [{ bits: 8 }, 7.2e-5, 302],
  [{ bits: 4 }, 0.0203, 152],
  [{ bits: 4, clip: 'mse' }, 0.0149, 152],
  [{ bits: 4, clip: 'mse', mode: 'affine' }, 0.0129, 154],
  [{ bits: 2, clip: 'mse' }, 0.138, 77]
] as const)(title('41k × 300 real vectors: %o'), async (given, error, bytes) => {
  const { rows, dim, data } = realVectors()
  const table = await compressed(fixedpoint(given), copied(rows, dim, data), contextWith())
  expect(squaredRelativeError(data, decoded(table))).toBeLessThan(error)
  expect(tableBytes(table)).toBe(rows * bytes)
})
