import { expect, it } from 'vitest'
import { createSums } from '../../../src/measure/sums.js'
import { quantize } from '../../../src/tensor/ops/quantize.js'
import { rowsPerSegment } from '../../../src/tensor/spread/segments.js'
import { alone, type Spread, type SpreadPass } from '../../../src/tensor/spread/spread.js'
import { createLocalRunner } from '../../../src/tensor/threads/local-runner.js'
import type { Runner } from '../../../src/tensor/threads/runner.js'
import { ThreadPool } from '../../../src/tensor/threads/thread-pool.js'
import { eightBitTable } from '../eight-bits.js'

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
async function resultOf(stored: boolean, runner: Runner, spread = alone) {
  const table = eightBitTable(rows, dim, stored)
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
  const { starts: before, ...expected } = await resultOf(false, createLocalRunner())
  expect(before.length).toBeGreaterThan(3)
  const { starts, ...here } = await resultOf(true, createLocalRunner())
  // A job is a segment, whose sums it adds up.
  expect(starts).toEqual([0, rowsPerSegment(dim), 2 * rowsPerSegment(dim)])
  expect(here).toEqual(expected)
  for (const threads of [1, 3]) {
    const pool = new ThreadPool({ backend: 'wasm' }, threads)
    for (const spread of [alone, inParts]) {
      const { starts: _, ...found } = await resultOf(true, pool, spread)
      expect(found).toEqual(expected)
    }
    await pool.close()
  }
})
