import { save } from '@slimbed/core'
import {
  bytesSource,
  dense,
  gather,
  isSlimbedError,
  product,
  quantized,
  type Source,
  type Table
} from '@slimbed/runtime'
import { tokenizerFrom } from '@slimbed/tokenizer'
import { packTokenizer } from '@slimbed/tokenizer/pack'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  createEncoder,
  type EncoderSettings,
  encoderExtra,
  encoderOf,
  hasEncoder,
  loadEncoder,
  openEncoder,
  storedEncoder
} from '../src/index.js'
import { firstCharacters } from '../src/tokens.js'
import { tokens, wordPiece } from './tokenizer.js'

const json = wordPiece(tokens)
const tokenizer = tokenizerFrom(json)
const [rows, dim] = [tokens.length, 5]
const numbers = (count: number, seed = 1) =>
  Float32Array.from({ length: count }, (_, i) => Math.sin(seed * 7 + i * 1.7))
const plain: EncoderSettings = { normalize: false, skipUnknown: true }

/** The same table in several kinds. */
const tables = {
  dense: dense(rows, dim, numbers(rows * dim)),
  gather: gather(
    Uint8Array.from({ length: rows }, (_, i) => (i * 3) % 4),
    dense(4, dim, numbers(4 * dim))
  ),
  product: product(dense(rows, 2, numbers(rows * 2)), dense(2, dim, numbers(2 * dim, 2))),
  'gather of a product': gather(
    Uint8Array.from({ length: rows }, (_, i) => i % 4),
    product(dense(4, 2, numbers(8)), dense(2, dim, numbers(2 * dim, 2)))
  ),
  quantized: quantized({
    dim,
    bits: 8,
    groupSize: dim,
    codes: Uint8Array.from({ length: rows * dim }, (_, i) => (i * 37) % 256),
    scale: { dtype: 'F32', shape: [rows, 1], data: numbers(rows) },
    zero: 128
  })
}

const known = ['the', 'cold', 'Rivers', 'runs', 'zebra', '!', 'a', 'ÜBER', 'runser']
const texts = fc.array(fc.constantFrom(...known), { maxLength: 12 }).map((some) => some.join(' '))
const weights = numbers(rows, 3)

/** The mean as it is defined, in float64. */
function meanOf(table: Table, ids: readonly number[], weights: Float32Array | undefined, normalize: boolean): number[] {
  const sum = new Array<number>(dim).fill(0)
  const row = new Float32Array(dim)
  for (const id of ids) {
    table.readRow(id, row)
    for (let j = 0; j < dim; j++) sum[j] += ((weights?.[id] ?? 1) * row[j]) / ids.length
  }
  const length = Math.hypot(...sum)
  return normalize ? sum.map((value) => (length > 0 ? value / length : 0)) : sum
}

const close = (found: ArrayLike<number>, expected: ArrayLike<number>, error = 1e-5) => {
  expect(found.length).toBe(expected.length)
  for (let i = 0; i < found.length; i++) expect(Math.abs(found[i] - expected[i])).toBeLessThan(error)
}

describe.each(Object.entries<Table>(tables))('a table that is %s', (_, table) => {
  test('vectors are means of the rows of tokens', () => {
    fc.assert(
      fc.property(
        fc.array(texts, { maxLength: 5 }),
        fc.boolean(),
        fc.boolean(),
        fc.boolean(),
        (list, normalize, weighted, skip) => {
          const own = weighted ? weights : undefined
          const settings = { normalize, skipUnknown: skip }
          const { encode } = createEncoder({ table, tokenizer, settings, weights: own })
          const found = encode(list)
          expect(found.length).toBe(list.length * dim)
          list.forEach((text, i) => {
            const ids = [...tokenizer.encode(text, { specialTokens: false })].filter((id) => !skip || id !== 0)
            const vector = found.subarray(i * dim, (i + 1) * dim)
            close(vector, meanOf(table, ids, own, normalize))
            expect(encode(text)).toEqual(vector)
          })
        }
      )
    )
  })

  test('rows that stay in their file give the same', async () => {
    const settings = { normalize: true, skipUnknown: true, maxLength: 6 }
    const extra = encoderExtra({ settings, tokenizer: packTokenizer(json), weights })
    const bytes = await save({ table, extra, provenance: {} })
    const whole = await loadEncoder(bytes)
    const remote = await openEncoder(bytesSource('model', bytes))
    await fc.assert(
      fc.asyncProperty(fc.array(texts, { maxLength: 4 }), async (list) => {
        close(await remote.encode(list), whole.encode(list), 1e-6)
      })
    )
    const matrix = whole.encode(['the cold', 'rivers', 'a b'])
    expect((await remote.search('rivers', matrix, 2)).map(({ row }) => row)).toEqual(
      whole.search('rivers', matrix, 2).map(({ row }) => row)
    )
    expect(await remote.similarity('a', 'the')).toBeCloseTo(whole.similarity('a', 'the'), 6)
  })
})

