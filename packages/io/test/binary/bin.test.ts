import { describe, expect, test } from 'vitest'
import { allOf, expectSame, read, readOrRefuse, refusal, utf8, wordsOf, written } from '../support.js'

const words = ['the', 'of', '中文😀', '', 'naïve', '\u00a0', '12']
const dim = 4
const values = Float32Array.from({ length: words.length * dim }, (_, i) => Math.fround(Math.sin(i)))

/** A word2vec binary file, with or without a line end after each row. */
function binary(ends: '\n' | '', header = `${words.length} ${dim}`): Uint8Array {
  const parts = words.flatMap((word, row) => [
    utf8(`${word} `),
    new Uint8Array(values.buffer, row * dim * 4, dim * 4),
    utf8(ends)
  ])
  return Buffer.concat([utf8(`${header}\n`), ...parts])
}

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
    expect(await cut(40)).toMatch(/^corrupt-file: in, byte 40: expected 7 × 4 F32 elements, .* ends before$/)
    expect(await cut(bytes.length - 3)).toMatch(/^corrupt-file: in, byte \d+: .* the file ends in the vector of row 6$/)
    expect(await cut(bytes.length - 18)).toMatch(/^corrupt-file: in, byte \d+: .* the file ends in the word of row 6$/)
    for (let at = 0; at < bytes.length - 1; at++) expect(await readOrRefuse(bytes.subarray(0, at))).toBe('refused')
    expect(await readOrRefuse(bytes.subarray(0, -1))).toBe('read')
  })

  test('a header that lies is refused before anything is allocated', async () => {
    for (const header of ['999999999999 4', '7 99999999999999999999', '9007199254740991 9007199254740991']) {
      expect(await refusal(read(binary('\n', header)))).toMatch(/^corrupt-file: in, byte \d+: expected /)
    }
    expect(await refusal(read(binary('\n', '0 4')))).toMatch(/^bad-input: in: .* 0 × 4$/)
    const [warning] = (await read(binary('\n', '6 4'))).warnings
    expect(warning).toMatch(/^in: 20 bytes after row 5 are ignored/)
  })

  test('a word that never ends is refused', async () => {
    const endless = Buffer.concat([utf8('2 1\n'), new Uint8Array(200_000).fill(1)])
    expect(await refusal(read(endless))).toMatch(/^corrupt-file: in, byte \d+: expected a space after word 0/)
  })
})
