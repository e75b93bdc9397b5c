import { type Dense, type Matrix, SlimbedError } from '@slimbed/runtime'
import { nearestJob } from '../jobs/nearest.js'
import { checkSize } from '../small/dense.js'
import { transpose } from '../small/transpose.js'
import { rowsPerSegment } from '../spread/segments.js'
import { addAll, type Emit } from '../spread/spread.js'
import { forEachBlock } from '../threads/for-each-block.js'
import type { Runners } from '../threads/runner.js'
import { sharedCopy } from '../threads/runner-memory.js'
import { createSequencer } from '../threads/sequencer.js'
import type { Pass } from '../types.js'

/**
 * Called with the nearest rows of the codebooks for each row from `start` on, and with the squared distances to them, not below 0: both
 * `count × codebooks`, row-major.
 */
export type VisitNearest = (start: number, ids: Uint32Array, distances: Float64Array) => void

/** What a job finds. */
interface Nearest {
  readonly ids: Uint32Array
  readonly distances: Float64Array
}

/** Operations a second of the compiled loop, about. */
const loopSpeed = 3e10

/** The most columns of a codebook that the compiled loop takes: for more, products and their largest are as fast. */
const narrowFor = (speed: number): number => (speed > loopSpeed ? 32 : 256)

/** Each codebook as columns, and below them `−‖c‖² / 2`, one codebook after another. */
function columnsOf(codebooks: readonly Dense[]): Float32Array {
  const out = new Float32Array(codebooks.reduce((sum, { rows, dim }) => sum + rows * (dim + 1), 0))
  let at = 0
  for (const book of codebooks) {
    checkSize('codebook', book)
    out.set(transpose(book.data, book.rows, book.dim), at)
    at += book.data.length
    for (let k = 0; k < book.rows; k++) {
      let norm = 0
      for (let j = k * book.dim; j < (k + 1) * book.dim; j++) norm += book.data[j] * book.data[j]
      out[at++] = -norm / 2
    }
  }
  return out
}

/** `TensorAdapter.nearest`. Rejects as the matrix does, and with `bad-input` where the codebooks do not stand for the columns. */
export async function nearest(
  runners: Runners,
  matrix: Matrix,
  codebooks: readonly Dense[],
  visit: VisitNearest,
  pass: Pass = {}
): Promise<void> {
  const { rows, dim } = matrix
  const [widths, counts] = [codebooks.map((book) => book.dim), codebooks.map((book) => book.rows)]
  const wide = widths.reduce((sum, width) => sum + width, 0)
  if (wide !== dim || counts.includes(0)) {
    const problem = counts.includes(0) ? 'one without rows' : `codebooks of ${wide} columns in all`
    throw new SlimbedError('bad-input', `nearest: expected codebooks for ${dim} columns, got ${problem}`)
  }
  const factors = columnsOf(codebooks)
  const narrow = narrowFor(runners.speed)
  const part = async (from: number, some: number, emit: Emit<Nearest>, own: Pass) => {
    const runner = runners.forProducts(2 * some * factors.length)
    const shared = sharedCopy(runner, factors)
    const inOrder = createSequencer()
    await forEachBlock(matrix, runner, { ...own, from, count: some }, async ({ input, rows, start, index }) => {
      const found = runner.run(nearestJob, { rows, dim, input, widths, counts, narrow, factors: shared })
      await inOrder(index, found, (made) => emit(start, made))
    })
    return new Float64Array()
  }
  const shape = { name: 'nearest', rows, step: rowsPerSegment(dim), given: [factors] }
  const visitAll = (start: number, { ids, distances }: Nearest) => visit(start, ids, distances)
  await runners.spread.over({ ...shape, part, visit: visitAll, merge: addAll, ...pass })
}
