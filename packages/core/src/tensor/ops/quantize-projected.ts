import { codeBytes, type Dense, type Matrix } from '@slimbed/runtime'
import { eightBitsOf, type Piece } from '../../matrix/eight-bits.js'
import { quantizeProjectedJob, quantizeProjectedKind } from '../jobs/quantize-projected.js'
import { compiledKernels } from '../kernels/instance.js'
import { panelsOf } from '../kernels/projected.js'
import { keepTally, rowsPerSegment } from '../spread/segments.js'
import type { Emit, SpreadPass } from '../spread/spread.js'
import { forEachRead } from '../threads/for-each-block.js'
import { nodeBuiltin } from '../threads/node-builtins.js'
import { uncheckedOf } from '../threads/not-finite.js'
import { readRows } from '../threads/read-rows.js'
import { largeJob, rowsPerJob } from '../threads/rows-per-job.js'
import type { Runners } from '../threads/runner.js'
import { lendSharedSums, sharedCopy } from '../threads/runner-memory.js'
import { createSequencer } from '../threads/sequencer.js'
import { floatRows, type JobRows, storedRows } from '../threads/stored-rows.js'
import type { Pass } from '../types.js'
import { projectionOf } from './project.js'
import { keepBlock } from './quantize-eight-bits.js'
import type { Coded, Quantizing } from './quantizing.js'

/** Columns beyond which rows do not stay in the processor's second cache. */
const mostColumns = 4096

/**
 * The matrix of which `matrix` is a projection, if `quantize` can quantize that through a product: it computes the projection on the threads. Only
 * where the engine adds products in their order, as the compiled loops do.
 */
export function projectedFrom(
  matrix: Matrix,
  { bits, groupSize, fromEnds }: Pick<Quantizing, 'bits' | 'groupSize' | 'fromEnds'>,
  backend: string
): Matrix | undefined {
  const projection = projectionOf(matrix)
  if (backend !== 'wasm' || !projection || !fromEnds?.scales) return undefined
  // Of several machines none has all rows of what one would hold: they do as that one does, since files begun before they are measured have longer headers.
  if (projection.held() || projection.holdRows) return undefined
  if (bits > 8 || groupSize !== matrix.dim || projection.source.dim > mostColumns) return undefined
  return compiledKernels() && projection.source
}

/** The part of a pass that projects rows, quantizes them, and compares the rows with products of what the codes mean and `right`. */
export function projectedPart(
  { forLoops }: Pick<Runners, 'forLoops'>,
  matrix: Matrix,
  right: Dense,
  quantizing: Quantizing
): SpreadPass<Coded>['part'] {
  const { bits, fromEnds, compare, ended = () => false, gridsOf } = quantizing
  const projection = projectionOf(matrix)
  if (!projection || !fromEnds?.scales || !compare) throw new Error('these rows cannot be quantized through a product')
  const { source, factor } = projection
  const { dim } = source
  const { scaleOf, scales, zero } = fromEnds
  const width = matrix.dim
  const stored = dim % 16 === 0 ? eightBitsOf(uncheckedOf(source)) : undefined
  const values = uncheckedOf(source)
  const segment = rowsPerSegment(dim)
  // A job that does a whole segment adds its sums up itself.
  const edges = segment * dim * (stored ? 1 : 4) <= largeJob ? compare.edges : undefined
  const step = edges ? segment : rowsPerJob(dim)
  const found = nodeBuiltin('node:fs')?.existsSync(new URL(scales.url)) === true
  const kind = found ? quantizeProjectedJob : quantizeProjectedKind(async () => scaleOf)
  return async (from: number, count: number, emit: Emit<Coded>, own: Pass) => {
    // Where threads could not import the rule, the caller does the work.
    const runner = forLoops(found ? 4 * count * dim : 0)
    const inOrder = createSequencer()
    const tally = keepTally(compare, segment)
    const basis = sharedCopy(runner, panelsOf(factor))
    const grids = { dim, width, bits, zero, basis, right: sharedCopy(runner, panelsOf(right)) }
    const given: JobRows<Float32Array | Uint8Array, Float32Array | readonly Piece[]> = stored
      ? storedRows(runner, stored, dim)
      : floatRows(runner, values)
    const { read } = given
    await forEachRead(runner, { ...own, step, ended, from, count, read }, async (block) => {
      const { rows, start, index } = block
      const codes = runner.lendBytes(rows * codeBytes(width, bits))
      const scale = new Float32Array(runner.lendBytes(4 * rows).buffer, 0, rows)
      const sums = edges ? undefined : lendSharedSums(runner, rows)
      const job = { start, rows, type: stored?.type, grids, scales, codes, scale, sums, edges }
      const done = given.run(block, (input) => runner.run(kind, { ...job, input }))
      await inOrder(index, done, async ({ totals }) => {
        if (!ended()) {
          const finite = await keepBlock(tally, start, { sums, totals }, source, own)
          // It says what is wrong with products that are not finite.
          if (!finite) gridsOf(await readRows(matrix, start, rows), start, rows)
          await emit(start, { codes, grids: { scale, zero } })
        }
        for (const lent of [codes, scale, sums]) if (lent) runner.release(lent)
      })
    })
    return tally.totals()
  }
}
