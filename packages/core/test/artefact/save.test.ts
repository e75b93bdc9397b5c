import { readFileSync } from 'node:fs'
import { denseOf, materialize, matrixOf, type Sink, save, saveTo } from '@slimbed/core'
import {
  dense,
  gather,
  load,
  type Matrix,
  parseSafetensors,
  partition,
  product,
  quantized,
  SlimbedError,
  sum,
  type Table,
  type Vocabulary
} from '@slimbed/runtime'
import { crc32, packWords, vocabularyOf } from '@slimbed/runtime/format'
import { tableBytes, walk } from '@slimbed/runtime/kinds'
import { optionalKinds } from '@slimbed/runtime/optional-kinds'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { decode, generator, samples } from '../../../runtime/test/sample.js'

const provenance = { pipeline: 'test | "quoted"', seed: 7, checksum: '"checksum":"00000000"' }

/** Bytes of words in a file. */
const wordBytes = (words: Vocabulary) =>
  Object.values(packWords(words)).reduce((sum, { data }) => sum + data.byteLength, 0)

/** The kinds, configs and bytes of a tree. */
const contents = (table: Table) =>
  [...walk(table)].map(({ path, table: { kind, config, tensors } }) => ({
    path: path.join('.'),
    kind,
    config,
    tensors
  }))

test('what is saved loads to the same bits', async () => {
  const words = fc.option(fc.array(fc.string({ unit: 'grapheme', maxLength: 5 }), { minLength: 12, maxLength: 12 }))
  const property = fc.asyncProperty(samples, words, fc.boolean(), async ({ table }, list, counted) => {
    const some = list?.slice(0, table.rows)
    const vocabulary = some && vocabularyOf(some, counted ? some.map((_, i) => i) : undefined)
    const file = await save({ table, vocabulary, provenance })
    const loaded = load(file, { kinds: optionalKinds })
    expect(contents(loaded.table)).toEqual(contents(table))
    expect(decode(loaded.table)).toEqual(decode(table))
    expect(loaded.manifest.provenance).toEqual(provenance)
    expect(some?.map((_, row) => loaded.vocabulary?.word(row))).toEqual(some)
    expect(loaded.vocabulary?.counts).toEqual(vocabulary?.counts)
    expect(loaded.sizes.vocabulary).toBe(vocabulary ? wordBytes(vocabulary) : 0)
    expect(loaded.sizes.file).toBe(file.length)
    expect(await save({ table: loaded.table, vocabulary: loaded.vocabulary, provenance })).toEqual(file)
    // Every tensor is a view: nothing is out of alignment.
    for (const { tensors } of contents(loaded.table)) {
      for (const { data } of Object.values(tensors)) expect(data.buffer).toBe(file.buffer)
    }
  })
  await fc.assert(property, { numRuns: 150 })
})

test('what is saved beside the table loads to the same bits, and the table as without it', async () => {
  const { table } = fc.sample(samples, 1)[0]
  const bias = { dtype: 'F32', shape: [2], data: Float32Array.of(0.5, -1) } as const
  const config = { labels: ['"no"', 'yes'] }
  const file = await save({ table, provenance, extra: { config, tensors: { 'layer0-bias': bias } } })
  const loaded = load(file, { kinds: optionalKinds })
  expect(contents(loaded.table)).toEqual(contents(table))
  expect(loaded.extra).toEqual({ config, tensors: { 'layer0-bias': bias } })
  const wrong = { config, tensors: { 'layer0.bias': bias } }
  await expect(save({ table, provenance, extra: wrong })).rejects.toThrow('extra: names are made of')
  const short = { config: { rate: Number.NaN }, tensors: {} }
  await expect(save({ table, provenance, extra: short })).rejects.toThrow('a number that JSON cannot')
})

test('the golden file is written again byte for byte', async () => {
  const golden = readFileSync(new URL('../../../runtime/test/golden/every-kind.safetensors', import.meta.url))
  const { table, vocabulary, manifest } = load(golden)
  const again = await save({ table, vocabulary, provenance: manifest.provenance })
  expect(golden.equals(again)).toBe(true)
})

/** A small artefact of every kind that `load` knows, with words. */
function small(): { table: Table; vocabulary: ReturnType<typeof vocabularyOf> } {
  const numbers = (count: number, from: number) => Float32Array.from({ length: count }, (_, i) => from + i / 4)
  const codes = quantized({
    dim: 3,
    bits: 4,
    groupSize: 3,
    codes: Uint8Array.of(0x21, 0x03, 0x65, 0x07),
    scale: { dtype: 'F32', shape: [2, 1], data: numbers(2, 0.5) },
    zero: 1
  })
  const parts = [product(dense(4, 2, numbers(8, -1)), codes), dense(2, 3, numbers(6, 2))]
  const rows = partition(Uint8Array.of(0, 1, 0, 0, 1, 0), parts)
  const table = sum([rows, gather(Uint8Array.of(1, 0, 1, 1, 0, 0), dense(2, 3, numbers(6, -3)))])
  return { table, vocabulary: vocabularyOf(['a', 'é', '', 'dd', 'a', 'f'], [6, 5, 4, 3, 2, 1]) }
}

