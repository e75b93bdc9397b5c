import { randomAt } from '@slimbed/core'
import { describe, expect, test } from 'vitest'
import { parseFloats } from '../src/text/parse-floats.js'
import { decimals } from './decimals.js'

const count = Number(process.env.SLIMBED_FLOATS ?? 200_000)
const one = new Float32Array(1)
const bits = new Uint32Array(one.buffer)
const expected = new Float32Array(1)
const expectedBits = new Uint32Array(expected.buffer)
const encoder = new TextEncoder()
const line = new Uint8Array(2048)

/** Whether the parser reads `text` whole, as the float32 of the nearest double. */
function agrees(text: string): boolean {
  const { written } = encoder.encodeInto(`${text}\n`, line)
  const end = parseFloats(line, 0, 1, one, 0)
  expected[0] = Number(text)
  if (!Number.isFinite(expected[0])) return end === -1
  return end === written - 1 && bits[0] === expectedBits[0]
}

describe('parseFloats', () => {
  test(`equals Math.fround(Number(text)) on ${count} random and adversarial decimals`, { timeout: 1e9 }, () => {
    const random = randomAt(7)
    for (let i = 0; i < count; i++) {
      const text = decimals[i % decimals.length]!(random)
      if (!agrees(text)) expect.fail(`${text} was read as ${one[0]}, expected ${expected[0]}`)
    }
  })

  test.each([
    '0',
    '-0',
    '+0',
    '0.0',
    '-0e5',
    '1.',
    '.5',
    '+.5',
    '-1',
    '007',
    '1e-45',
    '7e-46',
    '7.1e-46',
    '3.4028235e38'
  ])('reads %s', (text) => expect(agrees(text)).toBe(true))

  test.each([
    ['half way to the next float32, above 1', '1.00000005960464477539062500'],
    ['just above half way', '1.000000059604644775390625001'],
    ['just below half way', '1.000000059604644775390624999'],
    ['half way in the nearest double only', '1.00000017881393432617187499'],
    ['the largest that does not overflow', '340282356779733642748073463979561713663.99'],
    ['the first that overflows', '340282356779733661637539395458142568448'],
    ['a long tail of zeros', `0.1${'0'.repeat(300)}1`],
    ['many leading zeros', `0.${'0'.repeat(43)}123456789123456789123`],
    ['an exponent that undoes zeros', `0.${'0'.repeat(300)}1e301`],
    ['an exponent beyond any double', '1e999999999999'],
    ['a tiny one', '1e-999999999999'],
    ['2 ** 53 + 1', '9007199254740993']
  ])('reads %s', (_, text) => expect(agrees(text)).toBe(true))

  test.each(['', '-', '+', '.', '-.', 'e5', '1e', '1e+', '--1', 'nan', 'NaN', 'inf', 'Infinity', 'abc', ' 1', '\t1'])(
    'refuses %j',
    (text) => {
      encoder.encodeInto(`${text}\n`, line)
      expect(parseFloats(line, 0, 1, one, 0)).toBe(-1)
    }
  )

  test('stops where a number stops', () => {
    encoder.encodeInto('1.5x 0x10 1_000\n', line)
    expect(parseFloats(line, 0, 1, one, 0)).toBe(3)
    expect(parseFloats(line, 5, 1, one, 0)).toBe(6)
    expect(parseFloats(line, 10, 1, one, 0)).toBe(11)
  })

  test('reads several with one space between, and says which is not a number', () => {
    const out = new Float32Array(5)
    encoder.encodeInto('1 -2.5 3e2\n', line)
    expect(parseFloats(line, 0, 3, out, 1)).toBe(10)
    expect([...out]).toEqual([0, 1, -2.5, 300, 0])
    encoder.encodeInto('1 x 3\n', line)
    expect(parseFloats(line, 0, 3, out, 0)).toBe(-2)
    encoder.encodeInto('1 2\n', line)
    expect(parseFloats(line, 0, 3, out, 0)).toBe(-3)
  })
})
