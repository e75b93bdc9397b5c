import type { Dense, Matrix } from '@slimbed/runtime'
import { residualJob } from '../jobs/residual.js'
import { columnsOf } from '../small/dense.js'
import { rowsPerSegment } from '../spread/segments.js'
import { addAll, type Emit } from '../spread/spread.js'
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
  const { rows } = matrix
  const ends = bases.map((_, i) => bases.slice(0, i + 1).reduce((sum, { rows }) => sum + rows, 0))
  const count = bases.length
  // Shared: jobs write to it directly.
  const errors = new Float64Array(runners.forProducts(2 * rows * dim * width).share(8 * rows * count))
  const nearest = new Uint32Array(rows)
  const part = async (from: number, some: number, emit: Emit<Float64Array>, own: Pass) => {
    const runner = runners.forProducts(2 * some * dim * width)
    const factor = sharedCopy(runner, columns.data)
    const room = runners.spread.alone ? errors : new Float64Array(runner.share(8 * some * count))
    const made = room.subarray(0, some * count)
    await forEachBlock(matrix, runner, { ...own, from, count: some }, async ({ input, rows, start }) => {
      const output = made.subarray((start - from) * count, (start - from + rows) * count)
      await runner.run(residualJob, { rows, dim, width, input, factor, ends, output })
    })
    await emit(from, made)
    return new Float64Array()
  }
  const visit = (start: number, made: Float64Array) => {
    if (made.buffer !== errors.buffer) errors.set(made, start * count)
  }
  const shape = { name: 'residual', rows, step: rowsPerSegment(dim), given: [columns.data] }
  await runners.spread.over({ ...shape, part, visit, merge: addAll, ...pass })
  for (let i = 0; i < matrix.rows; i++) {
    let best = 0
    for (let base = 1; base < count; base++) if (errors[i * count + base] < errors[i * count + best]) best = base
    nearest[i] = best
  }
  return { errors, nearest }
}
