import { at, pipeline } from '@slimbed/core'
import { conforms, halves, signs } from '@slimbed/core/testing'
import { expect, test } from 'vitest'
import { groupreduce } from '../src/index.js'

test.each([
  { groups: 1, ratio: 2 },
  { groups: 3, ratio: 2 },
  { groups: 4, ratio: 3, ranks: 'frequency' },
  { groups: 3, ratio: 2.5, refine: 'paper', grouping: 'equal', weights: 'frequency' },
  { groups: 2, minRank: 2, ranks: 'greedy', weights: 'log' },
  { groups: 3, minRank: 1, ranks: 'frequency', refine: 'none', weights: 'none' }
] as const)('conforms with %o', async (options) => {
  expect(await conforms(groupreduce(options))).not.toHaveLength(0)
})

test('conforms between other stages', async () => {
  const own = groupreduce({ groups: 2, ratio: 2 })
  expect(await conforms(pipeline(halves(), own))).not.toHaveLength(0)
  expect(await conforms(pipeline(own, at('left', signs())))).not.toHaveLength(0)
})
