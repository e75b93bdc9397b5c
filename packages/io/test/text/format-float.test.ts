import { randomAt } from '@slimbed/core'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { longestFloat, writeFloat } from '../../src/text/format-float.js'

const out = new Uint8Array(64)
const decoder = new TextDecoder()
const text = (value: number) => decoder.decode(out.subarray(0, writeFloat(value, out, 0)))
const digitsOf = (value: string) => value.replace(/e.*|[-.]/g, '').replace(/^0+|0+$/g, '').length

describe('writeFloat', () => {
  test.each([
    [0, '0'],
    [-0, '-0'],
    [1, '1'],
    [-1, '-1'],
    [0.5, '0.5'],
    [Math.fround(0.1), '0.1'],
    [Math.fround(-0.25), '-0.25'],
    [Math.fround(1.5e-5), '0.000015'],
    [Math.fround(1.5e-6), '1.5e-6'],
    [Math.fround(1e-10), '1e-10'],
    [1e6, '1000000'],
    [16777216, '16777216'],
    [999999.9375, '999999.94'],
    [1e9, '1e+9'],
    [2 ** 127, '1.7014118e+38'],
    [2 ** -149, '1e-45'],
    [Math.fround(0.3), '0.3'],
    [123456.7890625, '123456.79']
  ])('writes %d as %s', (value, expected) => expect(text(value)).toBe(expected))

  test('reads back the same, as short as the shortest of toPrecision, within longestFloat bytes', () => {
    const random = randomAt(3)
    const float = new Float32Array(1)
    const bits = new Uint32Array(float.buffer)
    for (let i = 0; i < 100_000; i++) {
      if (i % 2) bits[0] = random() * 2 ** 32
      else float[0] = (random() - 0.5) * 10 ** Math.floor(random() * 12 - 8)
      const value = float[0]
      if (!Number.isFinite(value)) continue
      const written = text(value)
      if (!Object.is(Math.fround(Number(written)), value)) expect.fail(`${value} was written as ${written}`)
      if (written.length + 1 > longestFloat) expect.fail(`${written} is longer than ${longestFloat - 1} bytes`)
      if (i % 10) continue
      let precision = 1
      while (Math.fround(Number(value.toPrecision(precision))) !== value) precision++
      if (digitsOf(written) > precision) expect.fail(`${written} has more than ${precision} digits`)
    }
  })

  test('any float32 reads back', () => {
    fc.assert(
      fc.property(fc.float({ noNaN: true, noDefaultInfinity: true }), (value) =>
        Object.is(Math.fround(Number(text(value))), value)
      )
    )
  })
})
