import { readFileSync } from 'node:fs'
import { refusal } from '@slimbed/testing'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { tokenizerFrom, unpackTokenizer } from '../src/index.js'
import { packTokenizer, tokenizerJson } from '../src/pack.js'

type File = { readonly added_tokens?: object[]; readonly model: { readonly vocab: object; readonly merges?: object[] } }

const {
  texts,
  kinds
}: { readonly texts: string[]; readonly kinds: Record<string, { tokenizer: File; ids: number[][] }> } = JSON.parse(
  readFileSync(new URL('golden/tokenizers.json', import.meta.url), 'utf8')
)

describe.each(Object.entries(kinds))('%s', (_, { tokenizer: file, ids }) => {
  const bytes = packTokenizer(file)

  test('is the same file again', () => {
    expect(JSON.parse(JSON.stringify(tokenizerJson(bytes)))).toEqual(file)
  })

  test('gives the same ids', () => {
    const tokenizer = unpackTokenizer(bytes)
    expect(texts.map((text) => [...tokenizer.encode(text)])).toEqual(ids)
  })

  test('gives the same ids from the middle of a Buffer', () => {
    const tokenizer = unpackTokenizer(Buffer.concat([Buffer.from('odd'), bytes]).subarray(3))
    expect([...tokenizer.encode(texts[0])]).toEqual(ids[0])
  })

  test('takes less bytes than the file', () => {
    expect(bytes.length).toBeLessThan(JSON.stringify(file).length)
  })
})

const wordPiece = (vocab: object) => ({ model: { type: 'WordPiece', unk_token: 'a', vocab } })

describe('any tokens', () => {
  const token = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.constantFrom('__proto__', 'constructor', '12', '##a', '', '\0')
  )
  const tokens = fc.uniqueArray(token, { minLength: 1, maxLength: 40 })

  test('come back, with their ids, gaps and all', () => {
    fc.assert(
      fc.property(tokens, fc.nat(3), (list, gap) => {
        const vocab = Object.fromEntries(list.map((text, i) => [text, i * (1 + gap)]))
        const json = wordPiece(vocab)
        const bytes = packTokenizer(json)
        const tokenizer = unpackTokenizer(bytes)
        expect(JSON.parse(JSON.stringify(tokenizerJson(bytes)))).toEqual(JSON.parse(JSON.stringify(json)))
        for (const [i, text] of list.entries()) {
          expect(tokenizer.id(text)).toBe(i * (1 + gap))
          expect(tokenizer.token(i * (1 + gap))).toBe(text)
        }
      })
    )
  })

  test('have any scores', () => {
    const score = fc.oneof(
      fc.double({ noNaN: true, noDefaultInfinity: true }),
      fc.float({ noNaN: true, noDefaultInfinity: true })
    )
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.string(), score), { minLength: 1, maxLength: 30 }), (vocab) => {
        const json = { model: { type: 'Unigram', unk_id: 0, vocab } }
        // Objects.is tells −0 from 0, as JSON does not.
        expect(tokenizerJson(packTokenizer(json))).toEqual(json)
      })
    )
  })

  test('have any merges', () => {
    const letters = ['a', 'b', 'ab', 'ba', 'aa', 'abab', 'aab', 'aba', 'bab', 'abaab']
    const vocab = Object.fromEntries(letters.map((text, id) => [text, id]))
    const merge = fc
      .tuple(fc.constantFrom(...letters), fc.constantFrom(...letters))
      .filter(([a, b]) => Object.hasOwn(vocab, a + b))
    fc.assert(
      fc.property(fc.array(merge, { maxLength: 20 }), (merges) => {
        const json = { model: { type: 'BPE', vocab, merges } }
        expect(tokenizerJson(packTokenizer(json))).toEqual(json)
        const words = { model: { type: 'BPE', vocab, merges: merges.map((pair) => pair.join(' ')) } }
        expect(tokenizerJson(packTokenizer(words))).toEqual(json)
        const [one, other] = [tokenizerFrom(json), unpackTokenizer(packTokenizer(json))]
        expect(other.encode('abaababbaab')).toEqual(one.encode('abaababbaab'))
      })
    )
  })
})

test('damaged bytes are refused or read; nothing else happens', async () => {
  const samples = Object.values(kinds).map(({ tokenizer }) => packTokenizer(tokenizer))
  const damage = fc.array(fc.tuple(fc.nat(), fc.nat(255)), { minLength: 1, maxLength: 4 })
  await fc.assert(
    fc.asyncProperty(fc.nat(samples.length - 1), damage, fc.option(fc.nat()), async (which, changes, cut) => {
      const sample = samples[which]
      const bytes = cut === null ? sample.slice() : sample.slice(0, cut % sample.length)
      for (const [place, value] of changes) if (bytes.length > 0) bytes[place % bytes.length] = value
      const told = await refusal(() => unpackTokenizer(bytes).encode('a few words, ½ a line'))
      expect(told).toMatch(/^(accepted$|(corrupt-file|unsupported|bad-input): .*$)/)
    }),
    { numRuns: 400 }
  )
})
