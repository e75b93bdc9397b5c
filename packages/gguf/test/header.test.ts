import { bytesSource } from '@slimbed/runtime'
import { floatBytes, ggufFile, refusal } from '@slimbed/testing'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { ggufMatrix, readGgufHeader } from '../src/index.js'

const values = Float32Array.from({ length: 64 }, (_, i) => i / 8)
const table = { name: 'token_embd.weight', shape: [2, 32], type: 0, data: floatBytes(values) }
const other = { name: 'blk.0.attn_norm.weight', shape: [32], type: 0, data: floatBytes(values.subarray(0, 32)) }
const uint32 = (value: number) => new Uint8Array(Uint32Array.of(value).buffer)
const text = (value: string) =>
  Buffer.concat([new Uint8Array(BigUint64Array.of(BigInt(value.length)).buffer), Buffer.from(value)])

const read = (bytes: Uint8Array) => readGgufHeader(bytesSource('m.gguf', bytes))

describe('what a header says', () => {
  test.each([2, 3])('version %d', async (version) => {
    const header = await read(ggufFile({ version, tensors: [other, table], tokens: ['a', 'b'] }))
    expect(header).toMatchObject({ version, alignment: 32 })
    expect(header.tensors.map(({ name, shape, type }) => [name, type, shape])).toEqual([
      ['blk.0.attn_norm.weight', 'F32', [32]],
      ['token_embd.weight', 'F32', [2, 32]]
    ])
    expect(header.metadata.get('tokenizer.ggml.tokens')).toMatchObject({ of: 'string', count: 2 })
  })

  test('values of every type', async () => {
    const of = (type: number, bytes: Uint8Array) => [`k${type}`, type, bytes] as const
    const view = (write: (view: DataView) => void, size: number) => {
      const bytes = new Uint8Array(size)
      write(new DataView(bytes.buffer))
      return bytes
    }
    const metadata = [
      of(0, Uint8Array.of(255)),
      of(1, Uint8Array.of(255)),
      of(
        2,
        view((v) => v.setUint16(0, 65535, true), 2)
      ),
      of(
        3,
        view((v) => v.setInt16(0, -2, true), 2)
      ),
      of(4, uint32(2 ** 32 - 1)),
      of(
        5,
        view((v) => v.setInt32(0, -3, true), 4)
      ),
      of(
        6,
        view((v) => v.setFloat32(0, 0.5, true), 4)
      ),
      of(7, Uint8Array.of(1)),
      of(8, text('llama')),
      of(
        9,
        Buffer.concat([
          uint32(9),
          new Uint8Array(BigUint64Array.of(1n).buffer),
          uint32(0),
          new Uint8Array(BigUint64Array.of(2n).buffer),
          Uint8Array.of(7, 8)
        ])
      ),
      of(
        10,
        view((v) => v.setBigUint64(0, 2n ** 64n - 1n, true), 8)
      ),
      of(
        11,
        view((v) => v.setBigInt64(0, -5n, true), 8)
      ),
      of(
        12,
        view((v) => v.setFloat64(0, 0.1, true), 8)
      )
    ]
    const header = await read(ggufFile({ metadata, tensors: [table] }))
    const found = [...header.metadata.values()]
    expect(found.filter((value) => typeof value !== 'object')).toEqual([
      255,
      -1,
      65535,
      -2,
      2 ** 32 - 1,
      -3,
      0.5,
      true,
      'llama',
      2n ** 64n - 1n,
      -5n,
      0.1
    ])
    expect(header.metadata.get('k9')).toMatchObject({ of: 'array', count: 1 })
  })

  test.each([1, 8, 64, 4096])('alignment %d', async (alignment) => {
    const bytes = ggufFile({ alignment, tensors: [other, table], padded: false })
    const header = await read(bytes)
    expect(header.alignment).toBe(alignment)
    const matrix = ggufMatrix(bytesSource('m', bytes), header)
    expect(await matrix.read(0, 2)).toEqual(values)
  })

  test('a header longer than what is read first', async () => {
    const tokens = Array.from({ length: 30_000 }, (_, i) => `token ${i} of many, each with a long name`)
    const bytes = ggufFile({ tokens, tensors: [table] })
    expect((await read(bytes)).metadata.get('tokenizer.ggml.tokens')).toMatchObject({ count: 30_000 })
  })
})

const good = ggufFile({ tensors: [other, table] })
const patched = (at: number, ...bytes: number[]) => {
  const copy = Buffer.from(good)
  copy.set(bytes, at)
  return copy
}
/** Where the entry of the first tensor has its shape. */
const entry = 24 + 8 + other.name.length

