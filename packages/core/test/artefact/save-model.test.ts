import { save } from '@slimbed/core'
import { type PlainTensor, type SavedModel, saveModelTo } from '@slimbed/core/artefact'
import {
  dense,
  load,
  loadTable,
  parseSafetensors,
  quantized,
  quantizedKind,
  type Table,
  tensorView
} from '@slimbed/runtime'
import { packWords, vocabularyOf } from '@slimbed/runtime/format'
import { tableBytes } from '@slimbed/runtime/kinds'
import { loadModel } from '@slimbed/runtime/model'
import fc from 'fast-check'
import { expect, test } from 'vitest'

const bytesOf = (data: ArrayBufferView) => new Uint8Array(data.buffer, data.byteOffset, data.byteLength)

const plain = (name: string, dtype: string, shape: number[], data: ArrayBufferView, step = 3): PlainTensor => ({
  name,
  dtype,
  shape,
  bytes: data.byteLength,
  async *chunks() {
    for (let at = 0; at < data.byteLength; at += step) yield bytesOf(data).subarray(at, at + step)
  }
})

/** The bytes of the file of a model. */
async function saved(model: Partial<SavedModel> & Pick<SavedModel, 'tables'>): Promise<Uint8Array> {
  let file = new Uint8Array()
  const sizes = await saveModelTo(
    { provenance: {}, ...model },
    {
      write: async (bytes, at) => {
        if (at + bytes.length > file.length) {
          const larger = new Uint8Array(at + bytes.length)
          larger.set(file)
          file = larger
        }
        file.set(bytes, at)
      }
    }
  )
  expect(sizes.file).toBe(file.length)
  return file
}

const embedding = dense(3, 2, Float32Array.of(1, 2, 3, 4, 5, 6))
const softmax = quantized({
  ...{ dim: 2, bits: 8, groupSize: 2, zero: 0, codes: Uint8Array.of(1, 2, 3, 4, 5, 6) },
  scale: { dtype: 'F32', shape: [1, 1], data: Float32Array.of(0.5) }
})
const tables = new Map<string, Table>([
  ['embedding.weight', embedding],
  ['softmax.weight', softmax]
])
const tensors = [
  plain('softmax.bias', 'F32', [3], Float32Array.of(7, 8, 9)),
  plain('steps', 'I64', [1], BigInt64Array.of(-5n)),
  plain('mask', 'BOOL', [3], Uint8Array.of(1, 0, 1)),
  plain('packed', 'F4', [4], Uint8Array.of(0x12, 0x34)),
  plain('nothing', 'F32', [0, 4], new Float32Array())
]

test('tables by name, tensors as they were, words of every table, metadata kept', async () => {
  const vocabulary = vocabularyOf(['a', 'b', 'c'], [3, 2, 1])
  const metadata = new Map([
    ['format', 'pt'],
    ['slimbed', 'not this'],
    ['checksum', 'nor this']
  ])
  const file = await saved({ tables, tensors, vocabulary, metadata, provenance: { pipeline: 'x' } })
  const model = loadModel(file)
  expect([...model.tables.keys()]).toEqual([...tables.keys()])
  expect(model.vocabulary?.find('b')).toBe(1)
  expect(model.manifest.provenance).toEqual({ pipeline: 'x' })
  expect([...model.metadata]).toEqual([['format', 'pt']])
  expect([...model.tensors.keys()].sort()).toEqual(tensors.map(({ name }) => name).sort())
  for (const { name, dtype, shape, chunks } of tensors) {
    const entry = model.tensors.get(name)!
    expect(entry).toMatchObject({ dtype, shape })
    const bytes: number[] = []
    for await (const chunk of chunks()) bytes.push(...chunk)
    expect([...file.subarray(entry.begin, entry.end)]).toEqual(bytes)
  }
  expect([...tensorView(file, model.tensors.get('softmax.bias')!).data]).toEqual([7, 8, 9])
  const wordBytes = Object.values(packWords(vocabulary)).reduce((sum, { data }) => sum + data.byteLength, 0)
  for (const [name, table] of tables) {
    const { table: found, vocabulary: words, sizes } = load(file, { table: name })
    const row = new Float32Array(2)
    found.readRow(2, row)
    const expected = new Float32Array(2)
    table.readRow(2, expected)
    expect(row).toEqual(expected)
    expect(words?.word(2)).toBe('c')
    expect(sizes).toEqual({ file: file.length, vocabulary: wordBytes, table: tableBytes(table) })
  }
  // Only what the table asked for is made of is needed.
  expect(loadTable(file, { kinds: [quantizedKind], table: 'softmax.weight' }).table.rows).toBe(3)
  for (const { begin, dtype } of parseSafetensors(file, file.length, { strict: true }).tensors.values()) {
    if (dtype === 'F64' || dtype === 'I64') expect(begin % 8).toBe(0)
    if (dtype === 'F32' || dtype === 'U32') expect(begin % 4).toBe(0)
  }
})

