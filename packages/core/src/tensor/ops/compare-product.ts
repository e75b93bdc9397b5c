import { SlimbedError } from '@slimbed/runtime'
import type { Matrix } from '../../matrix/matrix.js'
import type { ComparePass, Dense, VisitSums } from '../adapter.js'
import type { Host } from '../engines/engine.js'
import { forEachBlock, lendRows, lendSums, refuseOddSums, uncheckedOf } from '../threads/for-each-block.js'
import { inOrder } from '../threads/sequencer.js'
import { heldMatrix, multiply, share } from './products.js'
import { type Projection, projectionOf } from './project.js'

/** How far products of the rows of a basis may be from those of orthonormal rows, rounded to float32. */
const tolerance = 1e-5

/** Whether `right` is the basis of a projection, and its rows are orthonormal. */
async function isOwnBasis(host: Host, { factor }: Projection, right: Dense): Promise<boolean> {
  const { rows, dim, data } = right
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < dim; j++) if (factor.data[j * rows + i] !== data[i * dim + j]) return false
  }
  const products = await multiply(host, heldMatrix(right), factor, {})
  return products.data.every((product, at) => Math.abs(product - (at % (rows + 1) === 0 ? 1 : 0)) <= tolerance)
}

/** `TensorAdapter.compareProduct`. Rejects with `bad-input` when the shapes do not fit, and as `keep` does. */
export async function compareProduct(
  host: Host,
  matrix: Matrix,
  left: Matrix,
  right: Dense,
  visit: VisitSums,
  { keep, ...pass }: ComparePass = {}
): Promise<void> {
  const { rows, dim } = matrix
  const width = left.dim
  if (left.rows !== rows || right.dim !== dim || right.rows !== width || right.data.length !== width * dim) {
    const product = `${left.rows} × ${left.dim} by ${right.rows} × ${right.dim} of ${right.data.length} values`
    throw new SlimbedError('bad-input', `cannot compare ${rows} × ${dim} with the product of ${product}`)
  }
  const made = projectionOf(left)
  const projection = made && made.source === matrix && !made.held() ? made : undefined
  const orthonormal = projection && (await isOwnBasis(host, projection, right))
  const runner = host.runnerFor((projection && !orthonormal ? 4 : 2) * rows * dim * width)
  const factor = share(runner, right.data)
  const basis = projection && share(runner, projection.factor.data)
  const held = projection?.hold && !keep ? new Float32Array(rows * width) : undefined
  const ordered = inOrder()
  await forEachBlock(uncheckedOf(matrix), runner, pass, async ({ input, rows, start, index }) => {
    const making = async () => {
      const own = basis ? runner.lend(rows * width) : await lendRows(runner, left, start, rows)
      const sums = lendSums(runner, rows)
      return runner.run({ kernel: 'compare', rows, dim, width, input, left: own, basis, orthonormal, factor, sums })
    }
    await ordered(index, making(), async ({ left: made, sums }) => {
      await refuseOddSums(sums!, matrix, pass.signal)
      visit(start, sums!)
      runner.release(sums!)
      if (!made) return
      held?.set(made, start * width)
      await keep?.(made)
      runner.release(made)
    })
  })
  if (held) projection?.hold?.(held)
}
