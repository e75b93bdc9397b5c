import { vocabularyOf } from '@slimbed/runtime/format'
import { describe, expect, test } from 'vitest'
import { bytesSource, readCounts, weightsFor, zipfWeights } from '../../src/index.js'
import { read, refusal, utf8, wordsOf, written } from '../support.js'

const source = (name: string, text: string) => bytesSource(name, utf8(text))
const matrix = () => written('npy', 1, Float32Array.of(1, 2, 3))

describe('words', () => {
  test('one a line, whatever the line ends, with a byte order mark', async () => {
    for (const text of ['a\nb c\n中\n', 'a\r\nb c\r\n中', '\ufeffa\nb c\n中\n']) {
      expect(wordsOf(await read(await matrix(), { words: source('words', text) }))).toEqual(['a', 'b c', '中'])
    }
    expect(wordsOf(await read(await matrix(), { words: source('words', '\na\n\n') }))).toEqual(['', 'a', ''])
  })

  test('they take the place of those of the file', async () => {
    expect(wordsOf(await read('a 1\nb 2\n', { words: source('words', 'x\ny\n') }))).toEqual(['x', 'y'])
  })

  test('there must be one for each row', async () => {
    for (const [text, lines] of [
      ['a\n', 1],
      ['a\nb\nc\nd\n', 4],
      ['', 0]
    ] as const) {
      expect(await refusal(read(await matrix(), { words: source('words', text) }))).toBe(
        `bad-input: words: expected a word for each of the 3 rows, one a line; it has ${lines} lines`
      )
    }
  })

  test('none are needed', async () => {
    const vectors = await read(await matrix())
    expect([vectors.vocabulary, vectors.counts, vectors.warnings]).toEqual([undefined, undefined, []])
  })
})

describe('counts', () => {
  const counts = source('counts', '# a comment, shares of text\nthe\t0.05\nof\t2e-2\n\nthe\t9\nb c\t0.01\n')

  test('reach the rows by their words; others get the smallest, with a warning', async () => {
    const vectors = await read('of 1\nthe 2\nrare 3\nb c 4\n', { counts })
    expect([...vectors.counts!]).toEqual([0.02, 0.05, 0.01, 0.01])
    expect(vectors.warnings).toEqual(['counts: 1 of 4 words have no count; they get the smallest, 0.01'])
  })

  test('make weights', async () => {
    const weights = weightsFor(vocabularyOf(['the', 'what', 'of']), await readCounts(counts))
    expect(weights).toEqual(Float32Array.of(0.05, 0.01, 0.02))
    expect(zipfWeights(4)).toEqual(Float32Array.of(1, 1 / 2, 1 / 3, 1 / 4))
  })

  test.each([
    ['a hexadecimal count', 'a\t0x10\n', 1],
    ['a binary count', 'a\t0b1\n', 1],
    ['a count that float32 has no place for', 'a\t1\nb\t1e-300\n', 2],
    ['a count beyond float32', 'a\t1e39\n', 1],
    ['a count with marks for thousands', 'a\t1,000\n', 1],
    ['a negative count', 'a\t-1\n', 1],
    ['NaN', 'a\t1\nb\tNaN\n', 2],
    ['infinity', 'a\tInfinity\n', 1],
    ['no tab', 'a\t1\nb 2\n', 2],
    ['no count', 'a\t1\nb\t\n', 2],
    ['a word for a count', 'a\tmany\n', 1]
  ])('%s is refused with its line', async (_, text, line) => {
    const message = await refusal(readCounts(source('counts', text)))
    expect(message).toMatch(
      new RegExp(`^bad-input: counts, line ${line}: expected word, tab, count of 0 or more, came "`)
    )
  })

  test('of 0 become the smallest above it', async () => {
    const zeros = source('counts', 'the\t5\nof\t0\nsea\t2\n[unused1]\t0.0\nking\t3\n')
    expect([...(await readCounts(zeros)).values()]).toEqual([5, 2, 2, 2, 3])
    expect(await refusal(readCounts(source('counts', 'a\t0\nb\t0\n')))).toMatch(/all counts are 0$/)
  })

  test('whatever the line ends', async () => {
    for (const text of ['a\t1\r\nb\t2\r\n', 'a\t1\rb\t2\r', '\ufeffa\t1\nb\t2']) {
      expect([...(await readCounts(source('counts', text)))]).toEqual([
        ['a', 1],
        ['b', 2]
      ])
    }
    expect(await refusal(readCounts(bytesSource('counts', Uint8Array.of(0xff, 0xfe, 97, 0))))).toMatch(/UTF-16/)
  })

  test('an empty file is refused, and counts without words', async () => {
    expect(await refusal(readCounts(source('counts', '\n')))).toMatch(/^bad-input: counts: expected lines/)
    const message = 'bad-input: in has no words to find in counts; give its words'
    expect(await refusal(read(await matrix(), { counts }))).toBe(message)
  })

  test('of words that are like numbers, comments and members of every object', async () => {
    const odd = await readCounts(source('counts', '#\t3\n1\t4\n__proto__\t5\nconstructor\t6\n'))
    expect([...weightsFor(vocabularyOf(['#', '1', '__proto__', 'constructor', 'toString']), odd)]).toEqual([
      3, 4, 5, 6, 3
    ])
  })
})