describe('texts', () => {
  const table = tables.dense
  const encoderWith = (settings: Partial<EncoderSettings>) =>
    createEncoder({ table, tokenizer, settings: { ...plain, ...settings } })

  test('the first tokens count, unknown ones too, and the first characters are read', () => {
    const { encode } = encoderWith({})
    expect(encoderWith({ maxLength: 2 }).encode('zebra cold river')).toEqual(encode('cold'))
    expect(encoderWith({ maxLength: 0 }).encode('cold')).toEqual(new Float32Array(dim))
    expect(encoderWith({ maxCharacters: 4 }).encode('cold river')).toEqual(encode('cold'))
    expect(encoderWith({ maxCharacters: 4 }).encode('😀😀 a b')).toEqual(encode('a'))
    expect(encoderWith({ prompt: 'the ' }).encode('cold')).toEqual(encode('the cold'))
  })

  test('the first characters are those of the text by code points', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.nat({ max: 20 }), (text, count) => {
        expect(firstCharacters(text, count)).toBe(Array.from(text).slice(0, count).join(''))
      })
    )
    expect(firstCharacters('a\ud83db', 2)).toBe('a\ud83d')
  })

  test('nothing, halves of pairs, and 10 MB', () => {
    const { encode } = encoderWith({})
    expect(encode([])).toEqual(new Float32Array(0))
    expect(encode(['', '  \n'])).toEqual(new Float32Array(2 * dim))
    expect(encode('\ud83d cold \udc00')).toEqual(encode('cold'))
    const long = 'cold river '.repeat(1_000_000)
    close(encode(long), encode('cold river'))
    expect(encoderWith({ maxCharacters: 11, maxLength: 4 }).encode(long)).toEqual(encode('cold river'))
  })

  test('what is no text, and too little room, is refused', () => {
    const { encode, similarity, search } = encoderWith({})
    const refused = (work: () => unknown) => {
      try {
        work()
      } catch (error) {
        if (isSlimbedError(error)) return `${error.code}: ${error.message}`
        throw error
      }
      return 'nothing'
    }
    const wrong = [null, 1, { text: 'a' }, ['a', 2], [['a']]]
    for (const one of wrong) expect(refused(() => encode(one as unknown as string))).toMatch(/^bad-input: encode: /)
    expect(refused(() => encode('a', { out: new Float32Array(dim - 1) }))).toMatch(/^bad-input: .*5 are needed/)
    expect(refused(() => similarity('a', new Float32Array(3)))).toMatch(/^bad-input: .*5 values/)
    expect(refused(() => search('a', new Float32Array(7)))).toMatch(/^bad-input: search/)
    const small = { table: dense(2, dim, new Float32Array(2 * dim)), tokenizer, settings: plain }
    expect(refused(() => createEncoder(small))).toMatch(/^bad-input: the tokenizer has 11 tokens/)
    expect(refused(() => createEncoder({ ...small, table, weights: new Float32Array(2) }))).toMatch(/^bad-input/)
  })

  test('similarity and search go by cosines', () => {
    const { encode, similarity, search } = encoderWith({})
    expect(similarity('the cold', encode('the cold'))).toBeCloseTo(1, 6)
    expect(similarity('zebra', 'cold')).toBe(0)
    const list = ['river runs', 'cold', 'zebra', 'the river']
    const matrix = encode(list)
    const expected = list.map((text, row) => ({ row, score: expect.closeTo(similarity('the river', text), 6) }))
    const order = [...list.keys()].sort((a, b) => similarity('the river', list[b]) - similarity('the river', list[a]))
    expect(search('the river', matrix)).toEqual(order.map((row) => expected[row]))
    expect(search('the river', matrix, 1)).toEqual([expected[3]])
    expect(search('cold', new Float32Array(0))).toEqual([])
  })
})

