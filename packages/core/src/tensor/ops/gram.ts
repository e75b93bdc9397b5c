import { type Matrix, SlimbedError } from '@slimbed/runtime'
import { checkMemory } from '../../matrix/memory.js'
import { checkWeights } from '../../measure/weights.js'
import { gramJob } from '../jobs/gram.js'
import { traceOf } from '../small/dense.js'
import { forEachBlock } from '../threads/for-each-block.js'
import { rejectNotFinite, uncheckedOf } from '../threads/not-finite.js'
import type { Runners } from '../threads/runner.js'
import type { GramOptions } from '../types.js'
import { inUnits, isPlain, unitsOf, usedGroups } from './gram-units.js'

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
  const { signal, groups } = options
  check(rows, options)
  const count = groups?.count ?? 1
  checkMemory(
    `${count === 1 ? 'a Gram matrix' : `${count} Gram matrices`} of ${dim} × ${dim}`,
    8 * count * dim * dim,
    'fixedpoint needs none'
  )
  const sums = await gramsOf(runners, matrix, count, options)
  if (!sums.every((sum) => Number.isFinite(traceOf(sum, dim)))) await rejectNotFinite(matrix, signal)
  const used = usedGroups(rows, count, options)
  if (sums.every((sum, group) => !used[group] || isPlain(sum, dim))) return sums
  const units = await unitsOf(matrix, count, options)
  const scaled = inUnits(matrix, units, options)
  const made = await gramsOf(runners, scaled.matrix, count, {
    ...options,
    weights: scaled.weights,
    progress: undefined
  })
  return made.map((sum, group) => sum.map((value) => value * units.weights[group] * units.values[group] ** 2))
}

/** `gram`, of values whose products float32 holds. */
async function gramsOf(runners: Runners, matrix: Matrix, count: number, options: GramOptions): Promise<Float64Array[]> {
  const { rows, dim } = matrix
  const { weights, groups } = options
  const runner = runners.forProducts(2 * rows * dim * dim)
  const sums = new Float64Array(runner.share(count * dim * dim * 8))
  const turns = new Int32Array(runner.share(count * 4))
  await forEachBlock(uncheckedOf(matrix), runner, options, async ({ input, rows, start, index }) => {
    const ids = groups && Uint32Array.from({ length: rows }, (_, i) => groups.ids[start + i])
    const own = weights?.slice(start, start + rows)
    await runner.run(gramJob, { rows, dim, input, weights: own, ids, sums, turns, turn: index })
  })
  return Array.from({ length: count }, (_, g) => symmetric(sums.subarray(g * dim * dim, (g + 1) * dim * dim), dim))
}
