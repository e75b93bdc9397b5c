import { type Dense, type Matrix, SlimbedError } from '@slimbed/runtime'
import { nearestJob } from '../jobs/nearest.js'
import { checkSize, transposeOf } from '../small/dense.js'
import { forEachBlock } from '../threads/for-each-block.js'
import type { Runners } from '../threads/runner.js'
import { sharedCopy } from '../threads/runner-memory.js'
import { createSequencer } from '../threads/sequencer.js'
import type { Pass } from '../types.js'

/** Called with the nearest centre of each row from `start` on, and with the squared distance to it, not below 0. */
export type VisitNearest = (start: number, ids: Uint32Array, distances: Float64Array) => void

/** `TensorAdapter.nearest`. Rejects as the matrix does, and with `bad-input` when the centres do not fit. */
export async function nearest(
  runners: Runners,
  matrix: Matrix,
  centres: Dense,
  visit: VisitNearest,
  pass: Pass = {}
): Promise<void> {
  checkSize('centres', centres)
  const { dim } = matrix
  const width = centres.rows
  if (centres.dim !== dim || width < 1) {
    throw new SlimbedError('bad-input', `nearest: expected centres of ${dim} values, got ${width} × ${centres.dim}`)
  }
  const runner = runners.forProducts(2 * matrix.rows * dim * width)
  const factor = sharedCopy(runner, transposeOf(centres).data)
  const halves = new Float32Array(width)
  for (let k = 0, at = 0; k < width; k++) {
    let square = 0
    for (let j = 0; j < dim; j++, at++) square += centres.data[at] * centres.data[at]
    halves[k] = square / 2
  }
  const inOrder = createSequencer()
  await forEachBlock(matrix, runner, pass, async ({ input, rows, start, index }) => {
    const found = runner.run(nearestJob, { rows, dim, width, input, factor, halves })
    await inOrder(index, found, ({ ids, distances }) => visit(start, ids, distances))
  })
}
