import { vocabularyOf } from '@slimbed/runtime/format'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { repeatedRows } from '../../src/words/repeats.js'

test('rows whose word was there before, as a set of strings finds them', () => {
  const word = fc.oneof(fc.constantFrom('', '\0', '\0\0', 'a', 'b', 'ab', 'ba'), fc.string({ maxLength: 3 }))
  const property = fc.property(fc.array(word, { maxLength: 200 }), (words) => {
    const seen = new Set<string>()
    const expected = words.flatMap((text, row) => {
      const repeats = seen.has(text)
      seen.add(text)
      return repeats ? [row] : []
    })
    expect(repeatedRows(vocabularyOf(words))).toEqual(expected)
  })
  fc.assert(property, { numRuns: 500 })
  expect(repeatedRows(vocabularyOf(['x'.repeat(10_000), 'y', 'x'.repeat(10_000)]))).toEqual([2])
})
