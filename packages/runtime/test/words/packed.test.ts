import { isSlimbedError, loadVocabulary, type Vocabulary } from '@slimbed/runtime'
import {
  type JoinedWords,
  packWords,
  plainOf,
  sortedRows,
  sortedWords,
  vocabulary,
  vocabularyOf
} from '@slimbed/runtime/format'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { generator } from '../sample.js'

const tensorOf = (data: Uint8Array) => ({ dtype: 'U8', shape: [data.length], data }) as const
const bytesOf = (words: Vocabulary) => packWords(words).words.data as Uint8Array
const reloaded = (words: Vocabulary) => loadVocabulary(packWords(words), words.size)
const loaded = (bytes: Uint8Array, rows: number) => loadVocabulary({ words: tensorOf(bytes) }, rows)

/** Words of blocks, one by one. */
function apart({ bytes, ends }: JoinedWords): Uint8Array[] {
  return Array.from(ends, (end, i) => bytes.slice(i > 0 ? ends[i - 1] : 0, end))
}

/** Sorted words, decoded in one pass. */
function everyWord(words: Uint8Array, size: number): Uint8Array[] {
  const { blocks, read } = sortedWords(words, size)
  return apart(read(0, blocks))
}

/** A vocabulary of words that are any bytes. */
function wordsOf(list: readonly Uint8Array[]) {
  const offsets = Uint32Array.from([0, ...list.map(({ length }) => length)])
  for (let i = 1; i < offsets.length; i++) offsets[i] += offsets[i - 1]
  return vocabulary({ bytes: Uint8Array.from(list.flatMap((word) => [...word])), offsets })
}

const anyBytes = fc.oneof(
  fc.uint8Array({ maxLength: 6 }),
  fc.array(fc.constantFrom(0, 97, 98, 200, 255), { maxLength: 90 }).map((list) => Uint8Array.from(list))
)

test('words that are any bytes come back, in their rows', () => {
  const property = fc.property(fc.array(anyBytes, { maxLength: 60 }), (list) => {
    const words = wordsOf(list)
    const found = reloaded(words)
    expect(Array.from(list, (_, row) => found.bytesOf(row))).toEqual(list)
    const plain = plainOf(found)
    expect([plain.bytes, plain.offsets]).toEqual([words.bytes, words.offsets])
    expect(bytesOf(found)).toEqual(bytesOf(words))
    const sorted = wordsOf(Array.from(sortedRows(words), (row) => list[row]))
    const own = bytesOf(sorted)
    const all = everyWord(own, list.length)
    expect(all).toEqual(Array.from(list, (_, row) => sorted.bytesOf(row)))
    const { blocks, perBlock, read } = sortedWords(own, list.length)
    for (let block = 0; block < blocks; block++) {
      expect(apart(read(block, block + 1))).toEqual(all.slice(perBlock * block, perBlock * (block + 1)))
    }
  })
  fc.assert(property, { numRuns: 200 })
})

const text = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 12 }),
  fc.constantFrom('', 'a', 'aa', '\ufeffa', '__proto__', 'caf\u00e9', 'cafe\u0301', 'new york', 'привет', 'приветы')
)

test('every word is found at its first row, and no other', () => {
  const property = fc.property(fc.array(text, { maxLength: 80 }), fc.array(text), (list, others) => {
    const found = reloaded(vocabularyOf(list))
    for (const [row, word] of list.entries())
      expect([found.find(word), found.word(row)]).toEqual([list.indexOf(word), word])
    for (const word of others) expect(found.find(word)).toBe(list.indexOf(word))
  })
  fc.assert(property, { numRuns: 200 })
})

test('all words at once: what is damaged is refused, or read as it is one by one', () => {
  const list = Array.from({ length: 300 }, (_, i) => `w\u00f6rd${(i * 7919) % 300}`.slice(i % 4))
  const bytes = bytesOf(wordsOf(list.map((word) => new TextEncoder().encode(word)).sort(Buffer.compare)))
  const outcome = (read: () => readonly Uint8Array[]) => {
    try {
      return read()
    } catch (error) {
      if (isSlimbedError(error, 'corrupt-file')) return undefined
      throw error
    }
  }
  const property = fc.property(
    fc.nat(bytes.length - 1),
    fc.integer({ min: 1, max: 255 }),
    fc.nat(400),
    (at, change, size) => {
      const damaged = Uint8Array.from(bytes)
      damaged[at] ^= change
      const rows = size < 350 ? list.length : size
      const all = outcome(() => everyWord(damaged, rows))
      const each = outcome(() => {
        const found = loaded(damaged, rows)
        return Array.from({ length: rows }, (_, row) => found.bytesOf(row))
      })
      if (all && each) expect(all).toEqual(each)
    }
  )
  fc.assert(property, { numRuns: 300 })
  expect(everyWord(bytesOf(vocabularyOf([])), 0)).toEqual([])
})

