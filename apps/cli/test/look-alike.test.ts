import { vocabularyOf } from '@slimbed/runtime/format'
import { expect, test } from 'vitest'
import { findWord } from '../src/query/find-word.js'

const words = vocabularyOf(['caf\u00e9', 'nin\u0303o', 'new york', 'water', 'Paris', 'ﬁne', '\u00dcber'])

test.each([
  ['the other form of an accent', 'cafe\u0301', '"caf\u00e9", with U+00E9 where yours has U+0065 U+0301'],
  ['the reverse', 'ni\u00f1o', '"nin\u0303o", with U+006E U+0303 where yours has U+00F1'],
  ['another case too', 'u\u0308ber', '"\u00dcber"'],
  ['a space that does not break', 'new\u00a0york', '"new york", with U+0020 where yours has U+00A0'],
  ['a character of no width', 'wa\u200bter', '"water", with nothing where yours has U+200B'],
  ['a Cyrillic letter', 'w\u0430ter', '"water", with U+0061 where yours has U+0430'],
  ['a ligature', 'fine', '"\ufb01ne", with U+FB01 where yours has U+0066 U+0069'],
  ['another case', 'paris', '"Paris"'],
  ['another letter, which is seen', 'waker', '"water"']
])('%s', (_, typed, hint) => {
  expect(() => findWord(typed, words)).toThrow(`${JSON.stringify(typed)} is none of the 7 words; did you mean ${hint}?`)
})
