import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type Made, madeFrom, madeToJson } from '../../src/shards.js'

const number = fc.double().filter((value) => !Object.is(value, -0))
const distortion = fc.record({ rows: fc.nat(), relativeError: number, meanCosine: number })
const made: fc.Arbitrary<Made> = fc.record({
  pipeline: fc.string(),
  seed: fc.nat(),
  stages: fc.array(
    fc.record({
      name: fc.string(),
      bytes: fc.nat(),
      relativeError: number,
      details: fc.dictionary(fc.string(), fc.constant({ number: 'NaN of it', x: [1] }))
    })
  ),
  measured: fc.record({
    ...{ rows: fc.nat(), relativeError: number, meanCosine: number, dim: fc.nat(), bytes: fc.nat(), ratio: number },
    ...{ bitsPerWeight: number, squaredNorm: number, bands: fc.array(distortion) }
  }),
  backend: fc.string(),
  threads: fc.nat()
})

test('how a part came about is the same after JSON, to the bit', () => {
  fc.assert(
    fc.property(made, (value) => {
      const text = JSON.stringify(madeToJson(value))
      expect(madeFrom(JSON.parse(text))).toEqual(value)
    })
  )
})
