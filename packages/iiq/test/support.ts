import {
  createTensor,
  type JsonObject,
  type Matrix,
  matrixFrom,
  randomAt,
  type Table,
  type TensorAdapter
} from '@slimbed/core'
import { contextWith, floatsToPython, runPython as runIn } from '@slimbed/testing'
import { afterAll, beforeAll } from 'vitest'
import { iiq } from '../src/index.js'

export { contextWith, pythonWith, rowsOf as decoded, squaredRelativeError } from '@slimbed/testing'

/** An adapter that lives as long as the tests of a file. */
export function tensorOfFile(): () => TensorAdapter {
  let tensor: TensorAdapter
  beforeAll(async () => {
    tensor = await createTensor({ backend: 'cpu' })
  })
  afterAll(() => tensor.close())
  return () => tensor
}

/** Rows with a mean and a falling spectrum: sums of random directions of falling length. */
export function rowsWithMean(rows: number, dim: number, seed: number): Float32Array {
  const random = randomAt(seed)
  const spread = () => random() + random() + random() - 1.5
  const directions = Float64Array.from({ length: dim * dim }, spread)
  const out = new Float32Array(rows * dim)
  for (let i = 0; i < rows; i++) {
    for (let k = 0; k < dim; k++) {
      const length = spread() / (1 + k) ** 0.5 + (k === 0 ? 1 : 0)
      for (let j = 0; j < dim; j++) out[i * dim + j] += length * directions[k * dim + j]
    }
  }
  return out
}

/** What `iiq` makes of some rows, and what it reports. */
export async function made(
  tensor: TensorAdapter,
  matrix: Matrix,
  options: Parameters<typeof iiq>[0] = {},
  seed = 0
): Promise<{ table: Table; details: JsonObject }> {
  let details: JsonObject = {}
  const report = (found: JsonObject) => {
    details = found
  }
  const table = await iiq(options).compress(matrix, contextWith(tensor, { report, random: randomAt(seed) }))
  return { table, details }
}

/** `made` of rows in memory. */
export const madeOf = (
  tensor: TensorAdapter,
  [rows, dim, data]: readonly [number, number, Float32Array],
  options: Parameters<typeof iiq>[0] = {},
  seed = 0
) => made(tensor, matrixFrom(rows, dim, data), options, seed)

/** The losses that were reported. */
export const lossesOf = ({ losses }: JsonObject): number[] => (Array.isArray(losses) ? losses.map(Number) : [])

/** What a Python program prints as JSON, with float32 arrays as its standard input. */
export const runPython = (python: string, program: string, ...input: Float32Array[]): unknown =>
  runIn(python, ['-c', program], floatsToPython(...input))
