import { codeBytes, createTensor, type Matrix } from '@slimbed/core'
import { expect, it } from 'vitest'
import { createSums } from '../../../src/measure/sums.js'
import { compareRows } from '../../../src/tensor/kernels/compare.js'
import { decodeRows } from '../../../src/tensor/kernels/decode.js'
import { encodeRows } from '../../../src/tensor/kernels/encode.js'
import { rangesOf } from '../../../src/tensor/kernels/ranges.js'
import { quantize } from '../../../src/tensor/ops/quantize.js'
import { projectedFrom } from '../../../src/tensor/ops/quantize-projected.js'
import { keepTally, rowsPerSegment } from '../../../src/tensor/spread/segments.js'
import { alone } from '../../../src/tensor/spread/spread.js'
import { createLocalRunner } from '../../../src/tensor/threads/local-runner.js'
import type { Runner } from '../../../src/tensor/threads/runner.js'
import { ThreadPool } from '../../../src/tensor/threads/thread-pool.js'
import { eightBitTable, inFiles } from '../eight-bits.js'
import { powerScale, powerScales } from '../power-scale.js'
import { randomDense } from '../reference.js'

const [rows, dim, width, bits, zero] = [40_001, 16, 7, 4, 7.5]
const basis = randomDense(width, dim, 3)
const right = randomDense(width, dim, 4)
const scaleOf = powerScale({ steps: 7.5 })
const weights = Float32Array.from({ length: rows }, (_, row) => row % 5)

const text = ({ buffer, byteOffset, byteLength }: ArrayBufferView) =>
  Buffer.from(buffer, byteOffset, byteLength).toString('base64')

/** What is handed on of rows that are stored as floats of 8 bits, or are float32, in one pass. */
async function inOnePass(table: Matrix, weighted: boolean, runner: Runner) {
  const tensor = await createTensor({ backend: 'wasm', threads: 1 })
  const left = await tensor.project(table, basis)
  await tensor.close()
  const fromEnds = { zero, scaleOf, scales: powerScales(7.5) }
  const gridsOf = () => {
    throw new Error('scales are found elsewhere')
  }
  expect(projectedFrom(left, { bits, groupSize: width, fromEnds }, 'wasm')).toBe(table)
  expect(projectedFrom(left, { bits, groupSize: width, fromEnds }, 'onnxruntime')).toBeUndefined()
  expect(projectedFrom(table, { bits, groupSize: dim, fromEnds }, 'wasm')).toBeUndefined()
  const { tally } = createSums(table, weighted ? weights : undefined)
  const [codes, scales] = [new Uint8Array(rows * codeBytes(width, bits)), new Float32Array(rows)]
  const how = { bits, groupSize: width, compare: tally, gridsOf, fromEnds, through: right }
  const totals = await quantize({ forLoops: () => runner, spread: alone }, left, how, (start, some, { scale }) => {
    codes.set(some, start * codeBytes(width, bits))
    scales.set(scale, start)
  })
  return { codes: text(codes), scales: text(scales), totals: text(totals) }
}

/** The same, one step after another. */
async function inSteps(weighted: boolean) {
  const tensor = await createTensor({ backend: 'wasm', threads: 1 })
  const table = eightBitTable(rows, dim, false)
  const values = await table.read(0, rows)
  const projected = await (await tensor.project(table, basis)).read(0, rows)
  const { min, max } = rangesOf(projected, width, width)
  const grids = { dim: width, bits, groupSize: width, scale: min.map((low, row) => scaleOf(low, max[row])), zero }
  const codes = new Uint8Array(rows * codeBytes(width, bits))
  encodeRows(projected, grids, codes)
  const decoded = new Float32Array(projected.length)
  decodeRows(codes, grids, 0, rows, decoded)
  const made = await tensor.matmul({ rows, dim: width, data: decoded }, right)
  await tensor.close()
  const sums = new Float64Array(5 * rows)
  compareRows(values, made.data, dim, sums)
  const step = rowsPerSegment(dim)
  const kept = keepTally(createSums(table, weighted ? weights : undefined).tally, step)
  for (let start = 0; start < rows; start += step) kept.add(start, sums.subarray(5 * start, 5 * (start + step)))
  return { codes: text(codes), scales: text(grids.scale), totals: text(kept.totals()) }
}

it('one pass projects, quantizes and compares rows to the same bytes as steps, on any number of threads', async () => {
  const pool = new ThreadPool({ backend: 'wasm' }, 3)
  const stored = eightBitTable(rows, dim, true)
  const files = await inFiles(stored, dim)
  for (const weighted of [false, true]) {
    const expected = await inSteps(weighted)
    for (const table of [eightBitTable(rows, dim, false), stored, files]) {
      for (const runner of [createLocalRunner(), pool]) {
        expect(await inOnePass(table, weighted, runner)).toEqual(expected)
      }
    }
  }
  const short = await inFiles(stored, dim, 1)
  await expect(inOnePass(short, false, pool)).rejects.toThrow('the file is shorter than it was')
  await pool.close()
})

it('a row that is not finite is the error of the matrix', async () => {
  const table = eightBitTable(rows, dim, true, 35_000 * dim)
  const tensor = await createTensor({ backend: 'wasm', threads: 1 })
  const left = await tensor.project(table, basis)
  const gridsOf = () => ({ scale: new Float32Array(1), zero })
  const fromEnds = { zero, scaleOf, scales: powerScales(7.5) }
  const { tally } = createSums(table, undefined)
  const how = { bits, groupSize: width, compare: tally, gridsOf, fromEnds, through: right }
  await expect(tensor.quantize(left, how, () => {})).rejects.toThrow(`the table has no number at ${35_000 * dim}`)
  await tensor.close()
})
