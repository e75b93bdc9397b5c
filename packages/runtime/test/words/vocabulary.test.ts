import { plainOf, vocabulary, vocabularyOf, wordsOfRows } from '@slimbed/runtime/format'
import fc from 'fast-check'
import { expect, test } from 'vitest'

const words = fc.array(
  fc.oneof(fc.string({ unit: 'grapheme', maxLength: 8 }), fc.constantFrom('', 'a', 'aa', '\ufeffa', '__proto__'))
)

test('every word is found at its first row, and no other', () => {
  const property = fc.property(words, fc.string(), (list, other) => {
    const made = vocabularyOf(list)
    expect(made.size).toBe(list.length)
    // The first words are looked for without an index, later ones with it.
    for (let pass = 0; pass < 20; pass++) {
      for (const word of list.slice(pass % 3)) expect(made.find(word)).toBe(list.indexOf(word))
      if (!/\p{Surrogate}/u.test(other)) expect(made.find(other)).toBe(list.indexOf(other))
    }
    for (const [row, word] of list.entries()) expect(made.word(row)).toBe(word)
  })
  fc.assert(property, { numRuns: 200 })
})

test('large vocabularies, long words and many repetitions stay quick', () => {
  const list = Array.from({ length: 50_000 }, (_, i) => `word${i % 40_000}`)
  list.push('x'.repeat(100_000))
  const made = vocabularyOf(list)
  for (let pass = 0; pass < 10; pass++) {
    expect(made.find('word39999')).toBe(39_999)
    expect(made.find('x'.repeat(100_000))).toBe(50_000)
    expect(made.find('word40000')).toBe(-1)
  }
})

test('bytes that are not UTF-8 are replaced, lone surrogates do not crash', () => {
  const made = vocabulary({ bytes: Uint8Array.of(0xff, 0x61), offsets: Uint32Array.of(0, 1, 2) })
  expect([made.word(0), made.word(1)]).toEqual(['\ufffd', 'a'])
  expect(made.find('\ud800')).toBe(-1)
  expect(vocabularyOf(['a\udc00']).word(0)).toBe('a\ufffd')
})

test('counts come along', () => {
  const made = vocabularyOf(['é', 'b'], [3, 1])
  expect(made.counts).toEqual(Float64Array.of(3, 1))
  expect(plainOf(made)).toBe(made)
  const turned = wordsOfRows(made, Uint32Array.of(1, 0, 1))
  expect([0, 1, 2].map(turned.word)).toEqual(['b', 'é', 'b'])
  expect(turned.counts).toEqual(Float64Array.of(1, 3, 1))
  expect(vocabularyOf([]).find('')).toBe(-1)
})

const bytes = Uint8Array.of(97, 98)
const wrong: readonly [string, Parameters<typeof vocabulary>[0], string][] = [
  ['no offsets', { bytes, offsets: new Uint32Array(0) }, 'must begin with 0'],
  ['a first offset', { bytes, offsets: Uint32Array.of(1, 2) }, 'must begin with 0'],
  ['falling offsets', { bytes, offsets: Uint32Array.of(0, 2, 1, 2) }, 'word 1 ends before it begins'],
  ['an end too far', { bytes, offsets: Uint32Array.of(0, 3) }, 'ends at byte 3, expected 2'],
  ['counts', { bytes, offsets: Uint32Array.of(0, 2), counts: Float64Array.of(1, 2) }, 'expected 1 counts, got 2'],
  ['a count', { bytes, offsets: Uint32Array.of(0, 2), counts: Float64Array.of(NaN) }, 'the count of word 0 is NaN']
]
test.each(wrong)('arrays that do not fit are refused: %s', (_, parts, message) => {
  expect(() => vocabulary(parts)).toThrow(
    expect.objectContaining({ code: 'bad-input', message: expect.stringContaining(message) })
  )
})

test('a word that is not there is out of range', () => {
  for (const row of [-1, 1, 0.5]) {
    expect(() => vocabularyOf(['a']).word(row)).toThrow(expect.objectContaining({ code: 'out-of-range' }))
  }
})
