import { createHash } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { fixedpoint } from '../../../fixedpoint/src/index.js'
import { lowrank } from '../../../lowrank/src/index.js'
import {
  type Compression,
  type Compressor,
  compress,
  compressTo,
  createTensor,
  load,
  type Matrix,
  materialize,
  pipeline,
  quantizedOf,
  type Sink,
  save,
  saveTo,
  type TensorAdapter,
  vocabularyOf
} from '../../src/index.js'
import { halves } from '../../src/testing/stages.js'

const [rows, dim] = [9000, 24]

/** Rows that are made as they are read; the last is of another size than all before. */
const matrixOf = (tiny = 0): Matrix => ({
  rows,
  dim,
  async read(start, count) {
    const row = (i: number) => Math.floor((start * dim + i) / dim)
    const size = (i: number) => (tiny > 0 && row(i) === rows - 1 ? tiny : 1 + (row(i) % 7))
    return Float32Array.from({ length: count * dim }, (_, i) => size(i) * Math.sin((start * dim + i) ** 2 * 0.37))
  }
})

function memory() {
  let bytes = new Uint8Array(0)
  const writes: { at: number; length: number }[] = []
  const sink: Sink = {
    async write(chunk, at) {
      await new Promise((done) => setImmediate(done))
      writes.push({ at, length: chunk.length })
      if (at + chunk.length > bytes.length) {
        const grown = new Uint8Array(at + chunk.length)
        grown.set(bytes)
        bytes = grown
      }
      bytes.set(chunk, at)
    }
  }
  return { sink, writes, file: () => bytes }
}

const provenanceOf = ({ pipeline, measured, stages }: Compression) => ({
  pipeline,
  stages: stages.map((stage) => ({ ...stage })),
  relativeError: measured.relativeError,
  bands: measured.bands.map((band) => ({ ...band }))
})

let tensor: TensorAdapter
beforeAll(async () => {
  tensor = await createTensor({ backend: 'wasm', threads: 2, eager: true })
})
afterAll(() => tensor.close())

const vocabulary = vocabularyOf(Array.from({ length: rows }, (_, i) => `w${i}`))
const digest = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex')

describe.each([
  ['codes', fixedpoint({ bits: 8 }), 'codes'],
  ['codes of fewer bits, by groups', fixedpoint({ bits: 3, scale: 'group', groupSize: 7, mode: 'affine' }), 'codes'],
  ['codes that share their grids', fixedpoint({ bits: 4, scale: 'column' }), 'codes'],
  ['codes of more bits than the loops take', fixedpoint({ bits: 11 }), 'codes'],
  ['factors', lowrank({ rank: 5 }), 'left.data'],
  ['factors that are quantized', pipeline(lowrank({ rank: 5 }), fixedpoint({ bits: 6 })), undefined],
  ['parts', pipeline(halves(), fixedpoint({ bits: 6 })), undefined]
] as const)('%s', (_, compressor: Compressor, early) => {
  test('the file holds the table that compress makes, whole and with checksums', async () => {
    const [to, again] = [memory(), memory()]
    const { made, sizes } = await compressTo(matrixOf(), compressor, to.sink, { tensor, vocabulary, provenanceOf })
    const expected = await compress(matrixOf(), compressor, { tensor })
    const file = to.file()
    expect(sizes.file).toBe(file.length)
    const loaded = load(file)
    const plain = load(await save({ table: expected.table, vocabulary, provenance: provenanceOf(expected) }))
    expect(made.measured).toEqual(expected.measured)
    expect(loaded.manifest.provenance).toEqual(plain.manifest.provenance)
    expect(loaded.manifest.table).toEqual(plain.manifest.table)
    expect(loaded.manifest.checksums).toEqual(plain.manifest.checksums)
    expect(loaded.vocabulary?.word(8999)).toBe('w8999')
    // What is computed while it is measured is written meanwhile, in pieces; everything else in its turn.
    const data = 8 + Number(new DataView(file.buffer).getBigUint64(0, true))
    const header = JSON.parse(new TextDecoder().decode(file.subarray(8, data)))
    const [begin, end] = early ? header[early].data_offsets : [0, 0]
    const within = to.writes.filter(({ at }) => at >= data + begin && at < data + end)
    if (early) expect(within.length).toBeGreaterThan(2)
    else expect(to.writes[0].at).toBe(data)
    expect(to.writes.at(-1)).toEqual({ at: 0, length: data })
    await compressTo(matrixOf(), compressor, again.sink, { tensor, vocabulary, provenanceOf })
    expect(digest(again.file())).toBe(digest(file))
  })

  test('fails as the sink does', async () => {
    const sink: Sink = {
      async write() {
        throw new Error('no space left')
      }
    }
    await expect(compressTo(matrixOf(), compressor, sink, { tensor, provenanceOf })).rejects.toThrow('no space left')
  })
})