test('the small artefact has every kind that load knows', () => {
  expect(new Set([...walk(small().table)].map(({ table }) => table.kind)).size).toBe(6)
})

/** Whether damaged bytes are refused as corrupt, or say what the whole file said. */
function refusedOrSame(bytes: Uint8Array, rows: Float32Array): void {
  try {
    expect(decode(load(bytes, { kinds: optionalKinds }).table)).toEqual(rows)
  } catch (error) {
    if (!(error instanceof SlimbedError && error.code === 'corrupt-file')) throw error
    expect(error.message).toMatch(/^.{10,400}$/)
  }
}

test('a file cut anywhere is refused', async () => {
  const file = await save({ ...small(), provenance })
  for (let length = 0; length < file.length; length++) {
    for (const verify of [true, false]) {
      expect(() => load(file.subarray(0, length), { verify })).toThrow(
        expect.objectContaining({ code: 'corrupt-file' })
      )
    }
  }
})

test('10,000 flips of a byte are refused or harmless', async () => {
  const file = await save({ ...small(), provenance })
  const rows = decode(load(file, { kinds: optionalKinds }).table)
  const random = generator(1)
  for (let i = 0; i < 10_000; i++) {
    const at = i < file.length ? i : Math.floor(random() * file.length)
    const before = file[at]
    file[at] = before ^ (1 + Math.floor(random() * 255))
    refusedOrSame(file, rows)
    file[at] = before
  }
})

test('without verification, 3,000 flips of a byte never end but in a table or a one-line error', async () => {
  const file = await save({ ...small(), provenance })
  const random = generator(2)
  const codes = new Set<string>()
  for (let i = 0; i < 3_000; i++) {
    const at = Math.floor(random() * file.length)
    const before = file[at]
    file[at] = before ^ (1 << Math.floor(random() * 8))
    try {
      decode(load(file, { verify: false, kinds: optionalKinds }).table)
    } catch (error) {
      if (!(error instanceof SlimbedError)) throw error
      codes.add(error.code)
    }
    file[at] = before
  }
  expect([...codes].sort()).toEqual(['corrupt-file', 'unsupported'])
})

/** A matrix of numbers that exist only while they are read. */
function computed(rows: number, dim: number): Matrix & { largest: number } {
  const matrix = {
    rows,
    dim,
    largest: 0,
    async read(start: number, count: number) {
      matrix.largest = Math.max(matrix.largest, count * dim * 4)
      return Float32Array.from({ length: count * dim }, (_, i) => start * dim + i)
    }
  }
  return matrix
}

/** Collects what is written, in the order it comes. */
function collector(): Sink & { writes: { at: number; length: number }[]; file: () => Uint8Array } {
  const writes: { at: number; length: number }[] = []
  const bytes: number[] = []
  return {
    writes,
    file: () => Uint8Array.from(bytes),
    async write(chunk, at) {
      writes.push({ at, length: chunk.length })
      chunk.forEach((byte, i) => {
        bytes[at + i] = byte
      })
    }
  }
}

test('a deferred leaf is streamed to the same file as the matrix in memory', async () => {
  const deferred = product(denseOf(computed(50, 4)), denseOf(computed(4, 6)))
  const held = await materialize(deferred)
  const sink = collector()
  const seen: number[] = []
  const sizes = await saveTo({ table: deferred, provenance }, sink, { progress: (done) => seen.push(done) })
  expect(sink.file()).toEqual(await save({ table: held, provenance }))
  expect(sizes.file).toBe(sink.file().length)
  expect(sink.writes.at(-1)?.at).toBe(0)
  expect(seen.at(-1)).toBe(sizes.file)
  expect(tableBytes(deferred)).toBe(tableBytes(held))
})

test('a large deferred leaf is read in blocks of about 16 MB and checksummed on its way', async () => {
  const matrix = computed(30_000, 300)
  let [total, header] = [0, new Uint8Array(0)]
  let data = Buffer.alloc(0)
  const sink: Sink = {
    async write(bytes, at) {
      total += bytes.length
      if (at === 0) header = Uint8Array.from(bytes)
      else data = Buffer.concat([data, bytes])
    }
  }
  const sizes = await saveTo({ table: denseOf(matrix), provenance: {} }, sink)
  expect(sizes.file).toBe(total)
  expect(total - header.length).toBe(30_000 * 300 * 4)
  expect(matrix.largest).toBeLessThanOrEqual(16 * 2 ** 20)
  const row = new Float32Array(300)
  ;(await materialize(denseOf(matrix))).readRow(29_999, row)
  expect([row[0], row[299]]).toEqual([29_999 * 300, 30_000 * 300 - 1])
  const { metadata } = parseSafetensors(header, sizes.file)
  const { blockBytes, crc32: found } = JSON.parse(metadata.get('slimbed')!).checksums
  const sums = Uint32Array.from({ length: Math.ceil(data.length / blockBytes) }, (_, block) =>
    crc32(data.subarray(block * blockBytes, (block + 1) * blockBytes))
  )
  expect([blockBytes, found]).toEqual([32_768, Buffer.from(sums.buffer).toString('base64')])
})

