import fc from 'fast-check'
import { expect, test } from 'vitest'
import { compress, createTensor, type Matrix, type TensorAdapter } from '../../src/index.js'
import { keepTally, rowsPerSegment } from '../../src/tensor/spread/segments.js'
import type { Spread, SpreadPass } from '../../src/tensor/spread/spread.js'
import { rowsPerJob } from '../../src/tensor/threads/rows-per-job.js'
import type { Tally } from '../../src/tensor/types.js'
import { halves } from '../../src/testing/stages.js'
import { matrixOf, randomDense } from './reference.js'
import { scaledSums } from './scaled-sums.js'

test('a segment is a whole number of jobs, and its sums take at most a quarter of its rows', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 20_000 }), (dim) => {
      const segment = rowsPerSegment(dim)
      expect(segment % rowsPerJob(dim)).toBe(0)
      expect(8 * dim * dim).toBeLessThanOrEqual((4 * segment * dim) / 4)
    })
  )
})

/** Does the parts of a pass one by one, the last ones first, and adds their sums up in order. */
const inParts: Spread = {
  alone: false,
  async over<Made>(pass: SpreadPass<Made>) {
    const { rows, step, part, merge, visit, ended = () => false } = pass
    const parts: { readonly sums: Float64Array; readonly made: [number, Made][] }[] = []
    for (let start = step * Math.ceil(rows / step) - step; start >= 0; start -= step) {
      const made: [number, Made][] = []
      const emit = (at: number, one: Made) => void made.push([at, structuredClone(one)])
      parts.unshift({ sums: await part(start, Math.min(step, rows - start), emit, {}), made })
    }
    const sums = new Float64Array(parts[0]?.sums.length ?? 0)
    for (const own of parts) {
      merge(sums, own.sums)
      for (const [at, one] of own.made) if (!ended()) await visit?.(at, one)
    }
    return sums
  }
}

const bytesOf = (...arrays: readonly (Float64Array | Float32Array | Uint32Array)[]) =>
  arrays.map(({ buffer, byteOffset, byteLength }) => Buffer.from(buffer, byteOffset, byteLength).toString('base64'))

test('operations in parts, done in any order, give the bytes of those in one', async () => {
  const matrix: Matrix = matrixOf(randomDense(80_001, 12, 1))
  const weights = Float32Array.from({ length: matrix.rows }, (_, row) => 1 / (1 + (row % 31)))
  const groups = { ids: Uint8Array.from({ length: matrix.rows }, (_, row) => (row * 7) % 3), count: 3 }
  const basis = randomDense(4, 12, 2)
  const results = async (spread?: Spread) => {
    const tensor = await createTensor({ backend: 'wasm', threads: 1, spread })
    try {
      const grams = await tensor.gram(matrix, { weights, groups })
      const { cross } = await tensor.signProduct(matrix, randomDense(12, 5, 3))
      const { errors, nearest } = await tensor.residual(matrix, [basis, randomDense(2, 12, 4)])
      const ids = new Uint32Array(matrix.rows)
      await tensor.nearest(matrix, [randomDense(9, 12, 5)], (start, found) => ids.set(found, start))
      const left = await tensor.project(matrix, basis)
      const sums: Tally = {
        size: 5,
        add(totals, _, found) {
          for (let at = 0; at < found.length; at++) totals[at % 5] += found[at]
        },
        merge(totals, later) {
          for (let i = 0; i < 5; i++) totals[i] += later[i]
        }
      }
      const compared = await tensor.compareProduct(matrix, left, basis, sums)
      const projected = (await left.read(4000, 70_000)).slice()
      return bytesOf(...grams, cross, errors, nearest, ids, compared, projected)
    } finally {
      await tensor.close()
    }
  }
  expect(await results(inParts)).toEqual(await results())
})

test('a tally adds up each segment by itself, then these', () => {
  const check = fc.property(fc.array(fc.double({ noNaN: true, min: -1e9, max: 1e9 }), { maxLength: 60 }), (values) => {
    const step = 4
    const tally: Tally = {
      size: 1,
      add(totals, _, sums) {
        for (const value of sums) totals[0] += value
      },
      merge(totals, later) {
        totals[0] += later[0]
      }
    }
    const kept = keepTally(tally, step)
    for (let at = 0; at < values.length; at += 2) kept.add(at, Float64Array.from(values.slice(at, at + 2)))
    let expected = 0
    for (let at = 0; at < values.length; at += step) {
      expected += values.slice(at, at + step).reduce((sum, value) => sum + value, 0)
    }
    expect(kept.totals()[0]).toBe(expected)
  })
  fc.assert(check)
})

test('compress measures in parts, where its adapter has others do them', async () => {
  const names: string[] = []
  const spread: Spread = {
    alone: false,
    over(pass) {
      names.push(pass.name)
      return inParts.over(pass)
    }
  }
  const matrix = matrixOf(randomDense(70_000, 4, 1))
  const measuredOn = async (tensor: TensorAdapter) => {
    const { measured } = await compress(matrix, halves(), { tensor })
    await tensor.close()
    return measured
  }
  const expected = await measuredOn(await createTensor({ backend: 'wasm', threads: 1 }))
  expect(await measuredOn(await createTensor({ backend: 'wasm', threads: 1, spread }))).toEqual(expected)
  expect(names).toEqual(['measure'])
})

test.each([1, 2])('parts hand on what was made, and nothing of what it was made from: %i threads', async (threads) => {
  const fields = new Map<string, Set<string>>()
  const spread: Spread = {
    alone: false,
    over<Made>({ visit, ...pass }: SpreadPass<Made>) {
      const seen = fields.get(pass.name) ?? new Set()
      fields.set(pass.name, seen)
      const look = async (at: number, made: Made) => {
        for (const field of Object.keys(structuredClone(made) ?? {})) seen.add(field)
        await visit?.(at, made)
      }
      return inParts.over({ ...pass, visit: look })
    }
  }
  const matrix = matrixOf(randomDense(40_000, 12, 1))
  const tensor = await createTensor({ backend: 'wasm', threads, eager: true, spread })
  try {
    await tensor.nearest(matrix, [randomDense(9, 12, 5)], () => {})
    const given = { factors: Float32Array.of(1, 2), shift: 0 }
    await tensor.mapRows(matrix, scaledSums, { given, operations: 24 }, () => {})
    const gridsOf = () => ({ scale: Float32Array.of(1), zero: 0 })
    await tensor.quantize(matrix, { bits: 4, groupSize: 12, gridsOf }, () => {})
  } finally {
    await tensor.close()
  }
  const found = Object.fromEntries([...fields].map(([name, seen]) => [name, [...seen].sort()]))
  expect(found).toEqual({ nearest: ['distances', 'ids'], scaledSums: ['sums'], quantize: ['codes', 'grids'] })
})