test('the only table needs no name; a file of one table is a model of one without a name', async () => {
  const file = await saved({ tables: new Map([['a/b', embedding]]), tensors })
  expect(load(file).table.rows).toBe(3)
  expect(load(file, { table: 'a/b' }).table.dim).toBe(2)
  const single = await save({ table: embedding, provenance: {} })
  const model = loadModel(single)
  expect([...model.tables.keys()]).toEqual([''])
  expect(model.tensors.size).toBe(0)
  expect(() => load(single, { table: 'x' })).toThrow('table "x": expected one of ""')
})

test('a name that no table has, or none of several, is refused with the names there are', async () => {
  const file = await saved({ tables, tensors })
  const known = 'expected one of "embedding.weight, softmax.weight"'
  expect(() => load(file)).toThrow(`table "": ${known}`)
  expect(() => load(file, { table: 'softmax.bias' })).toThrow(`table "softmax.bias": ${known}`)
  expect(() => load(file, { table: '__proto__' })).toThrow(`table "__proto__": ${known}`)
})

test.each<[string, Partial<SavedModel>, RegExp]>([
  ['no table', { tables: new Map() }, /a model needs a table/],
  ['a table without a name', { tables: new Map([['', embedding]]) }, /a table needs a name/],
  ['a name of the words', { tensors: [plain('vocabulary.bytes', 'U8', [1], new Uint8Array(1))] }, /"vocabulary.bytes"/],
  ['a name in a table', { tensors: [plain('softmax.weight/x', 'U8', [1], new Uint8Array(1))] }, /"softmax.weight\/x"/],
  ['a name of a table', { tensors: [plain('softmax.weight', 'U8', [1], new Uint8Array(1))] }, /two tensors are called/],
  ['the name of the metadata', { tensors: [plain('__metadata__', 'U8', [1], new Uint8Array(1))] }, /cannot be called/],
  [
    'too few bytes',
    { tensors: [{ ...plain('x', 'U8', [3], new Uint8Array(2)), bytes: 3 }] },
    /did not give its 3 bytes/
  ],
  [
    'too many bytes',
    { tensors: [{ ...plain('x', 'U8', [1], new Uint8Array(2)), bytes: 1 }] },
    /did not give its 1 bytes/
  ],
  ['words of other rows', { vocabulary: vocabularyOf(['a']) }, /1 words for a table of 3 rows/]
])('%s is refused', async (_, model, message) => {
  await expect(saved({ tables, ...model })).rejects.toThrow(message)
})

test('damage anywhere is noticed, or does no harm', async () => {
  const file = await saved({ tables, tensors, vocabulary: vocabularyOf(['a', 'b', 'c']) })
  fc.assert(
    fc.property(fc.nat(file.length - 1), fc.integer({ min: 1, max: 255 }), (at, flip) => {
      const damaged = file.slice()
      damaged[at] = damaged[at] ^ flip
      expect(() => loadModel(damaged)).toThrow(expect.objectContaining({ name: 'SlimbedError' }))
    }),
    { numRuns: 300 }
  )
})

/** A file whose manifest is `manifest`, with tensors of one byte, unverified. */
function forged(manifest: object, names: readonly string[]): Uint8Array {
  const entries = names.map((name, i) => [name, { dtype: 'U8', shape: [1], data_offsets: [i, i + 1] }])
  const metadata = { slimbed: JSON.stringify(manifest), checksum: '00000000' }
  const json = new TextEncoder().encode(JSON.stringify({ __metadata__: metadata, ...Object.fromEntries(entries) }))
  const file = new Uint8Array(8 + json.length + names.length)
  new DataView(file.buffer).setUint32(0, json.length, true)
  file.set(json, 8)
  return file
}

test.each<[string, object, string[], RegExp]>([
  ['tables that are a list', { format: 1, tables: [] }, [], /"tables" must be a JSON object/],
  ['no tables', { format: 1, tables: {} }, [], /the manifest has no table/],
  ['a tree that is none', { format: 1, tables: { a: 3 } }, [], /expected an object with a kind/],
  ['a tensor that no node has', { format: 1, tables: { a: { kind: 'dense' } } }, ['a/x.y'], /needs|no such node|data/]
])('%s is a corrupt file', (_, manifest, names, message) => {
  const file = forged(manifest, names)
  expect(() => loadModel(file, { verify: false })).toThrow(message)
  expect(() => loadModel(file, { verify: false })).toThrow(expect.objectContaining({ code: 'corrupt-file' }))
})

test('names and metadata keys that are whole numbers, or mean something to JavaScript, are names as others', async () => {
  const names = ['7', '12', '__proto__', 'constructor']
  const file = await saved({
    tables: new Map(names.map((name) => [name, embedding])),
    tensors: [plain('0', 'U8', [3], Uint8Array.of(1, 2, 3)), plain('00', 'U8', [3], Uint8Array.of(4, 5, 6))],
    metadata: new Map([['3', 'three']])
  })
  const model = loadModel(file)
  expect([...model.tables.keys()].sort()).toEqual([...names].sort())
  expect(model.metadata.get('3')).toBe('three')
  expect([...model.tensors.keys()]).toEqual(expect.arrayContaining(['0', '00']))
})
