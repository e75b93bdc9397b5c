import { bytesSource, dense, load, openSource, type TableKind } from '@slimbed/runtime'
import { packWords, vocabularyOf } from '@slimbed/runtime/format'
import { loadModel } from '@slimbed/runtime/model'
import { expect, test } from 'vitest'
import { type FileParts, f32, makeFile, u8, withHeader } from '../make-file.js'
import { decode } from '../sample.js'

const root = { kind: 'dense' }
const data = f32([2, 2], 1, 2, 3, 4)
const good: FileParts = { tensors: { data }, manifest: { table: root } }

/** A file whose every node has a parent in the manifest. */
const tree = (table: unknown, tensors: FileParts['tensors']): FileParts => ({ tensors, manifest: { table } })

test('a file made by hand loads', () => {
  const provenance = { pipeline: 'none', seed: 3 }
  const packed = [...(packWords(vocabularyOf(['a', 'é'])).words.data as Uint8Array)]
  const words = { 'vocabulary.words': u8([packed.length], ...packed) }
  const file = makeFile({ tensors: { data, ...words }, manifest: { table: root, provenance } })
  const { table, vocabulary, manifest, sizes } = load(file)
  expect(decode(table)).toEqual(Float32Array.of(1, 2, 3, 4))
  expect([vocabulary?.word(0), vocabulary?.word(1), vocabulary?.find('é')]).toEqual(['a', 'é', 1])
  expect(manifest.provenance).toEqual(provenance)
  expect(sizes).toEqual({ file: file.length, vocabulary: packed.length, table: file.length - packed.length })
})

test('what a program keeps beside its table is handed out, and only where the manifest has it', () => {
  const tensors = { data, 'extra.layer0-bias': f32([1], 5) }
  const { table, extra } = load(makeFile({ tensors, manifest: { table: root, extra: { labels: ['a', 'b'] } } }))
  expect(decode(table)).toEqual(Float32Array.of(1, 2, 3, 4))
  expect(extra?.config).toEqual({ labels: ['a', 'b'] })
  expect(Object.keys(extra?.tensors ?? {})).toEqual(['layer0-bias'])
  expect(load(makeFile({ tensors: { data }, manifest: { table: root, extra: {} } })).extra?.tensors).toEqual({})
  expect(load(makeFile(good))).not.toHaveProperty('extra')
})

test('tensors are views of the file where they are aligned, copies elsewhere', () => {
  const file = makeFile(good)
  expect(load(file).table.tensors.data?.data.buffer).toBe(file.buffer)
  expect(decode(load(file.buffer as ArrayBuffer).table)).toEqual(Float32Array.of(1, 2, 3, 4))
  for (let shift = 1; shift < 8; shift++) {
    const moved = new Uint8Array(file.length + shift)
    moved.set(file, shift)
    const { table } = load(moved.subarray(shift))
    expect(decode(table)).toEqual(Float32Array.of(1, 2, 3, 4))
    expect(table.tensors.data?.data.buffer === moved.buffer).toBe(shift === 4)
  }
})

test('a kind from outside is used, and one that is missing is named', () => {
  const ones: TableKind = { kind: 'ones', load: () => dense(1, 2, Float32Array.of(1, 1)) }
  const file = makeFile(tree({ kind: 'ones' }, {}))
  expect(decode(load(file, { kinds: [ones] }).table)).toEqual(Float32Array.of(1, 1))
  const named = expect.objectContaining({ code: 'unsupported', message: expect.stringContaining('kind "ones"') })
  expect(() => load(file)).toThrow(named)
})

const unsupported: readonly [string, Uint8Array, string][] = [
  ['a plain safetensors file', makeFile({ ...good, metadata: { format: 'pt' } }), 'not a slimbed artefact'],
  ['no metadata at all', withHeader('{"a":{"dtype":"U8","shape":[0],"data_offsets":[0,0]}}'), 'not a slimbed artefact'],
  ['a newer format', makeFile({ tensors: {}, manifest: { format: 2, table: root } }), 'format "2"'],
  ['another element type', makeFile({ ...good, tensors: { data: { ...data, dtype: 'I32' } } }), 'element type "I32"']
]
test.each(unsupported)('not for this reader: %s', (_, file, message) => {
  expect(() => load(file)).toThrow(
    expect.objectContaining({ code: 'unsupported', message: expect.stringContaining(message) })
  )
})