describe('files', () => {
  const settings = {
    normalize: true,
    skipUnknown: true,
    maxLength: 9,
    maxCharacters: 40,
    model: { layout: 'model2vec' }
  }
  const stored = { settings, tokenizer: packTokenizer(json), weights }
  const bare = { settings: plain, tokenizer: stored.tokenizer }
  const fileOf = (extra = encoderExtra(stored), table: Table = tables.dense) => save({ table, extra, provenance: {} })

  test('what was stored is read', async () => {
    const encoder = await loadEncoder(await fileOf())
    expect([encoder.settings, encoder.weights, encoder.dim]).toEqual([settings, weights, dim])
    expect(encoder.encode('the cold')).toEqual(createEncoder({ ...encoder, tokenizer }).encode('the cold'))
    expect(storedEncoder({ extra: encoderExtra(bare) })).toEqual(bare)
    expect(hasEncoder({})).toBe(false)
  })

  test('only the rows of the texts are read', async () => {
    const bytes = await fileOf(encoderExtra(bare), dense(20_000, 64, numbers(20_000 * 64)))
    let read = 0
    const source: Source = {
      name: 'model',
      size: bytes.length,
      async read(offset, length) {
        read += length
        return bytes.slice(offset, offset + length)
      }
    }
    const remote = await openEncoder(source)
    const opened = read
    await remote.encode(['the cold river', 'cold rivers'])
    expect([remote.whole, opened < 100_000, read - opened < 100_000]).toEqual([false, true, true])
  })

  const { config, tensors } = encoderExtra(stored)
  const told = { ...tensors, weights: { dtype: 'F32', shape: [rows], data: new Float32Array(rows).fill(Infinity) } }
  const few = { ...tensors, weights: { dtype: 'F32', shape: [2], data: new Float32Array(2) } }
  const noise = { ...tensors, tokenizer: { dtype: 'U8', shape: [9], data: new Uint8Array(9).fill(200) } }
  const broken: readonly [string, object, RegExp][] = [
    ['another version', { tensors, config: { ...config, version: 2 } }, /^unsupported/],
    ['no tokenizer', { config, tensors: {} }, /^corrupt-file: .*tokenizer/],
    ['a length that is none', { tensors, config: { ...config, maxLength: -1 } }, /^corrupt-file/],
    ['a prompt that is none', { tensors, config: { ...config, prompt: 3 } }, /^corrupt-file/],
    ['no settings', { tensors, config: { kind: 'encoder', version: 1 } }, /^corrupt-file/],
    ['too few weights', { config, tensors: few }, /^corrupt-file/],
    ['weights that are not finite', { config, tensors: told }, /^corrupt-file/],
    ['a tokenizer of noise', { config, tensors: noise }, /^(corrupt-file|unsupported|bad-input)/],
    ['a classifier', { config: { kind: 'classifier' }, tensors: {} }, /^bad-input/]
  ]
  test.each(broken)('refused: %s', async (_, extra, expected) => {
    const bytes = await fileOf(extra as ReturnType<typeof encoderExtra>)
    for (const opening of [() => loadEncoder(bytes), () => openEncoder(bytesSource('model', bytes))]) {
      const refusal = await opening().then(
        () => 'nothing',
        (error) => (isSlimbedError(error) ? `${error.code}: ${error.message}` : String(error))
      )
      expect(refusal).toMatch(expected)
    }
  })

  test('a table with too few rows for the tokenizer is a damaged file', async () => {
    const bytes = await fileOf(encoderExtra(bare), dense(3, dim, numbers(3 * dim)))
    await expect(loadEncoder(bytes)).rejects.toMatchObject({ code: 'corrupt-file' })
    await expect(openEncoder(bytesSource('model', bytes))).rejects.toMatchObject({ code: 'corrupt-file' })
    expect(() => encoderOf({ table: tables.dense })).toThrow(/no tokenizer/)
  })
})
