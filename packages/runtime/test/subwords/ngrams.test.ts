import { hashOf, ngramBuckets, packBuckets } from '@slimbed/runtime/subwords'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { readBuckets, rowFinder } from '../../src/subwords/rows-of-buckets.js'

const utf8 = (text: string) => new TextEncoder().encode(text)
/** Any text that has UTF-8. */
const text = fc.string({ unit: 'grapheme', maxLength: 20 })

/** The same hash with integers of any size: a byte of 128 or more is less by 256, modulo 2³². */
function slowHash(bytes: Uint8Array): number {
  let hash = 2166136261n
  for (const byte of bytes) {
    hash ^= BigInt.asUintN(32, BigInt(byte < 128 ? byte : byte - 256))
    hash = BigInt.asUintN(32, hash * 16777619n)
  }
  return Number(hash)
}

test('the hash is FNV-1a of signed bytes', () => {
  expect(hashOf(utf8(''))).toBe(0x811c9dc5)
  // Of plain ASCII it is that of the literature.
  expect(hashOf(utf8('foobar'))).toBe(0xbf9cf968)
  fc.assert(fc.property(fc.uint8Array(), (bytes) => hashOf(bytes) === slowHash(bytes)))
})

test('n-grams are those of the word in brackets, by characters, without single brackets', () => {
  const bucket = 2 ** 31 - 1
  const of = (parts: readonly string[]) => parts.map((part) => hashOf(utf8(part)) % bucket)
  const found = (word: string, minn: number, maxn: number) => ngramBuckets(utf8(word), { minn, maxn, bucket })
  expect(found('né', 2, 3)).toEqual(of(['<n', '<né', 'né', 'né>', 'é>']))
  expect(found('𐐀', 1, 9)).toEqual(of(['<𐐀', '<𐐀>', '𐐀', '𐐀>']))
  expect(found('ab', 1, 1)).toEqual(of(['a', 'b']))
  expect(found('', 1, 3)).toEqual(of(['<>']))
  expect([found('</s>', 1, 6), found('word', 3, 0), found('a', 5, 6)]).toEqual([[], [], []])
  fc.assert(
    fc.property(text, fc.integer({ min: 1, max: 4 }), fc.integer({ min: 0, max: 4 }), (word, minn, more) => {
      fc.pre(word !== '</s>')
      const characters = Array.from(`<${word}>`)
      const parts = characters.flatMap((_, i) =>
        Array.from({ length: more + 1 }, (_, n) => characters.slice(i, i + minn + n))
          .filter((part, n) => part.length === minn + n)
          .filter((part) => part.length > 1 || (i > 0 && i < characters.length - 1))
          .map((part) => part.join(''))
      )
      expect(found(word, minn, minn + more)).toEqual(of(parts))
    })
  )
})

test('buckets are read as they were packed, and found', () => {
  const buckets = fc.uniqueArray(fc.integer({ min: 0, max: 2 ** 31 - 2 }), { maxLength: 50 })
  fc.assert(
    fc.property(buckets, (numbers) => {
      const sorted = Uint32Array.from(numbers).sort()
      const read = readBuckets(packBuckets(sorted), sorted.length, 2 ** 31 - 1)
      expect(read).toEqual(sorted)
      const find = rowFinder(read)
      sorted.forEach((number, row) => {
        expect([find(number), find(number + 1)]).toEqual([row, sorted.indexOf(number + 1)])
      })
    })
  )
  expect([...packBuckets([0, 127, 128, 16_512])]).toEqual([1, 127, 1, 128, 128, 1])
})

test('buckets that are not ascending, too large, too many or too few are refused', () => {
  const damaged = (bytes: readonly number[], rows: number, bucket = 100) => {
    const error = expect.objectContaining({ code: 'corrupt-file' })
    expect(() => readBuckets(Uint8Array.from(bytes), rows, bucket), `${bytes}`).toThrow(error)
  }
  expect([...readBuckets(Uint8Array.of(1, 99), 2, 100)]).toEqual([0, 99])
  expect(readBuckets(Uint8Array.of(), 0, 100)).toEqual(new Uint32Array())
  damaged([1, 100], 2)
  damaged([1, 0], 2)
  damaged([1], 2)
  damaged([1, 1], 1)
  damaged([1], 0)
  damaged([], 1)
  damaged([1, 129], 1)
  damaged([129, 128, 128, 128, 128, 1], 1, 2 ** 31 - 1)
})
