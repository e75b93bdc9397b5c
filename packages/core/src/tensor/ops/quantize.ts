import { codeBytes, type Matrix, quantized as quantizedTable } from '@slimbed/runtime'
import { type QuantizeJob, quantizeJob } from '../jobs/quantize.js'
import { compareRows } from '../kernels/compare.js'
import { encodeRows } from '../kernels/encode.js'
import { isShared } from '../kernels/grids.js'
import { compiledKernels } from '../kernels/instance.js'
import { keepTally, rowsPerSegment } from '../spread/segments.js'
import { addAll, alone, type Emit } from '../spread/spread.js'
import { forEachBlock } from '../threads/for-each-block.js'
import { createLocalRunner } from '../threads/local-runner.js'
import { rejectNotFinite, rejectSumsNotFinite, uncheckedOf } from '../threads/not-finite.js'
import { rowsPerJob, rowsPerLargeJob } from '../threads/rows-per-job.js'
import type { Runners } from '../threads/runner.js'
import { lendSums } from '../threads/runner-memory.js'
import { createSequencer } from '../threads/sequencer.js'
import type { Pass } from '../types.js'
import { eightBitPart } from './quantize-eight-bits.js'
import { projectedPart } from './quantize-projected.js'
import type { Coded, Quantizing, RowGrids } from './quantizing.js'

/** Called with the packed codes of some rows, and their grids: arrays that are reused once the call resolves. */
export type VisitCodes = (start: number, codes: Uint8Array, grids: RowGrids) => void | Promise<void>

/** The job for machines without the compiled loops, and for more bits than they support. */
function quantizePlain({ rows, dim, bits, groupSize, input, scale, zero, codes, sums }: QuantizeJob): void {
  encodeRows(input, { dim, bits, groupSize, scale, zero }, codes)
  if (!sums) return
  const groups = Math.ceil(dim / groupSize)
  const tensor = (data: Float32Array) => ({ dtype: 'F32', shape: [data.length / groups, groups], data }) as const
  const zeros = typeof zero === 'number' ? zero : tensor(zero)
  const table = quantizedTable({ dim, bits, groupSize, codes, scale: tensor(scale), zero: zeros })
  const values = new Float32Array(rows * dim)
  for (let row = 0; row < rows; row++) table.readRow(row, values.subarray(row * dim, (row + 1) * dim))
  compareRows(input, values, dim, sums)
}

/** Rows of a table from which on its jobs are large. */
const manyRows = 2 ** 20

/** `TensorAdapter.quantize`: the totals of `compare`. Rejects as the matrix, `quantizing.gridsOf` and `visit` do. */
export async function quantize(
  { forLoops, spread }: Pick<Runners, 'forLoops' | 'spread'>,
  matrix: Matrix,
  quantizing: Quantizing,
  visit: VisitCodes,
  pass: Pass = {}
): Promise<Float64Array> {
  const { rows, dim } = matrix
  const { bits, groupSize, gridsOf, compare, through, ended = () => false } = quantizing
  const compiled = bits <= 8 && compiledKernels() !== undefined
  const step = rowsPerSegment(dim)
  const jobRows = rows < manyRows ? rowsPerJob(dim) : rowsPerLargeJob(dim)
  // Without sums of errors, a value that is not finite would not be noticed.
  const source = compare ? uncheckedOf(matrix) : matrix
  const gridsFor = async (block: Float32Array, start: number, count: number) => {
    try {
      const grids = gridsOf(block, start, count)
      isShared({ dim, bits, groupSize, ...grids }, count)
      return grids
    } catch (error) {
      // If a value is not finite, the matrix's own error is thrown.
      await rejectNotFinite(matrix, pass.signal)
      throw error
    }
  }
  const part = async (from: number, count: number, emit: Emit<Coded>, own: Pass) => {
    const runner = forLoops(compiled ? count * dim : 0)
    const inOrder = createSequencer()
    const tally = compare && keepTally(compare, step)
    await forEachBlock(
      source,
      runner,
      { ...own, step: jobRows, ended, from, count },
      async ({ input, rows, start, index }) => {
        const quantized = async () => {
          const grids = await gridsFor(input, start, rows)
          const size = rows * codeBytes(dim, bits)
          const codes = new Uint8Array(runner.lend(Math.ceil(size / 4)).buffer, 0, size)
          const sums = compare ? lendSums(runner, rows) : undefined
          const job: QuantizeJob = { rows, dim, bits, groupSize, input, ...grids, codes, sums }
          if (compiled) return { grids, ...(await runner.run(quantizeJob, job)) }
          quantizePlain(job)
          runner.release(input)
          return { grids, codes, sums }
        }
        await inOrder(index, quantized(), async ({ grids, codes, sums }) => {
          if (!ended()) {
            if (sums) await rejectSumsNotFinite(sums, matrix, own.signal)
            if (sums) tally?.add(start, sums)
            await emit(start, { codes, grids })
          }
          runner.release(codes)
          if (sums) runner.release(sums)
        })
      }
    )
    return tally?.totals() ?? new Float64Array()
  }
  const visitAll = (start: number, { codes, grids }: Coded) => visit(start, codes, grids)
  if (through) {
    const projected = projectedPart({ forLoops }, matrix, through, quantizing)
    const step = rowsPerSegment(through.dim)
    const shape = { name: 'quantizeProjected', rows, step, given: [Float64Array.of(bits), through.data], brief: true }
    return spread.over({ ...shape, part: projected, visit: visitAll, merge: compare?.merge ?? addAll, ended, ...pass })
  }
  const shape = { name: 'quantize', rows, step, given: [Float64Array.of(bits, groupSize)], brief: true }
  const own = eightBitPart({ forLoops }, matrix, quantizing) ?? part
  return spread.over({ ...shape, part: own, visit: visitAll, merge: compare?.merge ?? addAll, ended, ...pass })
}

/** The same on the calling thread, for callers without an adapter. */
export const quantizeHere = {
  quantize: (matrix: Matrix, quantizing: Quantizing, visit: VisitCodes, pass?: Pass): Promise<Float64Array> =>
    quantize({ forLoops: () => createLocalRunner(), spread: alone }, matrix, quantizing, visit, pass)
}
