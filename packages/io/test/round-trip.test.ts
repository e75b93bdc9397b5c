import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { vectorFormats } from '../src/index.js'
import { allOf, bitsOf, read, refusal, wordsOf, written } from './support.js'

const wellFormed = (word: string) => Buffer.from(word).toString()
const oddWord = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 8 }),
  fc.string({
    unit: fc.constantFrom(' ', '\t', '1', '.', '-', 'e', 'a', '\u00a0', '\ufeff', '\0', '\v'),
    maxLength: 5
  }),
  fc.constantFrom('nan', 'inf', '2 2', '0 0.5', '"', '\\', '\ud83d\ude00', '<unk>', '\u2028')
)
const table = fc.integer({ min: 1, max: 5 }).chain((dim) =>
  fc.record({
    dim: fc.constant(dim),
    rows: fc.array(
      fc.tuple(
        oddWord,
        fc.array(fc.float({ noNaN: true, noDefaultInfinity: true }), { minLength: dim, maxLength: dim })
      ),
      { minLength: 1, maxLength: 12 }
    )
  })
)

describe('what is written reads back bit for bit', () => {
  test.each(vectorFormats)('%s, of any words that the format can hold', async (format) => {
    let held = 0
    await fc.assert(
      fc.asyncProperty(table, async ({ dim, rows }) => {
        const words = rows.map(([word]) => wellFormed(word))
        const values = Float32Array.from(rows.flatMap(([, row]) => row))
        let bytes: Uint8Array
        try {
          bytes = await written(format, dim, values, words)
        } catch {
          expect(await refusal(written(format, dim, values, words))).toMatch(/^bad-input: \.\w+ cannot hold/)
          return
        }
        held++
        const back = await read(bytes)
        expect(back.format).toBe(format)
        expect(back.matrix).toMatchObject({ rows: rows.length, dim })
        expect(bitsOf(await allOf(back.matrix))).toEqual(bitsOf(values))
        if (format !== 'npy' && format !== 'faiss') expect(wordsOf(back)).toEqual(words)
      }),
      { numRuns: 300 }
    )
    expect(held).toBeGreaterThan(20)
  })

  test('a word that the format cannot hold is named', async () => {
    const values = Float32Array.of(1, 2, 3, 4)
    const say = (format: 'txt' | 'vec' | 'bin', word: string) => refusal(written(format, 2, values, ['a', word]))
    expect(await say('bin', 'new york')).toBe(
      'bad-input: .bin cannot hold the word of row 1, "new york", which has a space: write .safetensors'
    )
    expect(await say('vec', 'new\nyork')).toMatch(/row 1, "new\\nyork", which has a line end/)
    expect(await say('txt', 'new\ryork')).toMatch(/which has a carriage return/)
  })

  test('a text that would be read otherwise is refused', async () => {
    const values = Float32Array.of(1, 8)
    expect(await refusal(written('txt', 1, values, ['12', 'b']))).toMatch(/^bad-input: \.txt cannot hold these words/)
    expect(await refusal(written('txt', 1, values, ['a 1', 'b 2']))).toMatch(
      /^bad-input: \.txt cannot hold these words/
    )
    expect(await refusal(written('txt', 2, values, ['\ufeffa']))).toMatch(/^bad-input: \.txt cannot hold these words/)
  })

  test('formats with words need them, one a row', async () => {
    const values = Float32Array.of(1, 2)
    for (const format of ['txt', 'vec', 'bin'] as const) {
      expect(await refusal(written(format, 1, values))).toBe(
        `bad-input: .${format} needs a word for each row: give the words, or write .npy`
      )
      expect(await refusal(written(format, 1, values, ['a']))).toMatch(/expected 2 words, one for each row, not 1/)
    }
    expect(await refusal(written('safetensors', 1, values, ['a']))).toMatch(/expected 2 words, one for each row, not 1/)
  })
})
