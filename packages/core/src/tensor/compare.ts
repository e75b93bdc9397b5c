import { SlimbedError } from '@slimbed/runtime'
import { sumsPerRow } from '../kernels/compare.js'
import type { Matrix } from '../matrix.js'
import type { Dense, Pass, VisitSums } from './adapter.js'
import type { Host } from './engine.js'
import { forEachBlock, lendRows } from './passes.js'
import { share } from './products.js'
import { projectionOf } from './project.js'

/** Hands blocks on in the order of the rows, whatever the order in which they are done. */
function inOrder(visit: VisitSums) {
  const waiting = new Map<number, readonly [start: number, sums: Float64Array]>()
  let next = 0
  return (index: number, start: number, sums: Float64Array) => {
    waiting.set(index, [start, sums])
    for (let block = waiting.get(next); block; block = waiting.get(++next)) {
      waiting.delete(next)
      visit(...block)
    }
  }
}

/** `TensorAdapter.compareProduct`. Rejects with `bad-input` when the shapes do not fit. */
export async function compareProduct(
  host: Host,
  matrix: Matrix,
  left: Matrix,
  right: Dense,
  visit: VisitSums,
  pass: Pass = {}
): Promise<void> {
  const { rows, dim } = matrix
  const width = left.dim
  if (left.rows !== rows || right.dim !== dim || right.rows !== width || right.data.length !== width * dim) {
    const product = `${left.rows} × ${left.dim} by ${right.rows} × ${right.dim} of ${right.data.length} values`
    throw new SlimbedError('bad-input', `cannot compare ${rows} × ${dim} with the product of ${product}`)
  }
  const made = projectionOf(left)
  const projection = made && made.source === matrix && !made.held() ? made : undefined
  const runner = host.runnerFor((projection ? 4 : 2) * rows * dim * width)
  const factor = share(runner, right.data)
  const basis = projection && share(runner, projection.factor.data)
  const held = projection?.hold && new Float32Array(rows * width)
  const roomFor = (start: number, count: number) =>
    held ? held.subarray(start * width, (start + count) * width) : runner.lend(count * width)
  const done = inOrder(visit)
  await forEachBlock(matrix, runner, pass, async ({ input, rows, start, index }) => {
    const own = basis ? roomFor(start, rows) : await lendRows(runner, left, start, rows)
    const sums = new Float64Array(rows * sumsPerRow)
    await runner.run({ kernel: 'compare', rows, dim, width, input, left: own, basis, factor, output: sums })
    if (basis && !held) runner.release(own)
    done(index, start, sums)
  })
  if (held) projection?.hold?.(held)
}
