import { type Dense, type Matrix, SlimbedError } from '@slimbed/runtime'
import { signProductJob } from '../jobs/sign-product.js'
import { forEachBlock } from '../threads/for-each-block.js'
import type { Runners } from '../threads/runner.js'
import { sharedCopy } from '../threads/runner-memory.js'
import type { Pass } from '../types.js'

/** What `TensorAdapter.signProduct` resolves to. */
export interface SignProduct {
  readonly cross: Float64Array
  readonly magnitude: number
}

/** `TensorAdapter.signProduct`: blocks multiplied in float32, added in float64 in the order of the rows. */
export async function signProduct(
  runners: Runners,
  matrix: Matrix,
  factor: Dense,
  pass: Pass = {}
): Promise<SignProduct> {
  const { rows, dim } = matrix
  const width = factor.dim
  if (factor.rows !== dim || factor.data.length !== dim * width) {
    const got = `${factor.rows} × ${width} of ${factor.data.length} values`
    throw new SlimbedError('bad-input', `signProduct: expected a factor of ${dim} rows, got ${got}`)
  }
  const size = dim * width
  const runner = runners.forProducts(4 * rows * size)
  const shared = sharedCopy(runner, factor.data)
  const sums = new Float64Array(runner.share((size + 1) * 8))
  const turns = new Int32Array(runner.share(4))
  await forEachBlock(matrix, runner, pass, async ({ input, rows, index }) => {
    await runner.run(signProductJob, { rows, dim, width, input, factor: shared, sums, turns, turn: index })
  })
  return { cross: Float64Array.from(sums.subarray(0, size)), magnitude: sums[size] }
}
