import { conforms } from '@slimbed/core/testing'
import { expect, test } from 'vitest'
import { fixedpoint } from '../src/index.js'

test.each([
  {},
  { bits: 1, clip: 'mse' },
  { bits: 2, clip: 'mse', scale: 'table' },
  { bits: 3, mode: 'affine', scale: 'column' },
  { bits: 4, clip: 'mse', scale: 'group', groupSize: 6 },
  { bits: 5, clip: 'mse', mode: 'affine', scale: 'column' },
  { bits: 8, clip: 'mse', mode: 'affine', scale: 'table', scaleType: 'f32' },
  { bits: 12, clip: 'mse', mode: 'affine' },
  { bits: 16, scale: 'table' },
  { bits: 1, levels: 'lloyd' },
  { bits: 4, levels: 'lloyd', scaleType: 'log8' },
  { bits: 5, levels: 'lloyd', scale: 'group', groupSize: 6, scaleType: 'f32' },
  { bits: 3, levels: 'lloyd', scale: 'table' },
  { bits: 8, levels: 'lloyd', scale: 'column' },
  { format: 'f16' },
  { format: 'bf16' }
] as const)('conforms with %o', async (options) => {
  expect(await conforms(fixedpoint(options))).not.toHaveLength(0)
})
