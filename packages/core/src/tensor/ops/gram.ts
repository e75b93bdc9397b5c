import { type Matrix, SlimbedError } from '@slimbed/runtime'
import { checkWeights } from '../../measure/weights.js'
import { gramJob } from '../jobs/gram.js'
import { forEachBlock } from '../threads/for-each-block.js'
import { rejectNotFinite, uncheckedOf } from '../threads/not-finite.js'
import type { Runners } from '../threads/runner.js'
import type { Pass } from '../types.js'

/** Options of `TensorAdapter.gram`. */
export interface GramOptions extends Pass {
  readonly weights?: Float32Array | undefined
  readonly groups?: { readonly ids: ArrayLike<number>; readonly count: number }
}

function check(rows: number, { weights, groups }: GramOptions): void {
  checkWeights(weights, rows)
  if (!groups) return
  if (groups.ids.length !== rows) {
    throw new SlimbedError('bad-input', `expected the groups of ${rows} rows, not of ${groups.ids.length}`)
  }
  for (let i = 0; i < rows; i++) {
    if (Number.isInteger(groups.ids[i]) && groups.ids[i] >= 0 && groups.ids[i] < groups.count) continue
    throw new SlimbedError('bad-input', `row ${i} is in group ${groups.ids[i]}, expected 0 to ${groups.count - 1}`)
  }
}

/** A copy with the upper triangle mirrored below. */
function symmetric(upper: Float64Array, dim: number): Float64Array {
  const out = upper.slice()
  for (let i = 0; i < dim; i++) {
    for (let j = i + 1; j < dim; j++) out[j * dim + i] = upper[i * dim + j]
  }
  return out
}

/** `TensorAdapter.gram`: blocks multiplied in float32, added in float64 in the order of the rows. */
export async function gram(runners: Runners, matrix: Matrix, options: GramOptions = {}): Promise<Float64Array[]> {
  const { rows, dim } = matrix
  const { weights, groups } = options
  check(rows, options)
  const count = groups?.count ?? 1
  const runner = runners.forProducts(2 * rows * dim * dim)
  const sums = new Float64Array(runner.share(count * dim * dim * 8))
  const turns = new Int32Array(runner.share(count * 4))
  await forEachBlock(uncheckedOf(matrix), runner, options, async ({ input, rows, start, index }) => {
    const ids = groups && Uint32Array.from({ length: rows }, (_, i) => groups.ids[start + i])
    const own = weights?.slice(start, start + rows)
    await runner.run(gramJob, { rows, dim, input, weights: own, ids, sums, turns, turn: index })
  })
  let trace = 0
  for (let i = 0; i < count * dim; i++) trace += sums[i * dim + (i % dim)]
  if (!Number.isFinite(trace)) await rejectNotFinite(matrix, options.signal)
  return Array.from({ length: count }, (_, g) => symmetric(sums.subarray(g * dim * dim, (g + 1) * dim * dim), dim))
}