describe('what is refused', () => {
  test.each<[string, Uint8Array, RegExp]>([
    ['no GGUF', Buffer.from('GGML and more bytes'), /^bad-input: m\.gguf: expected a GGUF file/],
    ['version 1', patched(4, 1), /^unsupported: .*GGUF version 1; versions 2 and 3/],
    ['version 4', patched(4, 4), /^unsupported: .*GGUF version 4/],
    ['big-endian numbers', patched(4, 0, 0, 0, 3), /^unsupported: .*big-endian.*gguf_convert_endian/],
    [
      'more tensors than fit',
      patched(8, 0, 0, 0, 0, 0, 1),
      /^corrupt-file: .*tensors, for which the file is too short/
    ],
    ['more values than fit', patched(16, 255, 255, 255), /^corrupt-file: .*values of metadata/],
    ['a number beyond 2⁵³', patched(16, 0, 0, 0, 0, 0, 0, 255), /^corrupt-file: .*below 2⁵³/],
    ['a long name', patched(24, 255, 255), /^corrupt-file: .*the name of a tensor/],
    ['five dimensions', patched(entry, 5), /^corrupt-file: .*5 dimensions/],
    ['a shape that is too large', patched(entry + 4, 0, 0, 0, 255, 255, 255), /^corrupt-file: .*the file ends before/],
    ['a shape beyond numbers', patched(entry + 4, 0, 0, 0, 0, 0, 0, 255), /^corrupt-file: /],
    [
      'a row that is no whole block',
      patched(entry + 4, 31, 0, 0, 0, 0, 0, 0, 0, 2),
      /rows of 31 values .*Q4_0 blocks of 32/
    ],
    ['an offset that is not aligned', patched(entry + 16, 4), /^corrupt-file: .*at 4, no multiple of 32/],
    ['tensors on top of each other', patched(entry + 16, 128), /^corrupt-file: .*overlaps/],
    ['a file cut short', good.subarray(0, good.length - 1), /^corrupt-file: .*up to byte \d+; the file ends before/],
    ['a header cut short', good.subarray(0, 60), /^corrupt-file: /],
    ['a name twice', ggufFile({ tensors: [table, table] }), /^corrupt-file: .*a second tensor "token_embd.weight"/],
    [
      'a key twice',
      ggufFile({
        tensors: [table],
        metadata: [
          ['a', 0, Uint8Array.of(1)],
          ['a', 0, Uint8Array.of(1)]
        ]
      }),
      /second value of "a"/
    ],
    [
      'an alignment of 3',
      ggufFile({ tensors: [table], metadata: [['general.alignment', 4, uint32(3)]] }),
      /power of two/
    ],
    [
      'an unknown type of value',
      ggufFile({ tensors: [table], metadata: [['a', 99, Uint8Array.of(1)]] }),
      /unknown type 99/
    ]
  ])('%s', async (_, bytes, says) => {
    expect(await refusal(() => read(bytes))).toMatch(says)
  })

  test('lists in lists without end', async () => {
    const level = Buffer.concat([uint32(9), new Uint8Array(BigUint64Array.of(1n).buffer)])
    const bytes = ggufFile({
      tensors: [table],
      metadata: [['deep', 9, Buffer.concat(Array.from({ length: 9999 }, () => level))]]
    })
    expect(await refusal(() => read(bytes))).toMatch(/lists in lists/)
  })

  test('bytes that are changed, taken out or put in: read or refused', async () => {
    const bytes = ggufFile({ tokens: ['a', 'bc', ''], tensors: [other, table, { ...table, name: 'x' }] })
    const change = fc.array(fc.tuple(fc.nat(bytes.length - 1), fc.nat(255)), { minLength: 1, maxLength: 4 })
    const splice = fc.tuple(fc.nat(bytes.length), fc.nat(9), fc.uint8Array({ maxLength: 9 }))
    await fc.assert(
      fc.asyncProperty(change, splice, fc.boolean(), async (changes, [at, less, more], splices) => {
        const damaged = Buffer.from(bytes)
        for (const [place, byte] of changes) damaged[place] = byte
        const all = splices ? Buffer.concat([damaged.subarray(0, at), more, damaged.subarray(at + less)]) : damaged
        const said = await refusal(async () => {
          const source = bytesSource('m', all)
          const matrix = ggufMatrix(source, await readGgufHeader(source))
          await matrix.read(0, matrix.rows)
        })
        expect(said).toMatch(/^accepted$|^(corrupt-file|bad-input|unsupported): [^\n]+$/)
      }),
      { numRuns: 1000 }
    )
  })
})
