import { bytesSource } from '@slimbed/runtime'
import { describe, expect, test } from 'vitest'
import { read, refusal, utf8, wordsOf, written } from '../support.js'

const names = ['the', 'water', 'of', '▁river', 'a', '中']
const table = () =>
  written(
    'npy',
    1,
    Float32Array.from(names, (_, i) => i + 0.5)
  )
const wordsIn = async (text: string | Uint8Array, rows = names.length) => {
  const matrix = await written(
    'npy',
    1,
    Float32Array.from({ length: rows }, (_, i) => i)
  )
  const vectors = await read(matrix, { words: bytesSource('words', typeof text === 'string' ? utf8(text) : text) })
  return { words: wordsOf(vectors), warnings: vectors.warnings }
}
const lines = (line: (word: string, i: number) => string, end = '\n') =>
  names.map((word, i) => line(word, i) + end).join('')

describe('words beside numbers', () => {
  test.each([
    ['a piece and its score', lines((word, i) => `${word}\t${-i * 1.5}`)],
    ['a word and its count', lines((word, i) => `${word} ${1000 - i}`)],
    ['counts that are not in order', lines((word, i) => `${word} ${(i * 7919) % 101}`)],
    ['a count and its word, as uniq -c', lines((word, i) => `${String(900 - i).padStart(7)} ${word}`)],
    ['a number and its word', lines((word, i) => `${i}\t${word}`)],
    ['numbers from 1', lines((word, i) => `${i + 1} ${word}`)],
    ['a word and its number', lines((word, i) => `${word}\t${i}`)],
    ['a number, a word and a count', lines((word, i) => `${i}\t${word}\t${77 - i}`)],
    ['commas', lines((word, i) => `${word},${55 - i}`)],
    ['colons', lines((word, i) => `${word}:${i}`)],
    ['bars', lines((word, i) => `${i}|${word}`)],
    ['semicolons', lines((word, i) => `${i};${word}`)],
    ['a heading', `word\tcount\n${lines((word, i) => `${word}\t${55 - i}`)}`],
    ['a heading of other columns too', `id\ttoken\tkind\n${lines((word, i) => `x${i}\t${word}\tnoun`)}`],
    ['vectors', lines((word, i) => `${word} ${i}.5 ${i}.25`)],
    ['counts in Windows lines', lines((word, i) => `${word}\t${55 - i}\r`)]
  ])('%s', async (_, text) => {
    const { words, warnings } = await wordsIn(text)
    expect(words).toEqual(names)
    expect(warnings).toEqual([expect.stringMatching(/^words: the lines hold numbers beside the words, such as "/)])
  })

  test('words with spaces in them', async () => {
    const phrases = await wordsIn('new york 12\nsea 7\nthe old man 5\n', 3)
    expect(phrases.words).toEqual(['new york', 'sea', 'the old man'])
    expect((await wordsIn('12 new york\n7 sea\n5 the old man\n', 3)).words).toEqual(['new york', 'sea', 'the old man'])
  })

  test('numbers of rows say the order, counts that fall to 1 do not', async () => {
    expect(await wordsIn('2\tc\n0\ta\n3\td\n1\tb\n', 4)).toEqual({
      words: ['a', 'b', 'c', 'd'],
      warnings: [expect.stringMatching(/column 2 is taken for the words, in the order of their numbers$/)]
    })
    expect((await wordsIn('c 3\na 1\nd 4\nb 2\n', 4)).words).toEqual(['a', 'b', 'c', 'd'])
    expect((await wordsIn('the 4\nof 3\na 2\nsea 1\n', 4)).words).toEqual(['the', 'of', 'a', 'sea'])
  })

  test('a line that is otherwise is refused with its number', async () => {
    const many = Array.from({ length: 90 }, (_, i) => `w${i}\t${i * 3}\n`)
    many[80] = 'odd\n'
    expect(await refusal(wordsIn(many.join(''), 90))).toBe(
      'bad-input: words, line 81: expected a word beside numbers, as on the lines before, came "odd"'
    )
    expect(await refusal(wordsIn(lines((word, i) => `${word}\tx${i}`)))).toBe(
      'bad-input: words, line 1: expected one word a line, came 2 columns: leave the words alone (cut -f1)'
    )
  })

  test('numbers with a colon and a space after them', async () => {
    const { words, warnings } = await wordsIn(lines((word, i) => `${i}: ${word}`))
    expect([words, warnings.length]).toEqual([names, 2])
  })

  test('columns that tabs divide are not divided by commas or spaces', async () => {
    for (const text of [lines((word, i) => `${word}\t${i},000`), lines((word, i) => `${word}\tnoun\t${i}`)]) {
      expect(await refusal(wordsIn(text))).toMatch(
        /^bad-input: words, line 1: expected one word a line, came [23] columns/
      )
    }
  })

  test('numbers beside numbers: the first is the word', async () => {
    expect((await wordsIn(lines((_, i) => `${i + 7}\t${99 - i}`))).words).toEqual(names.map((_, i) => `${i + 7}`))
  })

  test('times, addresses and pairs of words with a colon are words', async () => {
    for (const word of [(i: number) => `${i}:30`, (i: number) => `http://x:${i}`, (i: number) => `chr1:${i}`]) {
      const texts = names.map((_, i) => word(i))
      expect(await wordsIn(`${texts.join('\n')}\n`)).toEqual({ words: texts, warnings: [] })
    }
  })

  test('lines that differ in their numbers alone are words', async () => {
    const routes = names.map((_, i) => `route ${i + 60}`)
    expect(await wordsIn(`${routes.join('\n')}\n`)).toEqual({ words: routes, warnings: [] })
  })

  test('words that are numbers or phrases are words', async () => {
    for (const text of ['1990\n12\n3.5\n', 'new york\nwindows 95\nsea\n', 'a,b\nc\nd,5\n']) {
      expect(await wordsIn(text, 3)).toEqual({ words: text.trim().split('\n'), warnings: [] })
    }
  })
})

describe('how lines are written', () => {
  test('padding that most lines have is left out, unless words become one', async () => {
    const padded = await wordsIn(lines((word) => word.padEnd(7)))
    expect(padded).toEqual({ words: names, warnings: ['words: the spaces around the words are left out'] })
    expect((await wordsIn(lines((word) => word.padStart(7)))).words).toEqual(names)
    const pieces = ['the', ' the', ' of', ' a']
    const kept = await wordsIn(pieces.map((word) => `${word}\n`).join(''), 4)
    expect(kept.words).toEqual(pieces)
    expect(kept.warnings).toEqual([
      expect.stringMatching(/^words: 3 of 4 words begin or end with a space, which is kept/)
    ])
  })

  test('carriage returns alone, a byte order mark, blank lines at the end', async () => {
    for (const text of [
      lines((word) => word, '\r'),
      `\ufeff${lines((word) => word)}`,
      `${lines((word) => word)}\n\n`
    ]) {
      expect(await wordsIn(text)).toEqual({ words: names, warnings: [] })
    }
  })

  test('a heading', async () => {
    expect(await wordsIn(`word\n${lines((word) => word)}`)).toEqual({
      words: names,
      warnings: ['words: the first line, "word", is left out']
    })
  })

  test('quotes around every word are kept, and said', async () => {
    const { words, warnings } = await wordsIn(lines((word) => `"${word}"`))
    expect(words[0]).toBe('"the"')
    expect(warnings).toEqual([expect.stringMatching(/^words: 6 of 6 words are in quotes, which are kept/)])
  })

  test('words that are no UTF-8', async () => {
    expect((await wordsIn(Uint8Array.of(97, 10, 0xf1, 10), 2)).warnings).toEqual([
      expect.stringMatching(/^words: 1 of 2 words are not UTF-8/)
    ])
  })

  test('JSON, and files of another kind, are called so', async () => {
    expect(await refusal(wordsIn(JSON.stringify(names)))).toMatch(/^unsupported: words: .* this is JSON/)
    expect(await refusal(wordsIn(JSON.stringify({ a: 0, b: 1 }, null, 1), 12))).toMatch(/this is JSON/)
    expect(await refusal(wordsIn(await table()))).toBe(
      'unsupported: words: expected lines of text; this is a .npy file'
    )
    expect(await refusal(wordsIn(Uint8Array.of(0xff, 0xfe, 97, 0)))).toMatch(
      /^unsupported: words: .* this is UTF-16 text/
    )
  })
})

describe('fewer words than rows', () => {
  test('the last rows have none, and it is said', async () => {
    const { words, warnings } = await wordsIn(
      lines((word) => word),
      8
    )
    expect(words).toEqual([...names, '', ''])
    expect(warnings).toEqual(['words: 6 words for 8 rows; the last 2 rows have no word'])
  })

  test('less than half of them are the words of another table', async () => {
    expect(
      await refusal(
        wordsIn(
          lines((word) => word),
          13
        )
      )
    ).toBe('bad-input: words: expected a word for each of the 13 rows, one a line; it has 6 lines')
  })
})
