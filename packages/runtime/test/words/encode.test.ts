import { dense, encode, product, tokenRows, words } from '@slimbed/runtime'
import { vocabularyOf } from '@slimbed/runtime/format'
import { expect, test } from 'vitest'

const vocabulary = vocabularyOf(['the', 'cat', 'Paris', "don't", 'naïve', '日本', 'paris'])
const table = dense(7, 2, Float32Array.of(1, 0, 0, 2, 3, 3, -1, 0, 0, -2, 5, 5, 9, 9))

test('words are letters, digits and marks, with apostrophes and hyphens inside', () => {
  expect([...words("The cat's  state-of-the-art, don't… naïve 日本! (3) -x- 'quoted'")]).toEqual([
    'The',
    "cat's",
    'state-of-the-art',
    "don't",
    'naïve',
    '日本',
    '3',
    'x',
    'quoted'
  ])
  expect([...words(' \n\t…')]).toEqual([])
})

test('a word is looked up as it is, then in lower case, then left out', () => {
  expect([...tokenRows(vocabulary, 'THE Paris PARIS dog Cat')]).toEqual([0, 2, 6, 1])
  expect([...tokenRows(vocabulary, 'x', { tokenize: () => [4, 'cat', 0] })]).toEqual([4, 1, 0])
  for (const token of [-1, 7, 0.5]) {
    const code = expect.objectContaining({ code: 'out-of-range' })
    expect(() => tokenRows(vocabulary, 'x', { tokenize: () => [token] })).toThrow(code)
  }
})

test('a text is the mean of its rows, of length 1', () => {
  const artefact = { table, vocabulary }
  expect(encode(artefact, 'the cat', { normalize: false })).toEqual(Float32Array.of(0.5, 1))
  const [x, y] = encode(artefact, 'the cat')
  expect([x, y]).toEqual([Math.fround(0.5 / Math.sqrt(1.25)), Math.fround(1 / Math.sqrt(1.25))])
  expect(encode(artefact, 'dogs only')).toEqual(new Float32Array(2))
  expect(encode(artefact, "the don't")).toEqual(new Float32Array(2))
})

test('weights are by row; a product is pooled as its rows are', () => {
  const weights = [1, 3, 1, 1, 1, 1, 1]
  expect(encode({ table, vocabulary }, 'the cat', { weights, normalize: false })).toEqual(Float32Array.of(0.25, 1.5))
  const same = product(table, dense(2, 2, Float32Array.of(1, 0, 0, 1)))
  expect(encode({ table: same, vocabulary }, 'the cat', { weights })).toEqual(
    encode({ table, vocabulary }, 'the cat', { weights })
  )
  const out = new Float32Array(2)
  expect(encode({ table, vocabulary }, 'cat', { out })).toBe(out)
  expect(out).toEqual(Float32Array.of(0, 1))
})

test('what does not fit is refused', () => {
  const error = expect.objectContaining({ code: 'bad-input' })
  expect(() => encode({ table }, 'the')).toThrow(error)
  expect(() => encode({ table, vocabulary }, 'the', { weights: [1] })).toThrow(error)
})
