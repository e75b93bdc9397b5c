import { fromFloat16, toFloat16 } from '@slimbed/core/numbers'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { exactHalves, plainExactHalves } from '../../../src/tensor/kernels/halves.js'
import { expectCompiled } from './support.js'

const half = fc.integer({ min: 0, max: 0xffff }).map(fromFloat16)
const values = fc.array(fc.oneof({ weight: 400, arbitrary: half }, fc.float()), { maxLength: 200 })

test('values are float16 if every one of them is', () => {
  expectCompiled()
  const property = fc.property(values, (list) => {
    const floats = Float32Array.from(list)
    const direct = toFloat16(floats)
    const exact = floats.every((value, i) => fromFloat16(direct[i]) === value)
    for (const found of [exactHalves(floats), plainExactHalves(floats)]) {
      expect(found).toEqual(exact ? direct : undefined)
    }
  })
  fc.assert(property, { numRuns: 300 })
})

test('every normal float16 is one', () => {
  const all = Float32Array.from({ length: 0x10000 }, (_, bits) => fromFloat16(bits))
  const normal = all.filter((value) => Number.isFinite(value) && (value === 0 || Math.abs(value) >= 2 ** -14))
  expect(exactHalves(normal)).toEqual(toFloat16(normal))
})