test('a deferred table says that it must be materialized', async () => {
  const table = denseOf(computed(2, 3))
  const unsupported = expect.objectContaining({ code: 'unsupported', message: expect.stringContaining('materialize') })
  expect(() => table.readRow(0, new Float32Array(3))).toThrow(unsupported)
  expect(() => table.tensors.data?.data).toThrow(unsupported)
  expect(decode(await materialize(table))).toEqual(Float32Array.of(0, 1, 2, 3, 4, 5))
})

test('materialize leaves a table in memory as it is', async () => {
  const { table } = small()
  expect(await materialize(table)).toBe(table)
})

test('every dense table has a matrix, and nothing else has', async () => {
  const matrix = computed(2, 3)
  expect(matrixOf(denseOf(matrix))).toBe(matrix)
  const data = Float32Array.of(1, 2, 3, 4, 5, 6)
  const view = matrixOf(dense(3, 2, data))
  expect(await view?.read(1, 2)).toEqual(Float32Array.of(3, 4, 5, 6))
  expect((await view?.read(1, 1))?.buffer).toBe(data.buffer)
  await expect(view?.read(2, 2)).rejects.toThrow(expect.objectContaining({ code: 'out-of-range' }))
  await expect(view?.read(0.5, 1)).rejects.toThrow(expect.objectContaining({ code: 'out-of-range' }))
  const half = matrixOf(dense(2, 1, Uint16Array.of(0x3c00, 0xc000), 'F16'))
  expect(await half?.read(1, 1)).toEqual(Float32Array.of(-2))
  const bfloat = matrixOf(dense(2, 1, Uint16Array.of(0x3f80, 0xc000), 'BF16'))
  expect(await bfloat?.read(0, 2)).toEqual(Float32Array.of(1, -2))
  expect(matrixOf(product(dense(1, 1, data.subarray(0, 1)), dense(1, 1, data.subarray(0, 1))))).toBeUndefined()
})

test('a matrix that returns too little is named, an abort stops', async () => {
  const short: Matrix = { rows: 4, dim: 2, read: async () => new Float32Array(3) }
  const bad = expect.objectContaining({
    code: 'bad-input',
    message: expect.stringContaining('3 values for 4 rows of 2')
  })
  await expect(save({ table: denseOf(short), provenance })).rejects.toThrow(bad)
  const stopped = saveTo({ ...small(), provenance }, collector(), { signal: AbortSignal.abort() })
  await expect(stopped).rejects.toThrow(expect.objectContaining({ code: 'aborted' }))
})

const leaf = dense(1, 1, Float32Array.of(1))
const deep = (levels: number): Table => (levels === 1 ? leaf : partition(Uint8Array.of(0), [deep(levels - 1)]))
const named = (name: string): Table => ({ ...product(leaf, leaf), children: { [name]: leaf } })
const wrong: readonly [string, Table, string][] = [
  ['65 levels', deep(65), 'deeper than 64 levels'],
  ['a child with a dot', named('a.b'), '"a.b"'],
  ['a child called vocabulary', named('vocabulary'), 'cannot be called "vocabulary"'],
  ['a config of NaN', { ...leaf, config: { a: [Number.NaN] } }, 'a number that JSON cannot'],
  [
    'a tensor of another size',
    { ...leaf, tensors: { data: { dtype: 'F32', shape: [2, 2], data: new Float32Array(3) } } },
    'is [2,2] but has 3'
  ]
]
test.each(wrong)('what a file cannot hold is refused: %s', async (_, table, message) => {
  const bad = expect.objectContaining({ code: 'bad-input', message: expect.stringContaining(message) })
  await expect(save({ table, provenance })).rejects.toThrow(bad)
})

test('64 levels save and load, other words than rows do not', async () => {
  expect(decode(load(await save({ table: deep(64), provenance })).table)).toEqual(Float32Array.of(1))
  await expect(save({ table: leaf, vocabulary: vocabularyOf(['a', 'b']), provenance })).rejects.toThrow(
    '2 words for a table of 1 rows'
  )
})

test('scales and codes keep their types', async () => {
  const scale = { dtype: 'F16', shape: [2, 1], data: Uint16Array.of(0x3c00, 0x4000) } as const
  const table = quantized({ dim: 2, bits: 8, groupSize: 2, codes: Uint8Array.of(1, 2, 3, 4), scale, zero: 0.5 })
  const loaded = load(await save({ table, provenance })).table
  expect(loaded.tensors.scale?.dtype).toBe('F16')
  expect(decode(loaded)).toEqual(Float32Array.of(0.5, 1.5, 5, 7))
})