test('words that are long, share much or repeat across blocks are found', () => {
  const shared = 'x'.repeat(100)
  const list = [...Array.from({ length: 40 }, (_, i) => `${shared}${i % 20}`), 'y'.repeat(50_000), shared, '', 'z']
  for (let i = 0; i < 30; i++) list.push('again')
  const found = reloaded(vocabularyOf(list))
  expect(list.map(found.find)).toEqual(list.map((word) => list.indexOf(word)))
  expect(list.map((_, row) => found.word(row))).toEqual(list)
  expect([found.find('x'), found.find('y'.repeat(50_001)), found.find('zz'), found.find('aga')]).toEqual([
    -1, -1, -1, -1
  ])
})

test('no words, words without letters, and rows that are not there', () => {
  const none = reloaded(vocabularyOf([]))
  expect([none.size, none.find(''), none.find('a')]).toEqual([0, -1, -1])
  const empty = reloaded(vocabularyOf(Array(20).fill('')))
  expect([empty.find(''), empty.find('a'), empty.word(19)]).toEqual([0, -1, ''])
  for (const row of [-1, 20, 0.5]) {
    expect(() => empty.word(row)).toThrow(expect.objectContaining({ code: 'out-of-range' }))
  }
})

test('the order of rows costs its bits, and nothing where it is that of the words', () => {
  const list = Array.from({ length: 1000 }, (_, i) => `word${(i * 377) % 1000}`)
  const words = vocabularyOf(list)
  const sorted = vocabularyOf(Array.from(sortedRows(words), (row) => list[row]))
  expect(bytesOf(words).length - bytesOf(sorted).length).toBeGreaterThan(1245)
  expect(bytesOf(words).length - bytesOf(sorted).length).toBeLessThan(1255)
  expect(reloaded(sorted).find('word0')).toBe(0)
})

test('counts come back as they are, up to 256 different ones, and else within a part of the scale', () => {
  const few = vocabularyOf(['a', 'b', 'c', 'd'], [3, 0, 1e9, 3])
  expect(reloaded(few).counts).toEqual(Float64Array.of(3, 0, 1e9, 3))
  expect(reloaded(vocabularyOf(['a'])).counts).toBeUndefined()
  const random = generator(3)
  const counts = Array.from({ length: 5000 }, (_, i) => (i % 10 === 0 ? 0 : Math.floor(1e6 ** random())))
  const many = vocabularyOf(
    counts.map((_, i) => `w${i}`),
    counts
  )
  const found = [...reloaded(many).counts!]
  const part = 1e6 ** (1 / 254) - 1
  expect(counts.findIndex((count, i) => Math.abs(found[i] - count) > part * count)).toBe(-1)
  expect(packWords(many).counts.data.byteLength).toBe(5000)
  expect(bytesOf(reloaded(many))).toEqual(bytesOf(many))
  expect(packWords(reloaded(many))).toEqual(packWords(many))
})

/** The bytes of bits, spaces left out; a number stands for its 9 bits, the lowest first. */
const bytesFrom = (...parts: readonly (string | number)[]) => {
  const bits = parts
    .map((part) => (typeof part === 'number' ? [...part.toString(2).padStart(9, '0')].reverse().join('') : part))
    .join('')
    .replaceAll(' ', '')
  const count = Math.ceil(bits.length / 8)
  return Uint8Array.from({ length: count }, (_, i) =>
    Number.parseInt([...bits.slice(8 * i, 8 * i + 8).padEnd(8, '0')].reverse().join(''), 2)
  )
}
/** The codes of contexts, each a pair of symbols among 0, 97, 98 and 256, which have the codes 00, 01, 10 and 11. */
function codesOf(pairs: Readonly<Record<number, string>>): readonly (string | number)[] {
  const contexts = Array.from({ length: 800 }, (_, context) => (pairs[context] ? `1 ${pairs[context]}` : '0'))
  return ['0 1', 0, '1', 97, '0 1', 98, '1', 256, contexts.join('')]
}
/** Context 256, the first byte: a, b. After a, after b: the end or the byte 0. What is shared with one byte: 0 or the end. */
const pairs = { 97: '111 100', 98: '111 100', 256: '101 110', 353: '110 111', 513: '100 111' }

