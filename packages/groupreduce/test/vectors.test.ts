import { createTensor, type Matrix, matrixFrom, type TensorAdapter } from '@slimbed/core'
import { measure } from '@slimbed/core/measure'
import { titleIf } from '@slimbed/testing'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { groupreduce } from '../src/index.js'
import { contextWith, hasVectors, readCounts, readVectors } from './support.js'

let tensor: TensorAdapter
beforeAll(async () => {
  tensor = await createTensor()
})
afterAll(() => tensor.close())

const title = titleIf(hasVectors, 'needs the test data, see SLIMBED_DATA')

/** The least weighted squared error of all products of two factors of a rank, as a share: what `lowrank` reaches. */
async function lowRankError(matrix: Matrix, rank: number, fitted: Float32Array | undefined, weights: Float32Array) {
  const [gram] = await tensor.gram(matrix, { weights: fitted })
  const { vectors } = await tensor.eigh(gram, matrix.dim, rank)
  const basis = { rows: rank, dim: matrix.dim, data: Float32Array.from(vectors) }
  const { errors } = await tensor.residual(matrix, [basis])
  const { errors: norms } = await tensor.residual(matrix, [{ rows: 0, dim: matrix.dim, data: new Float32Array() }])
  const total = (of: Float64Array) => of.reduce((sum, error, row) => sum + weights[row] * error, 0)
  return total(errors) / total(norms)
}

test.skipIf(!hasVectors)(
  title('41k × 300 real vectors at 6.6 ×: below every low rank; rate-distortion no worse than paper, nor than none'),
  async () => {
    const data = readVectors()
    const weights = readCounts()
    const matrix = matrixFrom(data.length / 300, 300, data)
    const run = async (refine: 'none' | 'paper' | 'rate-distortion') => {
      const table = await groupreduce({ groups: 5, ratio: 6.6, refine, iterations: 2 }).compress(
        matrix,
        contextWith(tensor, { weights })
      )
      const { weightedError, ratio } = await measure(matrix, table, { tensor, weights })
      expect(ratio).toBeGreaterThanOrEqual(6.6)
      return weightedError! ** 2
    }
    // 45 · (41353 + 300) values are 6.6 times less.
    const low = Math.min(
      await lowRankError(matrix, 45, undefined, weights),
      await lowRankError(matrix, 45, weights, weights)
    )
    const [none, paper, traded] = [await run('none'), await run('paper'), await run('rate-distortion')]
    expect(none).toBeLessThan(low / 4)
    expect(paper).toBeLessThan(low / 4)
    expect(traded).toBeLessThanOrEqual(none)
    expect(traded).toBeLessThanOrEqual(paper)
  }
)