const nested = (depth: number): unknown =>
  depth === 1 ? root : { kind: 'gather', children: { source: nested(depth - 1) } }
const gathers = (depth: number): FileParts => {
  const name = (level: number) => ['source.'.repeat(level), 'index'].join('')
  const indices = Array.from({ length: depth - 1 }, (_, level) => [name(level), u8([1], 0)] as const)
  return tree(nested(depth), { [`${'source.'.repeat(depth - 1)}data`]: f32([1, 1], 5), ...Object.fromEntries(indices) })
}

test('64 levels load, 65 do not', () => {
  expect(decode(load(makeFile(gathers(64))).table)).toEqual(Float32Array.of(5))
  expect(() => load(makeFile(gathers(65)))).toThrow('deeper than 64 levels')
})

/** A product whose `right`, of 2²⁷ values, is one row 2¹³ times: half of what all tables may hold decoded. */
function halfFull(prefix: string): FileParts['tensors'] {
  return {
    [`${prefix}left.data`]: f32([1, 2 ** 13], ...Array(2 ** 13).fill(1)),
    [`${prefix}right.source.data`]: f32([1, 2 ** 14], ...Array(2 ** 14).fill(1)),
    [`${prefix}right.index`]: u8([2 ** 13], ...Array(2 ** 13).fill(0))
  }
}
const halfFullTree = {
  kind: 'product',
  children: { left: root, right: { kind: 'gather', children: { source: root } } }
}

test('what tables hold decoded has a limit for all of them together', async () => {
  const sumOf = (count: number) => {
    const names = Array.from({ length: count }, (_, i) => i)
    const children = Object.fromEntries(names.map((i) => [i, halfFullTree]))
    const tensors = Object.assign({}, ...names.map((i) => halfFull(`${i}.`)))
    return makeFile(tree({ kind: 'sum', children }, tensors))
  }
  expect(load(sumOf(2)).table.rows).toBe(1)
  const refused = { code: 'corrupt-file', message: expect.stringContaining('held decoded') }
  expect(() => load(sumOf(3))).toThrow(expect.objectContaining(refused))
  expect(() => load(sumOf(3), { verify: false })).toThrow(expect.objectContaining(refused))
  await expect(openSource(bytesSource('file', sumOf(3)))).rejects.toMatchObject(refused)
  const modelOf = (names: string) => {
    const tables = Object.fromEntries([...names].map((name) => [name, halfFullTree]))
    return makeFile({
      tensors: Object.assign({}, ...[...names].map((name) => halfFull(`${name}/`))),
      manifest: { tables }
    })
  }
  expect(loadModel(modelOf('ab')).tables.size).toBe(2)
  expect(load(modelOf('abc'), { table: 'c' }).table.rows).toBe(1)
  expect(() => loadModel(modelOf('abc'))).toThrow(expect.objectContaining(refused))
})

const huge = 2 ** 40
const product = { kind: 'product', children: { left: root, right: root } }
const partition = { kind: 'partition', children: { 0: root, 1: root } }
const quantized = { kind: 'quantized', config: { dim: 2, bits: 8, groupSize: 2, zero: 0 } }
const codes = { scale: f32([1, 1], 1), codes: u8([2, 2], 1, 2, 3, 4) }
const packed = [...(packWords(vocabularyOf(['a', 'b'])).words.data as Uint8Array)]
const words = (bytes: readonly number[], more: FileParts['tensors'] = {}) =>
  tree(root, { data, 'vocabulary.words': u8([bytes.length], ...bytes), ...more })
const counted = (codes: readonly number[], levels: readonly number[]) =>
  words(packed, {
    'vocabulary.counts': u8([codes.length], ...codes),
    'vocabulary.levels': f32([levels.length], ...levels)
  })
const withSums = (checksums: unknown): FileParts => ({ ...good, manifest: { table: root, checksums } })
const proto =
  '{"format":1,"table":{"kind":"gather","children":{"__proto__":{"kind":"dense"}}},"checksums":{"blockBytes":512,"crc32":"je8C0g=="}}'
