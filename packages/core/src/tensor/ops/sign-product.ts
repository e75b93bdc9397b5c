import { SlimbedError } from '@slimbed/runtime'
import type { Matrix } from '../../matrix/matrix.js'
import type { Dense, Pass, SignProduct } from '../adapter.js'
import type { Host } from '../engines/engine.js'
import { forEachBlock } from '../threads/for-each-block.js'
import { share } from './products.js'

/** `TensorAdapter.signProduct`: blocks multiplied in float32, added in float64 in the order of the rows. */
export async function signProduct(host: Host, matrix: Matrix, factor: Dense, pass: Pass = {}): Promise<SignProduct> {
  const { rows, dim } = matrix
  const width = factor.dim
  if (factor.rows !== dim || factor.data.length !== dim * width) {
    const got = `${factor.rows} × ${width} of ${factor.data.length} values`
    throw new SlimbedError('bad-input', `signProduct: expected a factor of ${dim} rows, got ${got}`)
  }
  const size = dim * width
  const runner = host.runnerFor(4 * rows * size)
  const shared = share(runner, factor.data)
  const sums = new Float64Array(runner.share((size + 1) * 8))
  const turns = new Int32Array(runner.share(4))
  await forEachBlock(matrix, runner, pass, async ({ input, rows, index }) => {
    await runner.run({ kernel: 'signs', rows, dim, width, input, factor: shared, sums, turns, turn: index })
  })
  return { cross: Float64Array.from(sums.subarray(0, size)), magnitude: sums[size] }
}
