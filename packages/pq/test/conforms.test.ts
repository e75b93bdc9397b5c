import { conforms } from '@slimbed/core/testing'
import { expect, test } from 'vitest'
import { opq, pq, residual } from '../src/index.js'

test.each([
  pq({ parts: 4, bits: 4 }),
  pq({ parts: 16, bits: 1 }),
  pq({ parts: 5, bits: 3 }),
  pq({ parts: 1, bits: 4 }),
  opq({ parts: 4, bits: 3 }),
  opq({ parts: 3, bits: 4 }),
  residual({ stages: 1, bits: 3 }),
  residual({ stages: 3, bits: 4 })
])('$name conforms with $config', async (compressor) => {
  expect(await conforms(compressor)).not.toHaveLength(0)
})