test('two words worked out by hand', () => {
  // Two rows, the second one first; a block of one byte: a, end; 0 shared, b in the place of a, end.
  const head = bytesFrom(...codesOf(pairs), '1 1 0', '10000', '1')
  const found = loaded(Uint8Array.of(...head, 0b00000), 2)
  expect([found.word(0), found.word(1), found.find('a'), found.find('b'), found.find('')]).toEqual(['b', 'a', 1, 0, -1])
})

const codes = codesOf(pairs)
const forged: readonly [string, Uint8Array, number][] = [
  ['a row twice', Uint8Array.of(...bytesFrom(...codes, '1 0 0', '10000', '1'), 0), 2],
  ['a row twice, in the longer code', Uint8Array.of(...bytesFrom(...codes, '1 11 0 11', '10000', '1'), 0), 3],
  ['words of which the second comes first', Uint8Array.of(...bytesFrom(...codes, '0', '10000', '1'), 0b1_0_0_0_1), 2],
  ['a context without a code', Uint8Array.of(...bytesFrom(...codesOf({ 256: '101 110' }), '0 10000 1'), 0), 2],
  ['a symbol above 256', bytesFrom('1', 257, '1', 1, '0'.repeat(800), '0 10000 0'), 1],
  ['codes that are deeper than 64', bytesFrom('0'.repeat(4000)), 1],
  ['codes that are deeper than a stack', new Uint8Array(1e6), 1],
  ['a block that begins before the bytes', bytesFrom(...codes, '0', '11111', '1'.repeat(31)), 1],
  ['more blocks than bytes', bytesFrom(...codes), 2 ** 32 - 1]
]
test.each(forged)('forged words are refused in one line: %s', (_, bytes, rows) => {
  const all = () => {
    const found = loaded(bytes, rows)
    for (let row = 0; row < rows; row++) found.word(row)
  }
  expect(all).toThrow(expect.objectContaining({ code: 'corrupt-file', message: 'the vocabulary is damaged' }))
})

test('blocks that are out of order are refused where a word is looked for', () => {
  const list = Array.from({ length: 24 }, (_, i) => `${'abc'[i >> 3]}${i % 8}`)
  const bytes = bytesOf(vocabularyOf(list))
  const size = 4
  const swapped = Uint8Array.from(bytes)
  expect(loaded(bytes, 24).find('c7')).toBe(23)
  swapped.set(bytes.subarray(-size), bytes.length - 2 * size)
  swapped.set(bytes.subarray(-2 * size, -size), bytes.length - size)
  expect(() => loaded(swapped, 24).find('c7')).toThrow(expect.objectContaining({ code: 'corrupt-file' }))
})

/** What a vocabulary says of its words: undefined where it refuses in one line. */
function outcome(bytes: Uint8Array, rows: number, asked: readonly string[]): unknown {
  try {
    const found = loaded(bytes, rows)
    return [asked.map(found.find), Array.from({ length: rows }, (_, row) => found.word(row).length)]
  } catch (error) {
    if (!isSlimbedError(error, 'corrupt-file')) throw error
    expect(error.message).toMatch(/^.{10,400}$/)
    return undefined
  }
}

/** Flips of single bits; the environment variable makes it a longer search. */
const flips = Number(process.env.SLIMBED_FLIPS ?? 2000)

test(`words cut short are refused, and ${flips} flipped bits give words or a one-line error`, () => {
  const list = Array.from({ length: 60 }, (_, i) => `${'é'.repeat(i % 3)}word${(i * 37) % 60}`)
  const bytes = bytesOf(vocabularyOf(list))
  for (let length = 0; length < bytes.length; length++) {
    expect(outcome(bytes.subarray(0, length), 60, list), `cut at ${length}`).toBeUndefined()
  }
  const random = generator(11)
  for (let time = 0; time < flips; time++) {
    const damaged = Uint8Array.from(bytes)
    damaged[Math.floor(random() * bytes.length)] ^= 1 << Math.floor(random() * 8)
    outcome(damaged, 60, list.slice(0, 3))
  }
})
