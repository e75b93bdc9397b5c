import { save } from '@slimbed/core'
import { load, quantized } from '@slimbed/runtime'
import { describe, expect, test } from 'vitest'
import { allOf, read, refusal, wordsOf, written } from '../support.js'
import { safetensors } from './safetensors-file.js'

const matrix = { dtype: 'F32', shape: [2, 2], data: Float32Array.of(1, -2, 3, 4) }
const bias = { dtype: 'F32', shape: [2], data: Float32Array.of(5, 6) }
const ids = { dtype: 'I64', shape: [1, 2], data: BigInt64Array.of(1n, 2n) }

describe('.safetensors', () => {
  test('the only matrix of floats, at any alignment', async () => {
    for (const pad of ['', 'x', 'xx', 'xxx']) {
      const vectors = await read(safetensors({ bias, [`m${pad}`]: matrix, ids }))
      expect(vectors).toMatchObject({ format: 'safetensors', matrix: { rows: 2, dim: 2 }, vocabulary: undefined })
      expect([...(await allOf(vectors.matrix))]).toEqual([1, -2, 3, 4])
    }
  })

  test.each([
    ['F16', Uint16Array.of(0x3c00, 0xc000, 0x0001, 0x7bff), [1, -2, 2 ** -24, 65504]],
    ['BF16', Uint16Array.of(0x3f80, 0xc000, 0x0001, 0x7f7f), [1, -2, 2 ** -133, 3.3895313892515355e38]],
    ['F64', Float64Array.of(1, -2, 0.1, 1e-50), [1, -2, Math.fround(0.1), 0]]
  ])('%s', async (dtype, data, expected) => {
    const vectors = await read(safetensors({ m: { dtype, shape: [2, 2], data } }))
    expect([...(await allOf(vectors.matrix))]).toEqual(expected)
  })

  test('one of several is asked for by name', async () => {
    const file = safetensors({ a: matrix, b: { ...matrix, data: Float32Array.of(9, 9, 9, 9) }, bias, ids })
    expect([...(await allOf((await read(file, { tensor: 'b' })).matrix))]).toEqual([9, 9, 9, 9])
    const all = 'its tensors: a F32 [2, 2], b F32 [2, 2], bias F32 [2], ids I64 [1, 2]'
    const choose =
      'bad-input: in: expected one matrix of floats, came 2 (a F32 [2, 2], b F32 [2, 2]); choose the tensor'
    expect(await refusal(read(file))).toBe(choose)
    expect(await refusal(read(file, { tensor: 'c' }))).toBe(`bad-input: in: tensor "c" is not there; ${all}`)
    const flat = `bad-input: in: tensor "bias" is F32 [2], not a matrix of floats; ${all}`
    expect(await refusal(read(file, { tensor: 'bias' }))).toBe(flat)
    expect(await refusal(read(file, { tensor: 'ids' }))).toMatch(/is I64 \[1, 2\], not a matrix of floats/)
    const none = 'bad-input: in: expected one matrix of floats; its tensors: bias F32 [2], ids I64 [1, 2]'
    expect(await refusal(read(safetensors({ bias, ids })))).toBe(none)
    const many = Object.fromEntries(Array.from({ length: 30 }, (_, i) => [`bias${i}`, bias]))
    expect(await refusal(read(safetensors(many)))).toMatch(/bias19 F32 \[2\], and 10 more$/)
  })

  test('NaN is refused with its row', async () => {
    const file = safetensors({ m: { ...matrix, data: Float32Array.of(1, 2, Number.POSITIVE_INFINITY, 4) } })
    expect(await refusal(allOf((await read(file)).matrix))).toMatch(/^bad-input: in, row 1, column 0/)
  })

  test('what is written is an artefact that loads, and vectors that read', async () => {
    const values = Float32Array.of(1, 2, 3, 4, 5, 6)
    const file = await written('safetensors', 2, values, ['a', 'b c', ''])
    const { table, vocabulary } = load(file)
    expect(table).toMatchObject({ kind: 'dense', rows: 3, dim: 2 })
    expect(vocabulary?.find('b c')).toBe(1)
    const vectors = await read(file)
    expect(wordsOf(vectors)).toEqual(['a', 'b c', ''])
    expect(await allOf(vectors.matrix)).toEqual(values)
  })

  test('a compressed table is not mistaken for vectors', async () => {
    const scale = { dtype: 'F32', shape: [2, 1], data: Float32Array.of(1, 2) } as const
    const table = quantized({ dim: 2, bits: 8, groupSize: 2, codes: Uint8Array.of(1, 2, 3, 4), scale, zero: 0 })
    expect(await refusal(read(await save({ table, provenance: {} })))).toBe(
      'unsupported: in: this is a table that slimbed compressed, not vectors; decompress it first'
    )
  })

  test('metadata, empty tensors and tensors without dimensions as the reference reader takes them', async () => {
    const data = new Uint8Array(matrix.data.buffer)
    const file = (json: object, ...parts: Uint8Array[]) => {
      const text = Buffer.from(JSON.stringify(json))
      const length = Buffer.alloc(8)
      length.writeUInt32LE(text.length)
      return read(Buffer.concat([length, text, ...parts]))
    }
    const m = { dtype: 'F32', shape: [2, 2], data_offsets: [0, 16] }
    const values = async (vectors: ReturnType<typeof file>) => [...(await allOf((await vectors).matrix))]
    expect(await values(file({ __metadata__: null, m }, data))).toEqual([1, -2, 3, 4])
    const z = { dtype: 'F32', shape: [0], data_offsets: [16, 16] }
    const s = { dtype: 'F32', shape: [], data_offsets: [16, 20] }
    expect(await values(file({ m, z, s }, data, new Uint8Array(4)))).toEqual([1, -2, 3, 4])
    for (const metadata of [{ step: 3 }, { a: { b: 'c' } }, ['a'], 'a']) {
      expect(await refusal(file({ __metadata__: metadata, m }, data))).toMatch(/^corrupt-file: in: __metadata__/)
    }
    const end = /^corrupt-file: in: the tensors end at byte \d+, the file at \d+$/
    expect(await refusal(file({ m }, data, new Uint8Array(1)))).toMatch(end)
    const late = { ...m, data_offsets: [1, 17] }
    const begin = /^corrupt-file: in: tensor "m": expected to begin at byte \d+, not \d+$/
    expect(await refusal(file({ m: late }, new Uint8Array(1), data))).toMatch(begin)
  })

  test('weights and mapping of a static model are told of', async () => {
    const weights = { dtype: 'F32', shape: [2], data: Float32Array.of(1, 2) }
    const mapping = { dtype: 'I64', shape: [2], data: BigInt64Array.of(0n, 1n) }
    const told =
      'in: "weights" and "mapping" of a static model: rows are read as they are, without that; keep it for vectors of texts'
    expect((await read(safetensors({ embeddings: matrix, weights, mapping }))).warnings).toEqual([told])
  })

  test('damage is refused and names the file', async () => {
    const file = safetensors({ matrix })
    expect(await refusal(read(file.subarray(0, -1)))).toMatch(/^corrupt-file: in: /)
    const lying = safetensors({ m: { ...matrix, shape: [2 ** 40, 2 ** 40] } })
    expect(await refusal(read(lying))).toMatch(/^corrupt-file: in: /)
    const swapped = Uint8Array.from(file)
    swapped[9] = 0x7b
    expect(await refusal(read(swapped))).toMatch(/^corrupt-file: in: .*must be a JSON object/)
  })

  test('what is not called words is no vocabulary', async () => {
    const bytes = { dtype: 'U8', shape: [2], data: Uint8Array.of(97, 98) }
    const file = safetensors({ data: matrix, 'vocabulary.bytes': bytes })
    expect((await read(file)).vocabulary).toBeUndefined()
  })

  test('values that are not finite are not written', async () => {
    for (const value of [Number.NaN, Number.POSITIVE_INFINITY]) {
      expect(await refusal(written('safetensors', 2, Float32Array.of(1, 2, 3, value)))).toMatch(
        /^bad-input: \.safetensors, row 1, column 1 /
      )
    }
  })

  test('a damaged vocabulary is refused', async () => {
    const words = { dtype: 'U8', shape: [2], data: Uint8Array.of(97, 98) }
    const file = safetensors({ data: matrix, 'vocabulary.words': words })
    expect(await refusal(read(file))).toBe('corrupt-file: in: the vocabulary is damaged')
  })
})