const corrupt: readonly [string, FileParts, string][] = [
  ['metadata that is no string', { ...good, metadata: { checksum: 3 } }, '"checksum" must be a string'],
  ['no checksum', { ...good, metadata: { slimbed: '{}' } }, 'no "checksum"'],
  ['no manifest', { ...good, metadata: { checksum: '00000000' } }, 'no "slimbed"'],
  ['a manifest that is not JSON', { ...good, text: '{' }, 'must be a JSON object'],
  ['a manifest that is a list', { ...good, text: '[1]' }, 'must be a JSON object'],
  ['a list nested a million deep', { ...good, text: '['.repeat(1e6) + ']'.repeat(1e6) }, 'must be a JSON object'],
  [
    'a manifest nested a million deep',
    { ...good, text: `{"extra":${'['.repeat(1e6)}${']'.repeat(1e6)}}` },
    'nests deeper than 256'
  ],
  [
    'provenance nested deep',
    { ...good, text: `{"provenance":${'{"a":'.repeat(5e4)}1${'}'.repeat(5e4)}}` },
    'nests deeper'
  ],
  ['no table', { ...good, manifest: {} }, '"table" must be a JSON object'],
  ['checksums in a list', { ...good, manifest: { table: root, checksums: [] } }, '"checksums" must be a JSON object'],
  ['a node that is a string', tree('dense', { data }), '"table" must be a JSON object'],
  [
    'a child that is a string',
    tree({ kind: 'gather', children: { source: 'x' } }, {}),
    'node "source": expected an object'
  ],
  ['a kind that is a number', tree({ kind: 3 }, { data }), 'expected an object with a kind'],
  ['config in a list', tree({ kind: 'dense', config: [] }, { data }), 'config must be an object'],
  ['children in a list', tree({ kind: 'dense', children: [] }, { data }), 'children must be an object'],
  ['a tensor of no node', tree(root, { data, 'left.data': data }), 'tensor "left.data": the table has no such node'],
  ['a tensor of no use', tree(root, { data, more: data }), 'the tensor "more" is not one of its kind'],
  ['a child of no use', tree({ ...root, children: { a: root } }, { data, 'a.data': data }), 'the child "a" is not one'],
  ['a missing tensor', tree(root, {}), 'the tensor "data" is missing'],
  [
    'a missing child',
    tree({ kind: 'product', children: { left: root } }, { 'left.data': data }),
    'the child "right" is missing'
  ],
  ['__proto__ for a child', { tensors: { index: u8([1], 0) }, text: proto }, 'the tensor "data" is missing'],
  [
    '__proto__ for a tensor',
    tree(root, { data, ['__proto__']: data }),
    'the tensor "__proto__" is not one of its kind'
  ],
  ['a name that climbs', tree({ kind: 'gather', children: { '../x': root } }, {}), '"../x" is no name of a child'],
  ['a name with dots', tree({ kind: 'gather', children: { 'source.source': root } }, {}), 'is no name of a child'],
  [
    'a child called vocabulary',
    tree({ kind: 'gather', children: { vocabulary: root } }, {}),
    '"vocabulary" is no name'
  ],
  ['a shape that is not the data', tree(root, { data: f32([3, 2], 1, 2, 3, 4) }), '6 elements of "F32" take 24 bytes'],
  [
    'a shape of one dimension',
    tree(root, { data: f32([4], 1, 2, 3, 4) }),
    'expected F32 or F16 or BF16 of 2 dimensions'
  ],
  ['a shape whose product overflows', tree(root, { data: { ...data, shape: [huge, huge] } }), 'a product below 2^53'],
  ['a shape that wraps at 2^64', tree(root, { data: { ...data, shape: [2 ** 32, 2 ** 32] } }), 'a product below 2^53'],
  ['a negative size', tree(root, { data: { ...data, shape: [-2, -2] } }), 'shape must be a list'],
  ['a size that is a string', tree(root, { data: { ...data, shape: ['2', 2] } }), 'shape must be a list'],
  ['no rows of 2^40 columns', tree(root, { data: f32([0, huge]) }), '1 to 16777216 columns'],
  ['2^40 rows of no columns', tree(root, { data: f32([huge, 0]) }), '1 to 16777216 columns'],
  ['offsets beyond the end', { ...good, offsets: { data: [0, 17] } }, 'within the 16 bytes of data'],
  ['offsets that fall', { ...good, offsets: { data: [16, 0] } }, 'two rising offsets'],
  ['offsets that are strings', { ...good, offsets: { data: ['0', '16'] } }, 'two rising offsets'],
  ['a gap', { ...good, tail: new Uint8Array(4) }, 'the tensors end at byte'],
  ['an overlap', { ...tree(root, { data, more: data }), offsets: { more: [0, 16] } }, 'expected to begin at byte'],
  [
    'a huge product',
    tree(product, { 'left.data': f32([1, 2], 1, 2), 'right.data': f32([1, 2], 1, 2) }),
    'must have 2 rows, not 1'
  ],
  [
    'a wrong count in a part',
    tree(partition, { group: u8([4], 0, 0, 0, 1), '0.data': data, '1.data': data }),
    'its group has 3'
  ],
  [
    'a group beyond the parts',
    tree(partition, { group: u8([4], 0, 0, 2, 1), '0.data': data, '1.data': data }),
    'of group 2'
  ],
  [
    'parts with a gap in their names',
    tree(
      { kind: 'partition', children: { 0: root, 2: root } },
      { group: u8([4], 0, 0, 1, 1), '0.data': data, '2.data': data }
    ),
    'the child "1" is missing'
  ],
  [
    'an index beyond the source',
    tree({ kind: 'gather', children: { source: root } }, { index: u8([1], 2), 'source.data': data }),
    'is row 2 of its source'
  ],
  [
    'codes of another width',
    tree({ ...quantized, config: { ...quantized.config, bits: 4 } }, codes),
    'expected codes of [4,1], got [2,2]'
  ],
  [
    'bits as a string',
    tree({ ...quantized, config: { ...quantized.config, bits: '8' } }, codes),
    'bits must be an integer from 1 to 16'
  ],
  [
    'no zero',
    tree({ ...quantized, config: { dim: 2, bits: 8, groupSize: 2 } }, codes),
    'a zero that is a finite number'
  ],
  ['two zeros', tree(quantized, { ...codes, zero: f32([1, 1], 1) }), 'a tensor "zero" and also config.zero'],
  ['dim of 2^40', tree({ ...quantized, config: { ...quantized.config, dim: huge } }, codes), '1 to 16777216 columns'],
  ['no bytes of words', words([]), 'the vocabulary is damaged'],
  ['too few bytes of words', words(packed.slice(0, 3)), 'the vocabulary is damaged'],
  ['a count of no level', counted([0, 1], [5]), 'the vocabulary is damaged'],
  ['counts for other rows', counted([0], [5]), 'the vocabulary is damaged'],
  ['a count that is not finite', counted([0, 0], [Infinity]), 'the vocabulary is damaged'],
  ['a count below 0', counted([0, 0], [-1]), 'the vocabulary is damaged'],
  ['counts without levels', words(packed, { 'vocabulary.counts': u8([2], 0, 0) }), 'the tensor "levels" is missing'],
  ['a child called extra', tree({ kind: 'gather', children: { extra: root } }, {}), '"extra" is no name'],
  ['extra tensors that the manifest does not know', tree(root, { data, 'extra.a': u8([0]) }), 'no such node'],
  [
    'extra tensors with paths',
    { tensors: { data, 'extra.a.b': u8([0]) }, manifest: { table: root, extra: {} } },
    '"extra.a.b": the table has no such node'
  ],
  ['an extra that is no object', { tensors: { data }, manifest: { table: root, extra: [] } }, '"extra" must be'],
  ['counts without words', tree(root, { data, 'vocabulary.counts': u8([0]) }), 'the tensor "words" is missing'],
  ['words with more', words(packed, { 'vocabulary.more': u8([0]) }), 'the vocabulary is damaged']
]
test.each(corrupt)('a corrupt file is refused: %s', (_, parts, message) => {
  const error = expect.objectContaining({ code: 'corrupt-file', message: expect.stringContaining(message) })
  expect(() => load(makeFile(parts))).toThrow(error)
  expect(() => load(makeFile(parts), { verify: false })).toThrow(error)
})

