import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type Lexicon, listedLexicon } from '../src/models/lexicon.js'
import { packTokenizer } from '../src/pack.js'
import { unpackParts } from '../src/packed/unpack.js'

// Characters whose order differs between UTF-16 and code points, and texts that begin with others.
const text = fc
  .array(fc.constantFrom('a', 'b', '#', '\u00e9', '\ud7ff', '\ue000', '\uffff', '\u{10000}', '\u{10ffff}'), {
    maxLength: 6
  })
  .map((list) => list.join(''))

/** Tokens that begin with a prefix and have more, of those with which what a text has at `start` begins: the longest first, of equal ones the last. */
function candidates(
  tokens: readonly (string | undefined)[],
  prefix: string,
  given: string
): readonly [number, number][] {
  const found = new Map<number, number>()
  for (const [id, token] of tokens.entries()) {
    if (token === undefined || !token.startsWith(prefix) || token.length === prefix.length) continue
    const rest = token.slice(prefix.length)
    if (given.startsWith(rest)) found.set(rest.length, id)
  }
  return [...found].sort(([a], [b]) => b - a)
}

function found({ prefixed, idAt }: Lexicon, prefix: string, given: string, start: number): readonly [number, number][] {
  const { longest, shorter, lengthOf } = prefixed(prefix)
  const list: [number, number][] = []
  for (let place = longest(given, start); place >= 0; place = shorter(place)) list.push([lengthOf(place), idAt(place)])
  return list
}

const tokens = fc.array(fc.option(text, { nil: undefined, freq: 8 }), { maxLength: 40 })
const texts = fc.array(text, { minLength: 1, maxLength: 10 })

test('tokens are found, and those with which a text begins: equal ones, empty ones and gaps among them', () => {
  const property = fc.property(tokens, texts, fc.constantFrom('', 'a', '##', '\u{10000}'), (list, given, prefix) => {
    const lexicon = listedLexicon(list)
    for (const [id, token] of list.entries()) expect(lexicon.token(id)).toBe(token)
    for (const one of [...given, ...list]) {
      const last = list.lastIndexOf(one)
      if (one !== undefined) expect(lexicon.id(one)).toBe(last < 0 ? undefined : last)
    }
    expect(lexicon.token(list.length)).toBeUndefined()
    for (const one of given) {
      for (const start of new Set([0, one.length >> 1, one.length])) {
        expect(found(lexicon, prefix, one, start)).toEqual(candidates(list, prefix, one.slice(start)))
      }
    }
  })
  fc.assert(property, { numRuns: 300 })
})

test('packed tokens are found as listed ones are', () => {
  const unique = fc.uniqueArray(text, { minLength: 1, maxLength: 40 })
  const property = fc.property(unique, fc.nat(2), texts, (list, gap, given) => {
    const vocab = Object.fromEntries(list.map((token, i) => [token, i * (1 + gap)]))
    const { tokens: packed } = unpackParts(packTokenizer({ model: { type: 'WordLevel', unk_token: 'a', vocab } }))
    const sparse = Array.from({ length: packed.size }, (_, id) =>
      id % (1 + gap) === 0 ? list[id / (1 + gap)] : undefined
    )
    const check = () => {
      for (const one of [...given, ...list]) {
        expect(packed.id(one)).toBe(Object.hasOwn(vocab, one) ? vocab[one] : undefined)
        expect(found(packed, 'a', one, 0)).toEqual(candidates(sparse, 'a', one))
        expect(found(packed, '', one, 0)).toEqual(candidates(sparse, '', one))
      }
    }
    // Block by block; then, since a token was asked for by its id, of all that are decoded.
    check()
    expect(Array.from(sparse.keys(), packed.token)).toEqual(sparse)
    check()
  })
  fc.assert(property, { numRuns: 200 })
})
