import { conforms } from '@slimbed/core/testing'
import { expect, test } from 'vitest'
import { lowrank } from '../src/index.js'

test.each([{ rank: 1 }, { rank: 5, weighted: true }, { ratio: 2 }, { ratio: 3.5, weighted: true }, { energy: 0.6 }])(
  'conforms with %o',
  async (options) => {
    expect(await conforms(lowrank(options))).not.toHaveLength(0)
  }
)
