import { readFile } from 'node:fs/promises'
import { trellisStates } from '@slimbed/core'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { compileKernels, moduleSource, moduleUrl } from '../assembly/compile.mjs'
import { chooseLevels, compiledKernel } from '../src/leaf/choose-levels.js'
import { fitCode } from '../src/leaf/fit.js'
import { gainsOf } from '../src/leaf/gains.js'
import { jobOf } from '../src/leaf/job.js'
import { plainLevels } from '../src/leaf/plain-levels.js'
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
  lambda: fc.constantFrom(0, 0.35, 1)
})

test('the compiled kernel chooses the levels that the one in JavaScript chooses', () => {
  expect(compiledKernel()).toBeDefined()
  const property = fc.property(cases, ({ seed, rows, dim, states, step, lambda }) => {
    const x = gaussian(seed, rows * dim)
    x.forEach((value, i) => {
      x[i] = value / (1 + (i % 17)) / (1 + (Math.floor(i / dim) % 5))
    })
    const sigmas = Float64Array.from({ length: dim }, (_, j) => 1 / (1 + (j % 17)))
    const { code } = fitCode({ dim, states, block: 1, step, lambda, sigmas, gains: true }, x)
    const job = jobOf(code, x, gainsOf(x, dim, code.gains))
    expect(chooseLevels(job)).toEqual(plainLevels(job))
  })
  fc.assert(property, { numRuns: 60 })
})
