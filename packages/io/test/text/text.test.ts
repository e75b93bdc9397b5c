import { describe, expect, test } from 'vitest'
import { allOf, expectSame, read, refusal, utf8, wordsOf } from '../support.js'

const rowsOf = async (text: string | Uint8Array) => {
  const vectors = await read(text)
  return { words: wordsOf(vectors), values: [...(await allOf(vectors.matrix))], vectors }
}

describe('reading text', () => {
  test('GloVe: no header', async () => {
    const { words, values, vectors } = await rowsOf('the 1 2 3\nof 4 5 6\n')
    expect(vectors).toMatchObject({ format: 'txt', matrix: { rows: 2, dim: 3 }, warnings: [], bytes: 19 })
    expect(words).toEqual(['the', 'of'])
    expect(values).toEqual([1, 2, 3, 4, 5, 6])
  })

  test('word2vec: header, trailing spaces', async () => {
    const { words, values, vectors } = await rowsOf('2 3\nthe 1 2 3 \nof 4 5 6 \n')
    expect(vectors).toMatchObject({ format: 'vec', matrix: { rows: 2, dim: 3 }, warnings: [] })
    expect(words).toEqual(['the', 'of'])
    expect(values).toEqual([1, 2, 3, 4, 5, 6])
  })

  test('lines that would keep a pattern busy for minutes', async () => {
    const many = 1_000_000
    for (const line of [`a${' '.repeat(many)}b`, `a ${'1'.repeat(many)}x`, `a ${'1'.repeat(many)}.x`]) {
      expect(await refusal(read(`${line}\n`))).toMatch(/^bad-input: in, line 1: expected a word and its numbers/)
    }
  })

  test('Windows line ends, a byte order mark, blank lines', async () => {
    const { words, values } = await rowsOf('\ufeffthe 1 2\r\n\r\nof 3 4 \r\n\n')
    expect(words).toEqual(['the', 'of'])
    expect(values).toEqual([1, 2, 3, 4])
  })

  test('words with spaces, tabs, non-breaking spaces, empty words, words that are numbers', async () => {
    const words = [
      'plain',
      '. . .',
      'new york',
      ' led',
      'trail ',
      ' ',
      '',
      'a\u00a0b',
      '12',
      'windows 95',
      '中文',
      '😀',
      'a\tb'
    ]
    const { words: found, values } = await rowsOf(words.map((word, i) => `${word} ${i} 0.5 -1e-3\n`).join(''))
    expect(found).toEqual(words)
    expect(values.filter((_, i) => i % 3 === 0)).toEqual(words.map((_, i) => i))
  })

  test('tabs or runs of spaces between numbers', async () => {
    const { words, values } = await rowsOf('a\t1\t2\nb 3  4\nc 5\t6\n')
    expect(words).toEqual(['a', 'b', 'c'])
    expect(values).toEqual([1, 2, 3, 4, 5, 6])
  })

  test('a table of one column, with and without a header', async () => {
    expect((await rowsOf('a 1\nb 2\n')).values).toEqual([1, 2])
    expect((await rowsOf('2 1\na 1\nb 2\n')).values).toEqual([1, 2])
    expect((await rowsOf('12 7\nb 2\n')).words).toEqual(['12', 'b'])
  })

  test('lines longer than the window, rows that cross it', async () => {
    const dim = 100_000
    const line = Array.from({ length: dim }, (_, i) => `${(i % 977) - 400}.125`).join(' ')
    const { values, vectors } = await rowsOf(`${'abcdefg'.replace(/./g, (word) => `${word} ${line}\n`)}`)
    expect(vectors.matrix).toMatchObject({ rows: 7, dim })
    expect(values[dim * 2 + 5]).toBe(-395.125)
    expectSame(await vectors.matrix.read(1, 6), Float32Array.from(values.slice(dim)))
  })

  test('many windows: words, rows and line numbers stay in step', async () => {
    const rows = 120_000
    const lines = Array.from({ length: rows }, (_, i) => `wörd${i} ${i} -${i}.5 0.123456 1.234567 -0.00123456\n`)
    const { words, values, vectors } = await rowsOf(lines.join(''))
    expect(vectors.matrix).toMatchObject({ rows, dim: 5 })
    for (let i = 0; i < rows; i += 997) {
      expect(words[i]).toBe(`wörd${i}`)
      expect(values[i * 5 + 1]).toBe(-i - 0.5)
    }
    expect([...(await vectors.matrix.read(90_000, 2))].filter((_, i) => i % 5 === 0)).toEqual([90_000, 90_001])
    expectSame(await vectors.matrix.read(1000, 118_000), Float32Array.from(values.slice(5000, 595_000)))
    lines[99_999] = 'short 1 2 3\n'
    expect(await refusal(read(lines.join('')))).toMatch(/^bad-input: in, line 100000: /)
  })

  test('reads beyond the end are refused', async () => {
    const { matrix } = await read('a 1 2\nb 3 4\n')
    expect(await refusal(matrix.read(1, 2))).toMatch(/^out-of-range/)
    expect(await refusal(matrix.read(-1, 1))).toMatch(/^out-of-range/)
    expect(await matrix.read(2, 0)).toHaveLength(0)
  })
})

