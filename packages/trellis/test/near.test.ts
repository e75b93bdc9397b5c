import { type Context, compress, createTensor, matrixFrom, randomAt, save } from '@slimbed/core'
import { trellisStates } from '@slimbed/core/kinds/trellis'
import { neighbourOverlap } from '@slimbed/core/measure'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { trellis } from '../src/index.js'
import { fitCode } from '../src/leaf/fit.js'
import { gainsOf } from '../src/leaf/gains.js'
import { jobOf } from '../src/leaf/job.js'
import { plainLevels } from '../src/leaf/plain-levels.js'
import { chooseNear } from '../src/near/choose-near.js'
import { nearestRows } from '../src/near/nearest-rows.js'
import { plainNear } from '../src/near/plain-near.js'
import { unitsOf } from '../src/near/units.js'
import { gaussian } from './support.js'

const cases = fc.record({
  seed: fc.integer(),
  rows: fc.integer({ min: 1, max: 3 }),
  dim: fc.integer({ min: 1, max: 60 }),
  states: fc.constantFrom(...trellisStates.filter((states) => states <= 64)),
  step: fc.constantFrom(0.001, 0.1, 0.5, 2),
  lambda: fc.constantFrom(0, 0.35, 1),
  width: fc.constantFrom(4, 8, 12),
  length: fc.constantFrom(0, 0.3, 3),
  outlier: fc.constantFrom(1, 60, 1e3, 1e9)
})

test('the compiled kernel chooses the levels that the one in JavaScript chooses; without directions, those of the plain search', () => {
  const property = fc.property(cases, ({ seed, rows, dim, states, step, lambda, width, length, outlier }) => {
    const x = gaussian(seed, rows * dim)
    const sigmas = new Float64Array(dim).fill(1)
    const { code } = fitCode({ dim, states, block: 1, step, lambda, sigmas, gains: true }, x)
    for (let i = 0; i < x.length; i += 7) x[i] = x[i]! * outlier
    const job = jobOf(code, x, gainsOf(x, dim, code.gains))
    const directions = (row: number, into: Float32Array) => {
      into.set(gaussian(seed + row, into.length).map((value) => value * length))
    }
    const ks = chooseNear(job, width, directions)
    expect(ks).toEqual(plainNear(job, width, directions))
    if (length === 0) expect(ks).toEqual(plainLevels(job))
  })
  fc.assert(property, { numRuns: 60 })
})

test('with neighbours, more of the nearest rows are kept in as many bytes, and as much for any number of threads', async () => {
  const [rows, dim] = [900, 40]
  const [noise, centres] = [gaussian(1, rows * dim), gaussian(2, 30 * dim)]
  const data = noise.map(
    (value, at) => value / (1 + (at % dim) / 8) + centres[(Math.floor(at / dim) % 30) * dim + (at % dim)]!
  )
  const matrix = matrixFrom(rows, dim, data)
  const made = async (neighbours: number, threads: number) => {
    const tensor = await createTensor({ threads, eager: threads > 1 })
    try {
      const { table } = await compress(matrix, trellis({ bits: 2, states: 16, neighbours }), { tensor })
      const kept = await neighbourOverlap(matrix, table, { tensor })
      return { kept, file: await save({ table, provenance: {} }) }
    } finally {
      await tensor.close()
    }
  }
  const [plain, near, again] = [await made(0, 1), await made(20, 1), await made(20, 2)]
  expect(near.kept).toBeGreaterThan(plain.kept + 0.02)
  expect(near.file.length).toBeLessThan(1.01 * plain.file.length)
  expect(Buffer.compare(near.file, again.file)).toBe(0)
})

test('the nearest rows of a large table, found in cells, are nearly all that there are', async () => {
  const [rows, dim, count] = [6000, 16, 10]
  const tensor = await createTensor({ threads: 1 })
  const context = { tensor, random: randomAt(1), signal: undefined } as unknown as Context
  const axes = {
    rows: dim,
    dim,
    data: Float32Array.from({ length: dim * dim }, (_, at) => (at % (dim + 1) === 0 ? 1 : 0))
  }
  const units = await unitsOf(matrixFrom(rows, dim, gaussian(3, rows * dim)), axes, context)
  const found = await nearestRows(units, count, context)
  await tensor.close()
  let right = 0
  for (let row = 0; row < rows; row += 60) {
    const scores = Array.from({ length: rows }, (_, other) => {
      let sum = 0
      for (let j = 0; j < dim; j++) sum += units.data[row * dim + j]! * units.data[other * dim + j]!
      return other === row ? -Infinity : sum
    })
    const least = scores.toSorted((a, b) => b - a)[count - 1]!
    for (const other of found.subarray(row * count, (row + 1) * count)) {
      expect(other).not.toBe(row)
      if (scores[other]! >= least) right++
    }
  }
  expect(right / ((rows / 60) * count)).toBeGreaterThan(0.9)
})

test.each([1, 2, 3])('a table of %d rows has as many neighbours as it can', async (rows) => {
  const { table } = await compress(matrixFrom(rows, 4, gaussian(5, rows * 4)), trellis({ bits: 8, neighbours: 8 }))
  expect(table.rows).toBe(rows)
})

test('neighbours are refused with coding=fixed', () => {
  expect(() => trellis({ bits: 2, coding: 'fixed', neighbours: 8 })).toThrow('neighbours is for coding=entropy')
})
