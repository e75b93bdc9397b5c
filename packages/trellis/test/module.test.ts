import { readFile } from 'node:fs/promises'
import { trellisStates } from '@slimbed/core/kinds/trellis'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { compileKernels, moduleSource, moduleUrl } from '../assembly/compile.mjs'
import { choosePaths } from '../src/fixed/choose-paths.js'
import { plainPaths } from '../src/fixed/plain-paths.js'
import { chooseLevels } from '../src/leaf/choose-levels.js'
import { encodeLevels } from '../src/leaf/encode-levels.js'
import { fitCode } from '../src/leaf/fit.js'
import { gainsOf } from '../src/leaf/gains.js'
import { jobOf } from '../src/leaf/job.js'
import { compiledKernel } from '../src/leaf/kernel.js'
import { plainBlocks } from '../src/leaf/plain-blocks.js'
import { plainLevels } from '../src/leaf/plain-levels.js'
import { plainTally } from '../src/leaf/plain-tally.js'
import { emptyTally, tallyOf } from '../src/leaf/tally.js'
import { gaussian } from './support.js'

test('the compiled kernel is that of its source: otherwise run `pnpm kernels` in packages/trellis', async () => {
  expect(moduleSource(await compileKernels())).toBe(await readFile(moduleUrl, 'utf8'))
})

const cases = fc.record({
  seed: fc.integer(),
  rows: fc.integer({ min: 1, max: 30 }),
  dim: fc.integer({ min: 1, max: 300 }),
  states: fc.constantFrom(...trellisStates),
  step: fc.constantFrom(0.001, 0.1, 0.5, 2),
  lambda: fc.constantFrom(0, 0.35, 1),
  block: fc.integer({ min: 1, max: 8 }),
  outlier: fc.constantFrom(1, 60, 1e3, 1e9)
})

test('the compiled kernels choose the levels, write the bytes and count what those in JavaScript do', () => {
  expect(compiledKernel()).toBeDefined()
  const property = fc.property(cases, ({ seed, rows, dim, states, step, lambda, block, outlier }) => {
    const x = gaussian(seed, rows * dim)
    x.forEach((value, i) => {
      x[i] = value / (1 + (i % 17)) / (1 + (Math.floor(i / dim) % 5))
    })
    const sigmas = Float64Array.from({ length: dim }, (_, j) => 1 / (1 + (j % 17)))
    const { code } = fitCode({ dim, states, block, step, lambda, sigmas, gains: true }, x)
    // Values that the tables were not made for.
    for (let i = 0; i < x.length; i += 7) x[i] = x[i]! * outlier
    const gains = gainsOf(x, dim, code.gains)
    const job = jobOf(code, x, gains)
    const ks = chooseLevels(job)
    expect(ks).toEqual(plainLevels(job))
    expect(encodeLevels(code, ks, gains)).toEqual(plainBlocks(code, ks, gains))
    const tally = emptyTally(code.tables.escapes.length - 1, code.gains.count)
    for (const gain of gains) tally.gains[gain]!++
    plainTally(code, x, ks, gains, tally)
    expect(tallyOf(code, x, ks, gains)).toEqual(tally)
  })
  fc.assert(property, { numRuns: 60 })
})

test('the compiled kernel finds the paths that the one in JavaScript finds', () => {
  const jobs = fc.record({
    seed: fc.integer(),
    rows: fc.integer({ min: 1, max: 4 }),
    bits: fc.uint8Array({ min: 0, max: 8, minLength: 1, maxLength: 40 }),
    window: fc.integer({ min: 4, max: 10 })
  })
  const property = fc.property(jobs, ({ seed, rows, bits: wanted, window }) => {
    const bits = wanted.map((count) => Math.min(count, window - 2))
    const [dim, states] = [bits.length, 2 ** window]
    const noise = gaussian(seed, states + dim + rows * dim)
    const job = {
      y: noise.subarray(states + dim),
      rows,
      dim,
      states,
      weights: noise.slice(states, states + dim).map((value) => value * value),
      bits,
      books: new Uint32Array(dim),
      levels: noise.slice(0, states),
      starts: Uint16Array.from({ length: rows }, (_, row) => (row * 7) % states)
    }
    const found = choosePaths(job)
    expect(found).toEqual(plainPaths(job))
    found.forEach((state, at) => {
      const before = at % dim === 0 ? job.starts[at / dim]! : found[at - 1]!
      expect(state >> bits[at % dim]!).toBe(((before << bits[at % dim]!) % states) >> bits[at % dim]!)
    })
  })
  fc.assert(property, { numRuns: 60 })
})
