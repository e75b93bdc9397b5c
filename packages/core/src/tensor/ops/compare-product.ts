import { type Dense, type Matrix, SlimbedError } from '@slimbed/runtime'
import { compareProductJob } from '../jobs/compare-product.js'
import { denseMatrix } from '../small/dense.js'
import { keepTally, rowsPerSegment } from '../spread/segments.js'
import type { Emit } from '../spread/spread.js'
import { forEachBlock } from '../threads/for-each-block.js'
import { rejectSumsNotFinite, uncheckedOf } from '../threads/not-finite.js'
import type { Runners } from '../threads/runner.js'
import { lendRows, lendSums, sharedCopy } from '../threads/runner-memory.js'
import { createSequencer } from '../threads/sequencer.js'
import type { Pass, Tally } from '../types.js'
import { multiply } from './multiply.js'
import { type Projection, projectionOf } from './project.js'

/** Options of `TensorAdapter.compareProduct`. */
export interface ComparePass extends Pass {
  /**
   * Called with the rows of `left` that the pass computes, in order; they are then not held in memory. The array is reused once the
   * call resolves.
   */
  readonly keep?: ((rows: Float32Array) => Promise<void>) | undefined
}

/** How far products of the rows of a basis may be from those of orthonormal rows, rounded to float32. */
const tolerance = 1e-5

/** Whether `right` is the basis of a projection, and its rows are orthonormal. */
async function isOwnBasis(runners: Runners, { factor }: Projection, right: Dense): Promise<boolean> {
  const { rows, dim, data } = right
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < dim; j++) if (factor.data[j * rows + i] !== data[i * dim + j]) return false
  }
  const products = await multiply(runners, denseMatrix(right), factor, {})
  return products.data.every((product, at) => Math.abs(product - (at % (rows + 1) === 0 ? 1 : 0)) <= tolerance)
}

/** `TensorAdapter.compareProduct`: the totals of `tally`. Rejects with `bad-input` when the shapes do not fit, and as `keep` does. */
export async function compareProduct(
  runners: Runners,
  matrix: Matrix,
  given: Matrix,
  right: Dense,
  tally: Tally,
  { keep, ...pass }: ComparePass = {}
): Promise<Float64Array> {
  const { rows, dim } = matrix
  const width = given.dim
  if (given.rows !== rows || right.dim !== dim || right.rows !== width || right.data.length !== width * dim) {
    const product = `${given.rows} × ${given.dim} by ${right.rows} × ${right.dim} of ${right.data.length} values`
    throw new SlimbedError('bad-input', `cannot compare ${rows} × ${dim} with the product of ${product}`)
  }
  const made = projectionOf(given)
  const projection = made && made.source === matrix && !made.held() ? made : undefined
  const orthonormal = projection !== undefined && (await isOwnBasis(runners, projection, right))
  const operations = (projection && !orthonormal ? 4 : 2) * dim * width
  const { alone } = runners.spread
  const held = alone && projection?.hold && !keep ? new Float32Array(rows * width) : undefined
  const step = rowsPerSegment(dim)
  const part = async (from: number, count: number, emit: Emit<Float32Array>, own: Pass): Promise<Float64Array> => {
    const runner = runners.forProducts(operations * count)
    const factor = sharedCopy(runner, right.data)
    const basis = projection && sharedCopy(runner, projection.factor.data)
    const inOrder = createSequencer()
    const kept = keepTally(tally, step)
    await forEachBlock(uncheckedOf(matrix), runner, { ...own, from, count }, async ({ input, rows, start, index }) => {
      const compared = async () => {
        const left = basis ? undefined : await lendRows(runner, given, start, rows)
        const projected = basis && runner.lend(rows * width)
        const sums = lendSums(runner, rows)
        const job = { rows, dim, width, input, left, basis, projected, orthonormal, factor, sums }
        return runner.run(compareProductJob, job)
      }
      await inOrder(index, compared(), async ({ projected, sums }) => {
        await rejectSumsNotFinite(sums, matrix, own.signal)
        kept.add(start, sums)
        runner.release(sums)
        if (!projected) return
        if (held) held.set(projected, start * width)
        else if (!keep) projection?.holdRows?.(start, projected)
        if (keep) await emit(start, projected)
        runner.release(projected)
      })
    })
    return kept.totals()
  }
  const visit = keep && projection ? (_: number, projected: Float32Array) => keep(projected) : undefined
  const shape = { name: 'compareProduct', rows, step, given: [right.data], brief: true }
  const sums = await runners.spread.over({
    ...shape,
    part,
    visit,
    merge: tally.merge,
    ...pass,
    lasting: visit !== undefined
  })
  if (held) projection?.hold?.(held)
  return sums
}
