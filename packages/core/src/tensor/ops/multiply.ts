import type { Dense, Matrix } from '@slimbed/runtime'
import { multiplyJob } from '../jobs/multiply.js'
import { forEachBlock } from '../threads/for-each-block.js'
import type { Runners } from '../threads/runner.js'
import { sharedCopy } from '../threads/runner-memory.js'
import type { Pass } from '../types.js'

/** Options of `multiply`. */
interface MultiplyOptions extends Pass {
  /** Added to each row: `factor.dim` values. */
  readonly offsets?: Float32Array | undefined
  /** Where the product goes. */
  readonly into?: Float32Array | undefined
}

/** `matrix · factor`, in memory. */
export async function multiply(
  runners: Runners,
  matrix: Matrix,
  factor: Dense,
  options: MultiplyOptions
): Promise<Dense> {
  const { dim } = matrix
  const { offsets, into, ...pass } = options
  const width = factor.dim
  const runner = runners.forProducts(2 * matrix.rows * dim * width)
  const shared = sharedCopy(runner, factor.data)
  // Shared: what jobs write to it need not be copied once more on this thread, nor its pages be touched here first.
  const data = into ?? new Float32Array(runner.share(4 * matrix.rows * width))
  await forEachBlock(matrix, runner, pass, async ({ input, rows, start }) => {
    const output = data.subarray(start * width, (start + rows) * width)
    await runner.run(multiplyJob, { rows, dim, width, input, factor: shared, offsets, output })
  })
  return { rows: matrix.rows, dim: width, data }
}