const wrongSums: readonly [string, unknown][] = [
  ['none', {}],
  ['too few', { blockBytes: 512, crc32: '' }],
  ['too many', { blockBytes: 512, crc32: 'AAAAAAAAAAA=' }],
  ['no base64', { blockBytes: 512, crc32: '!!!!!!==' }],
  ['a number', { blockBytes: 512, crc32: 8 }],
  ['of blocks of 0 bytes', { blockBytes: 0, crc32: '' }],
  ['of blocks of -8 bytes', { blockBytes: -8, crc32: '' }],
  ['of blocks of half bytes', { blockBytes: 512.5, crc32: 'AAAAAA==' }],
  ['of blocks that are too large', { blockBytes: 2 ** 20 + 1, crc32: 'AAAAAA==' }],
  ['of other blocks', { blockBytes: '512', crc32: 'AAAAAA==' }]
]
test.each(wrongSums)('checksums that are none are refused where they are compared: %s', async (_, sums) => {
  const file = makeFile(withSums(sums))
  const error = { code: 'corrupt-file', message: expect.stringContaining('must have a checksum for each block') }
  expect(() => load(file)).toThrow(expect.objectContaining(error))
  await expect(openSource(bytesSource('file', file))).rejects.toMatchObject(error)
  expect(decode(load(file, { verify: false }).table)).toEqual(Float32Array.of(1, 2, 3, 4))
})

