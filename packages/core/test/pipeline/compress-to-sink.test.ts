import { createHash } from 'node:crypto'
import { load } from '@slimbed/runtime'
import { vocabularyOf } from '@slimbed/runtime/format'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { fixedpoint } from '../../../fixedpoint/src/index.js'
import { lowrank } from '../../../lowrank/src/index.js'
import { provenanceOf } from '../../src/artefact/index.js'
import {
  type Compression,
  type Compressor,
  compress,
  createTensor,
  type Matrix,
  materialize,
  pipeline,
  type Sink,
  save,
  type TensorAdapter
} from '../../src/index.js'
import { quantizedOf } from '../../src/quantize.js'
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

const origin = { versions: { '@slimbed/core': '0.0.0' }, weights: 'uniform' } as const

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
    const made = await compress(matrixOf(), compressor, { sink: to.sink, tensor, vocabulary, origin })
    const expected = await compress(matrixOf(), compressor, { tensor })
    const file = to.file()
    expect(made.sizes.file).toBe(file.length)
    const loaded = load(file)
    const plain = load(await save({ table: expected.table, vocabulary, provenance: provenanceOf(expected, origin) }))
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
    await compress(matrixOf(), compressor, { sink: again.sink, tensor, vocabulary, origin })
    expect(digest(again.file())).toBe(digest(file))
  })

  test('fails as the sink does', async () => {
    const sink: Sink = {
      async write() {
        throw new Error('no space left')
      }
    }
    await expect(compress(matrixOf(), compressor, { sink, tensor, origin })).rejects.toThrow('no space left')
  })
})

test('a scale that is no float16, in the very last row: the file is that of a table in memory', async () => {
  const to = memory()
  const matrix = matrixOf(1e-9)
  const made = await compress(matrix, fixedpoint(), { sink: to.sink, tensor, origin })
  expect(made.table.tensors.scale?.dtype).toBe('F32')
  const expected = await compress(matrixOf(1e-9), fixedpoint(), { tensor })
  const plain = load(await save({ table: expected.table, provenance: {} }))
  expect(load(to.file()).manifest.checksums).toEqual(plain.manifest.checksums)
})

test('a scale that is no float16 ends the first pass where it is found', async () => {
  const to = memory()
  const usual = matrixOf()
  let read = 0
  const matrix: Matrix = {
    rows,
    dim,
    async read(start, count) {
      read += count
      const data = await usual.read(start, count)
      if (start === 0) for (let j = 0; j < dim; j++) data[j] *= 1e-9
      return data
    }
  }
  const made = await compress(matrix, fixedpoint(), { sink: to.sink, tensor: await createTensor({ backend: 'cpu' }) })
  expect(made.table.tensors.scale?.dtype).toBe('F32')
  // The zero of the grids is chosen on 256 rows.
  expect(read).toBeLessThanOrEqual(rows + 2 * 4096 + 256)
})

test('the header keeps 24 characters for each figure that is known last', async () => {
  const to = memory()
  const { sizes } = await compress(matrixOf(), fixedpoint(), { sink: to.sink, tensor, origin })
  const file = to.file()
  const data = 8 + Number(new DataView(file.buffer).getBigUint64(0, true))
  const header = new TextDecoder().decode(file.subarray(8, data))
  const { measured, stages } = load(file).manifest.provenance as never as Compression
  const { relativeError, meanCosine, maxError, bands } = measured
  const figures = bands.flatMap((band) => [band.relativeError, band.meanCosine])
  const all = [...figures, relativeError, meanCosine, maxError, stages[0].relativeError]
  const spare = all.reduce((sum: number, figure) => sum + 24 - String(figure).length, 0)
  // The rows of bands are taken for all rows, and the whole is rounded up to 8 bytes.
  const digits = bands.reduce((sum, band) => sum + String(rows).length - String(band.rows).length, 0)
  const spaces = header.length - header.trimEnd().length
  expect(spaces).toBeGreaterThanOrEqual(spare + digits)
  expect(spaces).toBeLessThan(spare + digits + 8)
  expect(sizes.file).toBe(file.length)
})

test('without an adapter of the caller', async () => {
  const { sink, file } = memory()
  const small = { ...matrixOf(), rows: 200 }
  const { sizes } = await compress(small, lowrank({ rank: 2 }), { sink, origin })
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
    await expect(compress(failing(), compressor, { sink, tensor, origin })).rejects.toThrow('the file shrank')
  }
})

test('an abort midway stops', async () => {
  const controller = new AbortController()
  const { sink } = memory()
  const options = { sink, tensor, signal: controller.signal, onProgress: () => controller.abort() }
  const run = compress(matrixOf(), fixedpoint(), options)
  await expect(run).rejects.toMatchObject({ code: 'aborted' })
})

test('a quantized table over a matrix says that it must be materialized, and is the same then', async () => {
  const grids = { scale: Float32Array.of(0.125), zero: 7.5 }
  const table = quantizedOf(matrixOf(), { bits: 4, groupSize: dim, zero: 7.5, half: true, grids })
  const unsupported = expect.objectContaining({ code: 'unsupported', message: expect.stringContaining('materialize') })
  expect(() => table.readRow(0, new Float32Array(dim))).toThrow(unsupported)
  expect(() => table.tensors.codes?.data).toThrow(unsupported)
  const held = await materialize(table)
  expect(held).toMatchObject({ kind: 'quantized', rows, dim, config: table.config })
  expect(held.tensors.scale).toEqual({ dtype: 'F16', shape: [1, 1], data: Uint16Array.of(0x3000) })
  // What saves it computes it.
  expect(await save({ table, provenance: {} })).toEqual(await save({ table: held, provenance: {} }))
})
