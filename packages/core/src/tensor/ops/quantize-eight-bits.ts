import { codeBytes, type Matrix } from '@slimbed/runtime'
import { eightBitsOf } from '../../matrix/eight-bits.js'
import { quantizeEightBitsJob } from '../jobs/quantize-eight-bits.js'
import { eightBitGrids } from '../kernels/eight-bit-grids.js'
import { columnsAtOnce } from '../kernels/eight-bit-rows.js'
import { compiledKernels } from '../kernels/instance.js'
import { keepTally, rowsPerSegment } from '../spread/segments.js'
import type { Emit, SpreadPass } from '../spread/spread.js'
import { forEachRead } from '../threads/for-each-block.js'
import { areSumsFinite, rejectNotFinite, uncheckedOf } from '../threads/not-finite.js'
import { largeJob, rowsPerLargeJob, segmentsPerJob } from '../threads/rows-per-job.js'
import type { Runners } from '../threads/runner.js'
import { lendSharedSums, withSharedArrays } from '../threads/runner-memory.js'
import { createSequencer } from '../threads/sequencer.js'
import { storedRows } from '../threads/stored-rows.js'
import type { Pass } from '../types.js'
import type { Coded, Quantizing } from './quantizing.js'

/** Columns beyond which a row does not stay in the processor's nearest cache. */
const mostColumns = 4096

/** The rows of a matrix that threads quantize by themselves: floats of 8 bits, whose scales follow from the ends of the rows. */
function rowsFor(matrix: Matrix, { bits, groupSize, compare, fromEnds }: Quantizing) {
  const { rows, dim } = matrix
  const own = eightBitsOf(uncheckedOf(matrix))
  if (!own || !compare || !fromEnds || rows === 0 || bits > 8 || groupSize !== dim) return undefined
  if (dim % columnsAtOnce !== 0 || dim > mostColumns || !Number.isInteger(2 * fromEnds.zero)) return undefined
  return compiledKernels() && { rows: own, compare, fromEnds }
}

/** The part of a pass that quantizes rows that are stored as floats of 8 bits; undefined where that does not do. */
export function eightBitPart(
  { forLoops }: Pick<Runners, 'forLoops'>,
  matrix: Matrix,
  quantizing: Quantizing
): SpreadPass<Coded>['part'] | undefined {
  const found = rowsFor(matrix, quantizing)
  if (!found) return undefined
  const { rows, compare, fromEnds } = found
  const { dim } = matrix
  const { bits, ended = () => false } = quantizing
  const { type } = rows
  const { zero } = fromEnds
  const made = eightBitGrids(type, { dim, bits, zero }, fromEnds.scaleOf)
  const segment = rowsPerSegment(dim)
  // A job that does a whole segment adds its sums up itself.
  const edges = segment * dim <= largeJob ? compare.edges : undefined
  const step = edges ? segment * segmentsPerJob(segment * dim) : rowsPerLargeJob(dim)
  return async (from: number, count: number, emit: Emit<Coded>, own: Pass) => {
    const runner = forLoops(count * dim)
    const inOrder = createSequencer()
    const tally = keepTally(compare, segment)
    const stored = storedRows(runner, rows, dim)
    const grids = withSharedArrays(runner, made)
    const { read } = stored
    await forEachRead(runner, { ...own, step, ended, from, count, read }, async (block) => {
      const { start, index } = block
      const codes = runner.lendBytes(block.rows * codeBytes(dim, bits))
      const scale = new Float32Array(runner.lendBytes(4 * block.rows).buffer, 0, block.rows)
      const sums = edges ? undefined : lendSharedSums(runner, block.rows)
      const job = { start, rows: block.rows, segment, type, grids, codes, scale, sums, edges }
      const done = stored.run(block, (input) => runner.run(quantizeEightBitsJob, { ...job, input }))
      await inOrder(index, done, async ({ totals }) => {
        if (!ended()) {
          await keepBlock(tally, start, { sums, totals }, matrix, own)
          await emit(start, { codes, grids: { scale, zero } })
        }
        for (const lent of [codes, scale, sums]) if (lent) runner.release(lent)
      })
    })
    return tally.totals()
  }
}

/** Keeps the sums of a block. Rejects as the matrix does where they are not finite; false if it does not. */
export async function keepBlock(
  tally: ReturnType<typeof keepTally>,
  start: number,
  { sums, totals }: { readonly sums: Float64Array | undefined; readonly totals: readonly Float64Array[] },
  matrix: Matrix,
  { signal }: Pass
): Promise<boolean> {
  const finite = totals.every((all) => all.every(Number.isFinite)) && (!sums || areSumsFinite(sums))
  if (!finite) await rejectNotFinite(matrix, signal)
  for (const all of totals) tally.addTotals(all)
  if (sums) tally.add(start, sums)
  return finite
}
