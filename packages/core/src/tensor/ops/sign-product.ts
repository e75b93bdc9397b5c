import { type Dense, type Matrix, SlimbedError } from '@slimbed/runtime'
import { closeSegment } from '../jobs/ordered-sums.js'
import { signProductJob } from '../jobs/sign-product.js'
import { rowsPerSegment } from '../spread/segments.js'
import { addAll } from '../spread/spread.js'
import { forEachBlock } from '../threads/for-each-block.js'
import { rowsPerJob } from '../threads/rows-per-job.js'
import type { Runners } from '../threads/runner.js'
import { sharedCopy } from '../threads/runner-memory.js'
import type { Pass } from '../types.js'

/** What `TensorAdapter.signProduct` resolves to. */
export interface SignProduct {
  readonly cross: Float64Array
  readonly magnitude: number
}

/** `TensorAdapter.signProduct`: blocks multiplied in float32, added in float64 in the order of the rows, segment by segment. */
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
  const step = rowsPerSegment(dim)
  const part = async (from: number, count: number, _: unknown, own: Pass): Promise<Float64Array> => {
    const runner = runners.forProducts(4 * count * size)
    const sums = new Float64Array(runner.share(2 * (size + 1) * 8))
    const turns = new Int32Array(runner.share(4))
    const shared = { factor: sharedCopy(runner, factor.data), sums, turns, jobs: step / rowsPerJob(dim) }
    await forEachBlock(matrix, runner, { ...own, from, count }, async ({ input, rows, index }) => {
      await runner.run(signProductJob, { rows, dim, width, input, ...shared, turn: index })
    })
    closeSegment(sums, 0, size + 1)
    return sums.subarray(0, size + 1)
  }
  const given = [factor.data]
  const sums = await runners.spread.over({ name: 'signProduct', rows, step, given, part, merge: addAll, ...pass })
  return { cross: Float64Array.from(sums.subarray(0, size)), magnitude: sums[size] }
}
