import { randomAt } from '@slimbed/core'
import { describe, expect, test } from 'vitest'
import { plainRoom, roomFor } from '../../src/text/compiled/room.js'
import { decimals } from './decimals.js'

const count = Number(process.env.SLIMBED_FLOATS ?? 200_000)
const expected = new Float32Array(1)
const expectedBits = new Uint32Array(expected.buffer)
const encoder = new TextEncoder()

describe.each([
  ['in JavaScript', plainRoom(2048, 8)],
  ['compiled', roomFor(2048, 8)]
])('numbers, %s', (how, { bytes: line, values: one, floats }) => {
  const bits = new Uint32Array(one.buffer, one.byteOffset, 1)
  const read = (text: string) => encoder.encodeInto(text, line).written

  /** Whether the parser reads `text` whole, as the float32 of the nearest double. */
  function agrees(text: string): boolean {
    const written = read(`${text}\n`)
    const end = floats(0, 1, 0)
    expected[0] = Number(text)
    if (!Number.isFinite(expected[0])) return end === -1
    return end === written - 1 && bits[0] === expectedBits[0]
  }

  test('is what it is said to be', () => expect(line.byteOffset > 0).toBe(how === 'compiled'))

  test(`equals Math.fround(Number(text)) on ${count} random and adversarial decimals`, { timeout: 1e9 }, () => {
    const random = randomAt(7)
    for (let i = 0; i < count; i++) {
      const text = decimals[i % decimals.length](random)
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
      read(`${text}\n`)
      expect(floats(0, 1, 0)).toBe(-1)
    }
  )

  test('stops where a number stops', () => {
    read('1.5x 0x10 1_000\n')
    expect(floats(0, 1, 0)).toBe(3)
    expect(floats(5, 1, 0)).toBe(6)
    expect(floats(10, 1, 0)).toBe(11)
  })

  test('reads several with one space between, and says which is not a number', () => {
    one.fill(0)
    read('1 -2.5 3e2\n')
    expect(floats(0, 3, 1)).toBe(10)
    expect([...one.subarray(0, 5)]).toEqual([0, 1, -2.5, 300, 0])
    for (const [text, count, result] of [
      ['1 x 3\n', 3, -2],
      ['1 2\n', 3, -3],
      ['1 2-3\n', 3, -3],
      ['1e0 2e0-3\n', 3, -3],
      ['1e0  2\n', 2, -2],
      ['1\t2\n', 2, -2],
      ['1 1e99 2\n', 3, -2],
      ['1e0 2 3e0 4\n', 4, 11],
      ['0.1234567890123456 7 8e0\n', 3, 24]
    ] as const) {
      read(text)
      expect([text, floats(0, count, 0)]).toEqual([text, result])
    }
  })

  test('reads lines of numbers as one number after another', () => {
    const random = randomAt(11)
    for (let i = 0; i < 20_000; i++) {
      const texts = Array.from({ length: 1 + Math.floor(8 * random()) }, () => {
        const make = decimals[Math.floor(random() * (random() < 0.7 ? 4 : decimals.length))]
        return make(random)
      })
      const written = read(`${texts.join(' ')}\n`)
      const end = floats(0, texts.length, 0)
      const values = Float32Array.from(texts, Number)
      const bad = values.findIndex((value) => !Number.isFinite(value))
      expect(end).toBe(bad < 0 ? written - 1 : -1 - bad)
      if (bad < 0) expect(one.subarray(0, texts.length)).toEqual(values)
    }
  })
})