test('a scale that is no float16, in the very last row: the file is that of a table in memory', async () => {
  const to = memory()
  const matrix = matrixOf(1e-9)
  const { made } = await compressTo(matrix, fixedpoint(), to.sink, { tensor, provenanceOf })
  expect(made.table.tensors.scale?.dtype).toBe('F32')
  const expected = await compress(matrixOf(1e-9), fixedpoint(), { tensor })
  const plain = load(await save({ table: expected.table, provenance: {} }))
  expect(load(to.file()).manifest.checksums).toEqual(plain.manifest.checksums)
})

test('a provenance that becomes longer is refused', async () => {
  let asked = 0
  const longer = () => ({ said: 'x'.repeat(20 * asked++) })
  const run = compressTo(matrixOf(), fixedpoint(), memory().sink, { tensor, provenanceOf: longer })
  await expect(run).rejects.toThrow('save: the provenance is longer than the one that room was kept for')
})

test('without an adapter of the caller', async () => {
  const { sink, file } = memory()
  const small = { ...matrixOf(), rows: 200 }
  const { sizes } = await compressTo(small, lowrank({ rank: 2 }), sink, { provenanceOf })
  expect([load(file()).table.kind, file().length]).toEqual(['product', sizes.file])
})

test('a matrix that fails midway fails the whole, and nothing hangs', async () => {
  const failing = (): Matrix => ({
    ...matrixOf(),
    async read(start, count) {
      if (start > 4000) throw new Error('the file shrank')
      return matrixOf().read(start, count)
    }
  })
  for (const compressor of [fixedpoint(), lowrank({ rank: 3 })]) {
    const { sink } = memory()
    await expect(compressTo(failing(), compressor, sink, { tensor, provenanceOf })).rejects.toThrow('the file shrank')
  }
})

test('an abort midway stops', async () => {
  const controller = new AbortController()
  const { sink } = memory()
  const options = { tensor, provenanceOf, signal: controller.signal, onProgress: () => controller.abort() }
  const run = compressTo(matrixOf(), fixedpoint(), sink, options)
  await expect(run).rejects.toMatchObject({ code: 'aborted' })
})

test('a quantized table over a matrix says that it must be materialized, and is the same then', async () => {
  const grids = { scale: Float32Array.of(0.125), zero: 7.5 }
  const table = quantizedOf(matrixOf(), { bits: 4, groupSize: dim, zero: 7.5, half: true, grids })
  const unsupported = expect.objectContaining({ code: 'unsupported', message: expect.stringContaining('materialize') })
  expect(() => table.readRow(0, new Float32Array(dim))).toThrow(unsupported)
  expect(() => table.tensors.codes?.data).toThrow(unsupported)
  await expect(save({ table, provenance: {} })).rejects.toThrow(unsupported)
  const held = await materialize(table)
  expect(held).toMatchObject({ kind: 'quantized', rows, dim, config: table.config })
  expect(held.tensors.scale).toEqual({ dtype: 'F16', shape: [1, 1], data: Uint16Array.of(0x3000) })
  const { sink, file } = memory()
  await saveTo({ table: held, provenance: {} }, sink)
  expect(load(file()).table.rows).toBe(rows)
})
