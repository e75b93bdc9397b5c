import { load } from '@slimbed/runtime'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { fixedpoint } from '../../../fixedpoint/src/index.js'
import { groupreduce } from '../../../groupreduce/src/index.js'
import { lowrank } from '../../../lowrank/src/index.js'
import type { ReadableSink } from '../../src/artefact/index.js'
import {
  at,
  type Compressor,
  compress,
  createTensor,
  type Matrix,
  pipeline,
  save,
  type TensorAdapter
} from '../../src/index.js'
import { halves } from '../../src/testing/stages.js'

const [rows, dim] = [9000, 24]

/** Rows that are made as they are read; the last ones are `tiny`. */
const matrixOf = (tiny = 1): Matrix => ({
  rows,
  dim,
  async read(start, count) {
    const size = (i: number) => (start + Math.floor(i / dim) >= rows - 3 ? tiny : 1)
    return Float32Array.from({ length: count * dim }, (_, i) => size(i) * Math.sin((start * dim + i) ** 2 * 0.37))
  }
})

/** A file in memory; every read must be of bytes that have been written. */
function memory() {
  const bytes = new Uint8Array(2 ** 21)
  let end = 0
  const writes: { at: number; length: number }[] = []
  const reads: { at: number; length: number }[] = []
  const sink: ReadableSink = {
    async write(chunk, at) {
      writes.push({ at, length: chunk.length })
      bytes.set(chunk, at)
      end = Math.max(end, at + chunk.length)
    },
    async read(at, length) {
      expect(at + length).toBeLessThanOrEqual(end)
      reads.push({ at, length })
      // Not aligned, as a view of a larger buffer may be.
      const room = new Uint8Array(length + 1).subarray(1)
      room.set(bytes.subarray(at, at + length))
      return room
    }
  }
  return { sink, writes, reads, file: () => bytes.slice(0, end) }
}

let tensor: TensorAdapter
beforeAll(async () => {
  tensor = await createTensor({ backend: 'wasm', threads: 2, eager: true })
})
afterAll(() => tensor.close())

test.each([
  ['factors', pipeline(lowrank({ rank: 5 }), fixedpoint({ bits: 4 })), 'left.codes', 1],
  ['factors with zeros', pipeline(lowrank({ rank: 5 }), fixedpoint({ bits: 3, mode: 'affine' })), 'left.codes', 1],
  ['a grid for all', pipeline(lowrank({ rank: 5 }), fixedpoint({ bits: 8, scale: 'table' })), 'left.codes', 1],
  ['more bits than the loops take', pipeline(lowrank({ rank: 5 }), fixedpoint({ bits: 11 })), 'left.codes', 1],
  ['one of the factors', pipeline(lowrank({ rank: 5 }), at('left', fixedpoint({ bits: 4 }))), 'left.codes', 1],
  ['scales that are no half floats', pipeline(lowrank({ rank: 5 }), fixedpoint({ bits: 4 })), 'left.codes', 1e-9],
  ['parts', pipeline(halves(), fixedpoint({ bits: 6 })), '1.codes', 1],
  ['groups of factors', pipeline(groupreduce({ groups: 2, ratio: 2 }), fixedpoint({ bits: 4 })), '0.left.codes', 1]
] as const)('%s go to the file and are read from it', async (_, compressor: Compressor, early, tiny) => {
  const to = memory()
  const made = await compress(matrixOf(tiny), compressor, { sink: to.sink, tensor })
  const expected = await compress(matrixOf(tiny), compressor, { tensor })
  expect(made.measured).toEqual(expected.measured)
  const file = to.file()
  expect(made.sizes.file).toBe(file.length)
  const plain = load(await save({ table: expected.table, provenance: {} }))
  const loaded = load(file)
  expect(loaded.manifest.table).toEqual(plain.manifest.table)
  expect(loaded.manifest.checksums).toEqual(plain.manifest.checksums)
  const data = 8 + Number(new DataView(file.buffer).getBigUint64(0, true))
  const header = JSON.parse(new TextDecoder().decode(file.subarray(8, data)))
  const [begin, end] = header[early].data_offsets
  const within = (calls: typeof to.writes) => calls.filter(({ at }) => at >= data + begin && at < data + end)
  // While they are computed: the header comes last.
  expect(within(to.writes).length).toBeGreaterThan(0)
  expect(to.writes.at(-1)?.at).toBe(0)
  expect(within(to.reads).length).toBeGreaterThan(0)
})
