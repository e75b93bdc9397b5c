import type { Matrix } from '@slimbed/core'
import { expect, it } from 'vitest'
import { createTensor } from '../../../src/index.js'
import { eightBitsOf } from '../../../src/matrix/eight-bits.js'
import { createSums } from '../../../src/measure/sums.js'
import { createAdapter } from '../../../src/tensor/adapter.js'
import { quantize } from '../../../src/tensor/ops/quantize.js'
import { rowsPerSegment } from '../../../src/tensor/spread/segments.js'
import { alone, type Spread, type SpreadPass } from '../../../src/tensor/spread/spread.js'
import { createLocalRunner } from '../../../src/tensor/threads/local-runner.js'
import { segmentsPerJob } from '../../../src/tensor/threads/rows-per-job.js'
import type { Runner } from '../../../src/tensor/threads/runner.js'
import { ThreadPool } from '../../../src/tensor/threads/thread-pool.js'
import { eightBitTable, inFiles } from '../eight-bits.js'

const [rows, dim] = [70_001, 16]

const scaleOf = (min: number, max: number) => 2 ** Math.ceil(Math.log2(Math.max(max, -min) / 7.5))

/** Two segments, and what remains, one after another. */
const inParts: Spread = {
  alone: false,
  async over<Made>({ step, part, merge, visit }: SpreadPass<Made>) {
    const totals: Float64Array[] = []
    for (let start = 0; start < rows; start += 2 * step) {
      totals.push(await part(start, Math.min(2 * step, rows - start), visit ?? (() => {}), {}))
    }
    const [first, ...later] = totals
    for (const sums of later) merge(first, sums)
    return first
  }
}

/** What is handed on of a table, and what its sums come to. */
async function resultOf(table: Matrix, runner: Runner, spread = alone) {
  const { tally } = createSums(table, undefined)
  const codes = Buffer.alloc((rows * dim) / 2)
  const scales = new Float32Array(rows)
  const starts: number[] = []
  const gridsOf = (block: Float32Array, _: number, count: number) => {
    const scale = Float32Array.from({ length: count }, (_, i) => {
      const row = block.subarray(i * dim, (i + 1) * dim)
      return scaleOf(Math.min(0, ...row), Math.max(0, ...row))
    })
    return { scale, zero: 7.5 }
  }
  const how = { bits: 4, groupSize: dim, compare: tally, gridsOf, fromEnds: { zero: 7.5, scaleOf } }
  const visit = async (start: number, some: Uint8Array, { scale }: { readonly scale: Float32Array }) => {
    await Promise.resolve()
    starts.push(start)
    codes.set(some, (start * dim) / 2)
    scales.set(scale, start)
  }
  const totals = await quantize({ forLoops: () => runner, spread }, table, how, visit)
  expect(starts).toEqual(starts.toSorted((a, b) => a - b))
  // As text, which is quicker to compare.
  return { codes: codes.toString('base64'), scales: Buffer.from(scales.buffer).toString('base64'), totals, starts }
}

it('floats of 8 bits are quantized to the same bytes on any number of threads, in one part or several', async () => {
  const { starts: before, ...expected } = await resultOf(eightBitTable(rows, dim, false), createLocalRunner())
  expect(before.length).toBeGreaterThan(3)
  const table = eightBitTable(rows, dim, true)
  const { starts, ...here } = await resultOf(table, createLocalRunner())
  // A job is several segments, whose sums it adds up one by one.
  const segment = rowsPerSegment(dim)
  expect(rows).toBeGreaterThan(2 * segment)
  const step = segment * segmentsPerJob(segment * dim)
  expect(starts).toEqual(Array.from({ length: Math.ceil(rows / step) }, (_, i) => i * step))
  expect(here).toEqual(expected)
  const [files, short] = [await inFiles(table, dim), await inFiles(table, dim, 1)]
  for (const threads of [1, 3]) {
    const pool = new ThreadPool({ backend: 'wasm' }, threads)
    for (const spread of [alone, inParts]) {
      for (const own of [table, files]) {
        const { starts: _, ...found } = await resultOf(own, pool, spread)
        expect(found).toEqual(expected)
      }
    }
    await expect(resultOf(short, pool)).rejects.toThrow('the file is shorter than it was')
    await pool.close()
  }
})

it('the Gram matrix of floats of 8 bits is exact, on any number of threads', async () => {
  // Two segments.
  const [rows, dim] = [40_013, 32]
  const table = eightBitTable(rows, dim, true)
  const values = await table.read(0, rows)
  const exact = (i: number, j: number) => {
    let sum = 0
    for (let at = 0; at < values.length; at += dim) sum += values[at + i] * values[at + j]
    return sum
  }
  const expected = Float64Array.from({ length: dim * dim }, (_, at) => exact(Math.floor(at / dim), at % dim))
  const alone1 = await createTensor({ backend: 'wasm', threads: 1 })
  expect((await alone1.gram(table))[0]).toEqual(expected)
  // In float32, sums of so many products are rounded.
  expect((await alone1.gram(eightBitTable(rows, dim, false)))[0]).not.toEqual(expected)

  // A value that is too large for integers of 16 bits: its job is done in float32.
  const large = eightBitTable(rows, dim, true, 5000 * dim, 126)
  const [before] = await alone1.gram(large)
  expect(before[0] / (expected[0] - values[5000 * dim] ** 2 + 448 ** 2)).toBeCloseTo(1, 4)
  expect(eightBitsOf(large.unchecked!)).toBeDefined()
  const [files, short] = [await inFiles(table, dim), await inFiles(table, dim, 1)]
  for (const threads of [2, 3]) {
    const pool = new ThreadPool({ backend: 'wasm' }, threads)
    const tensor = createAdapter('wasm', {
      threads,
      speed: 1e9,
      spread: alone,
      forProducts: () => pool,
      forLoops: () => pool,
      close: () => pool.close()
    })
    expect((await tensor.gram(table))[0]).toEqual(expected)
    expect((await tensor.gram(files))[0]).toEqual(expected)
    expect((await tensor.gram(large))[0]).toEqual(before)
    expect((await tensor.gram(await inFiles(large, dim)))[0]).toEqual(before)
    await expect(tensor.gram(short)).rejects.toThrow('the file is shorter than it was')
    const spoilt = tensor.gram(eightBitTable(rows, dim, true, 9000 * dim))
    await expect(spoilt).rejects.toThrow(`the table has no number at ${9000 * dim}`)
    await tensor.close()
  }
  await alone1.close()
})
