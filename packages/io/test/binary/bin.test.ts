import { describe, expect, test } from 'vitest'
import { allOf, expectSame, read, readOrRefuse, refusal, utf8, wordsOf, written } from '../support.js'

const words = ['the', 'of', '中文😀', '', 'naïve', '\u00a0', '12']
const dim = 4
const values = Float32Array.from({ length: words.length * dim }, (_, i) => Math.fround(Math.sin(i)))

/** The rows of a word2vec binary file, with or without a line end after each. */
const binaryRows = (ends: '\n' | '', names = words) =>
  names.map((word, row) =>
    Buffer.concat([utf8(`${word} `), new Uint8Array(values.buffer, row * dim * 4, dim * 4), utf8(ends)])
  )

/** A word2vec binary file. */
const binary = (ends: '\n' | '', header = `${words.length} ${dim}`, names = words): Uint8Array =>
  Buffer.concat([utf8(`${header}\n`), ...binaryRows(ends, names)])

describe('word2vec binary', () => {
  test.each(['\n', ''] as const)('rows that end in %j', async (ends) => {
    const vectors = await read(binary(ends))
    expect(vectors).toMatchObject({ format: 'bin', matrix: { rows: 7, dim }, warnings: [] })
    expect(wordsOf(vectors)).toEqual(words)
    expect(await allOf(vectors.matrix)).toEqual(values)
    expect(await vectors.matrix.read(2, 3)).toEqual(values.slice(2 * dim, 5 * dim))
  })

  test('writes what the original tool writes', async () => {
    expect(Buffer.from(await written('bin', dim, values, words)).equals(binary('\n'))).toBe(true)
  })

  test('rows that cross chunks of the file', async () => {
    const rows = 30_000
    const many = Float32Array.from({ length: rows * 50 }, (_, i) => i)
    const names = Array.from({ length: rows }, (_, i) => `wörter😀${i}`)
    const vectors = await read(await written('bin', 50, many, names))
    expect(wordsOf(vectors).join('\n')).toBe(names.join('\n'))
    expectSame(await allOf(vectors.matrix), many)
  })

  test('a row is refused when read if it is not finite', async () => {
    const bytes = binary('\n')
    new DataView(bytes.buffer, bytes.byteOffset).setFloat32(bytes.length - 5, Number.NaN, true)
    const { matrix } = await read(bytes)
    await matrix.read(0, 6)
    expect(await refusal(matrix.read(5, 2))).toBe(
      'bad-input: in, row 6, column 3 (both from 0): expected a finite float32 number, came NaN'
    )
  })

  test('a file that is cut short says where', async () => {
    const bytes = binary('\n')
    const cut = (at: number) => refusal(read(bytes.subarray(0, at)))
    expect(await cut(3)).toMatch(/^bad-input: in, line 2: .* cut short$/)
    expect(await cut(18)).toMatch(/^corrupt-file: in, byte 18: expected 1 × 4 F32 elements, .* ends before$/)
    expect(await cut(40)).toMatch(/^corrupt-file: in, byte 40: expected 7 rows; the file ends in the vector of row 1$/)
    expect(await cut(bytes.length - 3)).toMatch(/^corrupt-file: in, byte \d+: .* the file ends in the vector of row 6$/)
    expect(await cut(bytes.length - 18)).toMatch(/^corrupt-file: in, byte \d+: .* the file ends in the word of row 6$/)
    const rowEnds: number[] = []
    for (let at = 0; at < bytes.length; at++) {
      if ((await readOrRefuse(bytes.subarray(0, at))) === 'read') rowEnds.push(at)
    }
    const ends = words.map((_, row) => bytes.length - Buffer.concat(binaryRows('\n').slice(row + 1)).length)
    // The last line end makes no difference.
    expect(rowEnds).toEqual(ends.flatMap((end) => [end - 1, end]).slice(0, -1))
  })

  test('a header that lies is refused before anything is allocated', async () => {
    for (const header of ['7 99999999999999999999', '9007199254740991 9007199254740991', '7 9999999']) {
      expect(await refusal(read(binary('\n', header)))).toMatch(/^corrupt-file: in, byte \d+: expected /)
    }
    expect(await refusal(read(binary('\n', '0 4')))).toMatch(/^bad-input: in: .* 0 × 4$/)
  })

  test.each(['\n', ''] as const)('a header of another number of rows, rows that end in %j', async (ends) => {
    const warningsOf = async (bytes: Uint8Array) => {
      const vectors = await read(bytes)
      expect(wordsOf(vectors)).toEqual(words)
      expect(await allOf(vectors.matrix)).toEqual(values)
      return vectors.warnings
    }
    expect(await warningsOf(binary(ends, '5 4'))).toEqual([
      'in: the header says 5 rows, the file has 7; all of them are read'
    ])
    for (const rows of [8, 999999999999]) {
      expect(await warningsOf(binary(ends, `${rows} 4`))).toEqual([
        `in: the header says ${rows} rows, the file has 7; all of them are read; is the file whole?`
      ])
    }
    const more = Buffer.concat([binary(ends), utf8('more')])
    expect(await warningsOf(more)).toEqual(['in: 4 bytes after row 6 are ignored; the header may be wrong'])
    const { warnings } = await read(Buffer.concat([binary(ends, '6 4'), utf8('more')]))
    const spare = '12 '.length + dim * 4 + ends.length + 'more'.length
    expect(warnings).toEqual([`in: ${spare} bytes after row 5 are ignored; the header may be wrong`])
  })

  test('a word with a space is not misread', async () => {
    for (let row = 0; row < words.length; row++) {
      const names = words.map((word, i) => (i === row ? 'new york' : word))
      expect(await refusal(read(binary('\n', undefined, names)))).toMatch(/^bad-input: in, row \d \(from 0\): .* space/)
    }
  })

  test('where no row has a line end, either the word after it is no text or its numbers are strange', async () => {
    const many = Array.from({ length: 300 }, (_, i) => `w${i}`)
    const numbers = Float32Array.from({ length: many.length * dim }, (_, i) => Math.fround(Math.sin(i) / 2))
    for (const row of [0, 1, 17, 150, 298]) {
      for (const name of ['a b', 'new york', 'x 12']) {
        const rows = many.map((word, i) =>
          Buffer.concat([utf8(`${i === row ? name : word} `), new Uint8Array(numbers.buffer, i * dim * 4, dim * 4)])
        )
        const vectors = read(Buffer.concat([utf8(`${many.length} ${dim}\n`), ...rows]))
        const said = await vectors.then(
          ({ warnings }) => warnings.join(),
          (error) => error.message
        )
        expect(said).toMatch(/row \d+ \(from 0\)/)
      }
    }
  })

  test('numbers of another width are called so', async () => {
    const doubles = words.map((word, row) =>
      Buffer.concat([
        utf8(`${word} `),
        new Uint8Array(Float64Array.from(values.subarray(row * dim, (row + 1) * dim)).buffer)
      ])
    )
    for (const ends of ['\n', '']) {
      const bytes = Buffer.concat([utf8('7 4\n'), ...doubles.flatMap((row) => [row, utf8(ends)])])
      expect(await refusal(read(bytes))).toBe(
        'bad-input: in: the numbers seem to be float64; expected float32: write them so'
      )
    }
  })

  test('words that are no UTF-8 are read and said', async () => {
    const latin1 = Buffer.concat([utf8('1 4\n'), Uint8Array.of(0xf1), utf8(' '), new Uint8Array(values.buffer, 0, 16)])
    expect((await read(latin1)).warnings).toEqual([expect.stringMatching(/^in: 1 of 1 words are not UTF-8/)])
  })

  test('a word that never ends is refused', async () => {
    const endless = Buffer.concat([utf8('2 1\n'), new Uint8Array(200_000).fill(1)])
    expect(await refusal(read(endless))).toMatch(/^corrupt-file: in, byte \d+: expected a space after word 0/)
  })
})