describe('bad text', () => {
  test.each([
    [
      'a short line',
      'a 1 2 3\nb 4 5 6\nc 7 8\n',
      'bad-input: in, line 3: expected a word and 3 numbers, came 3 fields'
    ],
    [
      'a word in place of a number',
      'a 1 2 3\nb 4 x 6\n',
      'bad-input: in, line 2: expected a number as number 2 of 3, came "x"'
    ],
    [
      'a number run into a letter',
      'a 1 2\nb 3 4x\n',
      'bad-input: in, line 2: expected a number as number 2 of 2, came "4x"'
    ],
    ['NaN', 'a 1 2\nb nan 4\n', 'bad-input: in, line 2: expected a finite float32 number as number 1 of 2, came "nan"'],
    [
      'infinity',
      'a 1 2\nb 3 -inf\n',
      'bad-input: in, line 2: expected a finite float32 number as number 2 of 2, came "-inf"'
    ],
    [
      'overflow',
      'a 1 2\nb 3 1e39\n',
      'bad-input: in, line 2: expected a finite float32 number as number 2 of 2, came "1e39"'
    ],
    ['nothing', '', 'bad-input: in: expected vectors; the file is empty'],
    [
      'prose',
      'It was a dark night.\nAnd so on.\n',
      'bad-input: in, line 1: expected a word and its numbers, came "It was a dark night."'
    ],
    [
      'a header alone',
      '2 3\n',
      'bad-input: in, line 2: expected vectors, came nothing after the first line "2 3": the file is cut short'
    ],
    [
      'a header cut short',
      '15255 30',
      'bad-input: in, line 2: expected vectors, came nothing after the first line "15255 30": the file is cut short'
    ],
    [
      'a header with another dim',
      '2 2\na 1 2 3\nb 4 5 6\n',
      'bad-input: in, line 1: the header says 2 numbers a row; the lines after it have 3'
    ],
    [
      'a header with more rows, the last line cut short',
      '3 2\na 1 2\nb 3 4',
      'corrupt-file: in, line 4: expected 3 rows, as the header says; the file ends after 2'
    ]
  ])('%s', async (_, text, message) => {
    expect(await refusal(read(text))).toBe(message)
  })

  test('what can be read all the same is read with a warning', async () => {
    expect((await read('1 2\na 1 2\nb 3 4\n')).warnings).toEqual([
      'in: the header says 1 rows, the file has 2; all of them are read'
    ])
    expect((await read('3 2\na 1 2\nb 3 4\n')).warnings).toEqual([
      'in: the header says 3 rows, the file has 2; all of them are read; is the file whole?'
    ])
    expect((await read('999999999999999 2\na 1 2\n')).matrix.rows).toBe(1)
    expect((await read('a 1 2\nb 3 4')).warnings).toEqual([
      'in: the last line has no line end; the file may be cut short'
    ])
    const { warnings, matrix } = await read('a 1 2\nb 3 4\na 5 6\nb 7 8\na 9 9\n')
    expect(warnings).toEqual(['in: 3 rows repeat words seen before ("a", "b", "a"); all are kept'])
    expect(matrix.rows).toBe(5)
  })

  test('the message quotes hostile bytes on one short line', async () => {
    const hostile = utf8(`a 1 2\nb 1 \u2028\x1b[31m${'x'.repeat(500)}\n`)
    const message = await refusal(read(hostile))
    expect(message.length).toBeLessThan(200)
    expect(message).not.toContain('\x1b')
  })
})
