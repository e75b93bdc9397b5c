import { compress, createTensor, matrixFrom, pipeline, type TensorAdapter } from '@slimbed/core'
import { halves } from '@slimbed/core/testing'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { lowrank } from '../src/index.js'
import { falling } from './support.js'

let tensor: TensorAdapter
beforeAll(async () => {
  tensor = await createTensor({ backend: 'wasm', threads: 1 })
})
afterAll(() => tensor.close())

const weights = Float32Array.from({ length: 400 }, (_, i) => 1 / (1 + i))

test.each([
  ['of many rows, known', 400, { rank: 5 }, undefined, 1],
  ['of many rows, with a share of the norm, known', 400, { energy: 0.5 }, undefined, 1],
  ['of next to no loss, measured', 400, { rank: 24 }, undefined, 2],
  ['of few rows, measured', 9, { rank: 3 }, undefined, 2],
  ['with weights, measured', 400, { rank: 5, weighted: true }, weights, 2]
] as const)('the error of a stage that another one follows is that of the stage alone: %s', async (...of) => {
  const [, rows, given, weights, passes] = of
  const dim = 24
  const matrix = matrixFrom(rows, dim, falling(rows, dim, 7))
  const alone = await compress(matrix, lowrank(given), { tensor, weights })
  let measuring = 0
  const onProgress = (stage: string, done: number, total: number) => {
    if (stage === 'measure' && done === total) measuring++
  }
  const options = { tensor, weights, onProgress }
  const { stages, measured } = await compress(matrix, pipeline(lowrank(given), halves({})), options)
  expect(Math.abs(stages[0].relativeError - alone.measured.relativeError)).toBeLessThan(1e-6)
  expect(stages[1].relativeError).toBe(measured.relativeError)
  expect(measuring).toBe(passes)
})