test('a wrong checksum says which bytes are damaged', () => {
  const values = f32([300, 1], ...Array(300).keys())
  const file = makeFile({ ...good, tensors: { data: values } })
  file[file.length - 1] ^= 1
  const start = file.length - 1200
  expect(() => load(file)).toThrow(`tensor "data" (bytes ${start + 1024} to ${file.length}): wrong checksum`)
  expect(() => load(makeFile(withSums({ blockBytes: 512, crc32: 'AAAAAA==' })))).toThrow('wrong checksum')
})

const headers: readonly [string, Uint8Array, string][] = [
  ['nothing', new Uint8Array(0), 'does not fit into 0: truncated'],
  ['seven bytes', new Uint8Array(7), 'does not fit into 7: truncated'],
  ['a length of 2^64 - 1', new Uint8Array(16).fill(255), 'does not fit'],
  ['text', new TextEncoder().encode('the quick brown fox'), 'not a safetensors file'],
  ['an empty header', new Uint8Array(8), 'the header of a safetensors file must be'],
  ['a list', withHeader('[]'), 'must be a JSON object'],
  [
    'bytes that are not UTF-8',
    withHeader('{"a":"\u00e9"}').map((byte) => (byte === 0xa9 ? 0xff : byte)),
    'must be a JSON object'
  ],
  ['an entry that is a number', withHeader('{"a":1}'), 'tensor "a": expected an object'],
  ['a dtype that is a number', withHeader('{"a":{"dtype":1}}'), 'dtype, a string']
]
test.each(headers)('a broken header is refused: %s', (_, file, message) => {
  expect(() => load(file)).toThrow(
    expect.objectContaining({ code: 'corrupt-file', message: expect.stringContaining(message) })
  )
})

test('without verification, damage to numbers passes and damage to structure does not', () => {
  const file = makeFile(good)
  file[file.length - 1] ^= 0x80
  expect(() => load(file)).toThrow('tensor "data"')
  expect(decode(load(file, { verify: false }).table)).toEqual(Float32Array.of(1, 2, 3, -4))
  expect(() => load(file.subarray(0, file.length - 1), { verify: false })).toThrow('truncated')
})

test('a message is one line, whatever the file is called inside', () => {
  const name = `\n\u001b[2J${'x'.repeat(1000)}`
  try {
    load(makeFile(tree(root, { data, [name]: data })))
    expect.unreachable()
  } catch (error) {
    expect(String(error)).toMatch(/^[ -~…]{1,300}$/)
  }
})
