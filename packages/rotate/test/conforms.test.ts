import { pipeline } from '@slimbed/core'
import { conforms } from '@slimbed/core/testing'
import { fixedpoint } from '@slimbed/fixedpoint'
import { expect, test } from 'vitest'
import { rotate } from '../src/index.js'

test.each([{}, { kind: 'hadamard', seed: 7 }, { kind: 'random' }, { kind: 'random', seed: 2 ** 32 - 1 }] as const)(
  'conforms with %o',
  async (options) => {
    expect(await conforms(rotate(options), { smaller: false })).not.toHaveLength(0)
  }
)

test.each([13, 16])('conforms before codes, with %d columns', async (dim) => {
  const both = pipeline(rotate(), fixedpoint({ bits: 4, levels: 'lloyd' }))
  expect(await conforms(both, { dim })).not.toHaveLength(0)
})
