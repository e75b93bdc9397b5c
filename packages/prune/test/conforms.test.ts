import { pipeline } from '@slimbed/core'
import { conforms } from '@slimbed/core/testing'
import { fixedpoint } from '@slimbed/fixedpoint'
import { expect, test } from 'vitest'
import { prune } from '../src/index.js'

test.each([{ keep: 0.5 }, { rows: 30, clusters: 7 }, { ratio: 3 }, { ratio: 1.5, clusters: 4 }])(
  'conforms with %o',
  async (options) => {
    expect(await conforms(prune(options))).not.toHaveLength(0)
  }
)

test('conforms before codes', async () => {
  expect(await conforms(pipeline(prune({ keep: 0.4, clusters: 3 }), fixedpoint({ bits: 4 })))).not.toHaveLength(0)
})
