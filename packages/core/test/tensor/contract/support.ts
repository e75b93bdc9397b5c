import fc from 'fast-check'
import { afterAll, beforeAll, describe } from 'vitest'
import { createTensor, type Matrix, type TensorAdapter } from '../../../src/index.js'
import type { Backend } from '../../../src/tensor/backends.js'
import { presentBackends } from '../present.js'

const { present } = await presentBackends()

export const seed = fc.integer({ min: 0, max: 2 ** 31 })
export const shape = fc.record({ rows: fc.integer({ min: 0, max: 90 }), dim: fc.integer({ min: 1, max: 40 }), seed })
export const few = { numRuns: 25 }

/** An engine under test: started before the tests, closed after them. */
interface Started {
  readonly backend: Backend
  readonly tensor: TensorAdapter
}

/** The same tests on each engine that works here. */
export const onEachEngine = (tests: (engine: Started) => void): void =>
  describe.each(present)('%s', (backend) => {
    let tensor: TensorAdapter
    beforeAll(async () => {
      tensor = await createTensor({ backend })
    })
    afterAll(() => tensor.close())
    tests({
      backend,
      get tensor() {
        return tensor
      }
    })
  })

/** Rows that are made as they are read, as of a file. */
export const streamed = (rows: number, dim: number, delay = 0): Matrix => ({
  rows,
  dim,
  async read(start, count) {
    if (delay > 0) await new Promise((done) => setTimeout(done, delay))
    const out = new Float32Array(count * dim)
    for (let i = 0; i < out.length; i++) out[i] = Math.fround(Math.sin((start * dim + i) * 0.7))
    return out
  }
})
