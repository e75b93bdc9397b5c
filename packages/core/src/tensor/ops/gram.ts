import { type Matrix, SlimbedError } from '@slimbed/runtime'
import { type EightBitRows, eightBitsOf } from '../../matrix/eight-bits.js'
import { checkMemory } from '../../matrix/memory.js'
import { checkWeights } from '../../measure/weights.js'
import { gramJob } from '../jobs/gram.js'
import { gramEightBitsJob } from '../jobs/gram-eight-bits.js'
import { closeSegment } from '../jobs/ordered-sums.js'
import { columnsAtOnce } from '../kernels/eight-bit-rows.js'
import { compiledKernels } from '../kernels/instance.js'
import { traceOf } from '../small/dense.js'
import { rowsPerSegment } from '../spread/segments.js'
import { addAll } from '../spread/spread.js'
import { forEachBlock, forEachRead } from '../threads/for-each-block.js'
import { rejectNotFinite, uncheckedOf } from '../threads/not-finite.js'
import { largeJob, rowsPerJob } from '../threads/rows-per-job.js'
import type { Runners } from '../threads/runner.js'
import { storedRows } from '../threads/stored-rows.js'
import type { GramOptions, Pass } from '../types.js'
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

/** Columns of which a Gram matrix stays near the processor. */
const mostColumns = 1024

/** The rows of a matrix whose Gram matrix needs no float32: floats of 8 bits that count alike. */
function eightBitsFor(matrix: Matrix, { weights, groups }: GramOptions): EightBitRows | undefined {
  const { rows, dim } = matrix
  if (weights || groups || rows === 0 || dim % columnsAtOnce !== 0 || dim > mostColumns) return undefined
  return compiledKernels() && eightBitsOf(uncheckedOf(matrix))
}

/** `gram`, of values whose products float32 holds. */
async function gramsOf(runners: Runners, matrix: Matrix, count: number, options: GramOptions): Promise<Float64Array[]> {
  const { rows, dim } = matrix
  const { weights, groups, ...pass } = options
  const size = dim * dim
  const step = rowsPerSegment(dim)
  const eightBits = eightBitsFor(matrix, options)
  const ids = groups && Uint32Array.from({ length: rows }, (_, row) => groups.ids[row])
  const part = async (from: number, some: number, _: unknown, own: Pass): Promise<Float64Array> => {
    const runner = runners.forProducts(2 * some * size)
    const sums = new Float64Array(runner.share(2 * count * size * 8))
    const shared = { sums, turns: new Int32Array(runner.share(count * 4)) }
    const pass = { ...own, from, count: some }
    const jobs = step / rowsPerJob(dim)
    if (eightBits) {
      const { type } = eightBits
      // A job that does a whole segment adds its sums up itself.
      const whole = step * dim <= largeJob
      const [jobRows, ofSegment] = whole ? [step, 1] : [rowsPerJob(dim), jobs]
      const stored = storedRows(runner, eightBits, dim)
      await forEachRead(runner, { ...pass, step: jobRows, read: stored.read }, async (block) => {
        const job = { rows: block.rows, dim, type, step: rowsPerJob(dim), ...shared, jobs: ofSegment }
        await stored.run(block, (input) => runner.run(gramEightBitsJob, { ...job, input, turn: block.index }))
      })
    } else {
      await forEachBlock(uncheckedOf(matrix), runner, pass, async (block) => {
        const { input, rows, start, index } = block
        const own = { weights: weights?.slice(start, start + rows), ids: ids?.slice(start, start + rows) }
        await runner.run(gramJob, { rows, dim, input, ...own, ...shared, jobs, turn: index })
      })
    }
    closeSegment(sums, 0, count * size)
    return sums.subarray(0, count * size)
  }
  const given = [weights, ids].filter((array) => array !== undefined)
  const sums = await runners.spread.over({ name: 'gram', rows, step, given, part, merge: addAll, ...pass })
  return Array.from({ length: count }, (_, g) => symmetric(sums.subarray(g * size, (g + 1) * size), dim))
}
