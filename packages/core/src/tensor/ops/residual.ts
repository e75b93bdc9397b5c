import type { Dense, Matrix } from '@slimbed/runtime'
import { residualJob } from '../jobs/residual.js'
import { columnsOf } from '../small/dense.js'
import { forEachBlock } from '../threads/for-each-block.js'
import type { Runners } from '../threads/runner.js'
import { sharedCopy } from '../threads/runner-memory.js'
import type { Pass } from '../types.js'

/** `TensorAdapter.residual`. Rejects with `bad-input` when a basis does not fit. */
export async function residual(
  runners: Runners,
  matrix: Matrix,
  bases: readonly Dense[],
  pass: Pass = {}
): Promise<{ errors: Float64Array; nearest: Uint32Array }> {
  const { dim } = matrix
  const columns = columnsOf(dim, bases)
  const width = columns.dim
  const runner = runners.forProducts(2 * matrix.rows * dim * width)
  const factor = sharedCopy(runner, columns.data)
  const ends = bases.map((_, i) => bases.slice(0, i + 1).reduce((sum, { rows }) => sum + rows, 0))
  const count = bases.length
  // Shared: jobs write to it directly.
  const errors = new Float64Array(runner.share(8 * matrix.rows * count))
  const nearest = new Uint32Array(matrix.rows)
  await forEachBlock(matrix, runner, pass, async ({ input, rows, start }) => {
    const output = errors.subarray(start * count, (start + rows) * count)
    await runner.run(residualJob, { rows, dim, width, input, factor, ends, output })
  })
  for (let i = 0; i < matrix.rows; i++) {
    let best = 0
    for (let base = 1; base < count; base++) if (errors[i * count + base] < errors[i * count + best]) best = base
    nearest[i] = best
  }
  return { errors, nearest }
}
