import { gzipSync } from 'node:zlib'
import { bytesSource, readVectors } from '@slimbed/io'
import { floatBytes, ggufFile, refusal } from '@slimbed/testing'
import { describe, expect, test } from 'vitest'
import { gguf } from '../src/index.js'

const values = Float32Array.from({ length: 96 }, (_, i) => i / 8)
const table = { name: 'token_embd.weight', shape: [3, 32], type: 0, data: floatBytes(values) }
const output = { name: 'output.weight', shape: [3, 32], type: 0, data: floatBytes(values.map((value) => -value)) }
const layer = { name: 'blk.0.ffn_up.weight', shape: [2, 32], type: 0, data: floatBytes(values.subarray(0, 64)) }
const norm = { name: 'norm', shape: [32], type: 0, data: floatBytes(values.subarray(0, 32)) }
const coarse = { name: 'coarse', shape: [1, 256], type: 10, data: new Uint8Array(84) }
const tensors = [table, output, layer, norm, coarse]

const read = (bytes: Uint8Array, tensor?: string) =>
  readVectors(bytesSource('m.gguf', bytes), { formats: [gguf], tensor })

const wordsOf = ({ vocabulary: words }: Awaited<ReturnType<typeof read>>) =>
  words && Array.from({ length: words.size }, (_, row) => words.word(row))

describe('a model as vectors', () => {
  test('the token table with its tokens', async () => {
    const found = await read(ggufFile({ tensors, tokens: ['<s>', '▁water', 'é'] }))
    expect([found.format, found.matrix.rows, found.matrix.dim]).toEqual(['gguf', 3, 32])
    expect(await found.matrix.read(0, 3)).toEqual(values)
    expect(await found.matrix.read(1, 1)).toEqual(values.subarray(32, 64))
    expect([wordsOf(found), found.warnings]).toEqual([['<s>', '▁water', 'é'], []])
  })

  test('packed with gzip', async () => {
    const found = await read(gzipSync(ggufFile({ tensors })))
    expect(await found.matrix.read(0, 3)).toEqual(values)
  })

  test('another tensor; rows that are no tokens have no words', async () => {
    const bytes = ggufFile({ tensors, tokens: ['a', 'b', 'c'] })
    const head = await read(bytes, 'output.weight')
    expect([wordsOf(head), (await head.matrix.read(2, 1))[31]]).toEqual([['a', 'b', 'c'], -values[95]])
    expect(wordsOf(await read(bytes, 'blk.0.ffn_up.weight'))).toBeUndefined()
  })

  test('more rows than tokens, and fewer', async () => {
    const few = await read(ggufFile({ tensors, tokens: ['a', 'b'] }))
    expect([wordsOf(few), few.warnings]).toEqual([
      ['a', 'b', ''],
      ['m.gguf: 2 tokens for 3 rows; rows beyond them have no words']
    ])
    const many = await read(ggufFile({ tensors, tokens: ['a', 'b', 'c', 'd'] }))
    expect([wordsOf(many), many.warnings]).toEqual([
      ['a', 'b', 'c'],
      ['m.gguf: 4 tokens for 3 rows; those beyond the rows are left out']
    ])
  })

  test.each<[string, Uint8Array, string | undefined, RegExp]>([
    [
      'no such tensor',
      ggufFile({ tensors }),
      'x',
      /^bad-input: m\.gguf: tensor "x" is not there; its matrices: token_embd\.weight F32 \[3, 32\], output/
    ],
    [
      'no token table',
      ggufFile({ tensors: [layer] }),
      undefined,
      /"token_embd\.weight" is not there; its matrices: blk\.0/
    ],
    [
      'a shard',
      ggufFile({ tensors: [layer], metadata: [['split.count', 2, Uint8Array.of(3, 0)]] }),
      undefined,
      /in 3 files, of which this is one/
    ],
    ['a vector', ggufFile({ tensors }), 'norm', /"norm" is F32 \[32\], not a matrix/],
    [
      'a type that is not decoded',
      ggufFile({ tensors }),
      'coarse',
      /^unsupported: .*"coarse" is Q2_K; types that are read: F32, /
    ],
    ['no rows', ggufFile({ tensors: [{ ...table, shape: [0, 32], data: new Uint8Array() }] }), undefined, /0 × 32/]
  ])('%s', async (_, bytes, tensor, says) => {
    expect(await refusal(() => read(bytes, tensor))).toMatch(says)
  })

  test('values that are not finite are refused with their place', async () => {
    const spoiled = values.slice()
    spoiled[40] = Number.NaN
    const found = await read(ggufFile({ tensors: [{ ...table, data: floatBytes(spoiled) }] }))
    expect(await refusal(() => found.matrix.read(0, 3))).toMatch(/m\.gguf, row 1, column 8/)
  })

  test('without the format, its name and where it is read are told', async () => {
    expect(await refusal(() => readVectors(bytesSource('m.gguf', ggufFile({ tensors }))))).toMatch(
      /^unsupported: m\.gguf: this is a GGUF model.*@slimbed\/gguf/
    )
  })

  test('text that begins with the same letters is text', async () => {
    expect((await read(Buffer.from('GGUF 3 4\na 1 2\n'))).format).toBe('txt')
  })
})
