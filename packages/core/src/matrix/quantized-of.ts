import { codeBytes, type Dense, type Matrix, quantized, type Table } from '@slimbed/runtime'
import type { ScaleModule } from '../tensor/jobs/quantize-projected.js'
import type { VisitCodes } from '../tensor/ops/quantize.js'
import { projectedFrom } from '../tensor/ops/quantize-projected.js'
import type { Quantizing, RowGrids } from '../tensor/ops/quantizing.js'
import type { Pass } from '../tensor/types.js'
import { collectGrids, type GridTypes, gridBytes, typesFor } from './grid-collector.js'
import type { LazyTable, Quantizer, Streamed, StreamOptions } from './lazy.js'
import { lazyTensor, refusal } from './lazy-tensor.js'
import { storedCodes } from './stored-codes.js'

/** How a matrix is quantized; progress and signal are for passes that are given none of their own. */
export interface QuantizedOptions extends Pass {
  /** Bits of a code, 1 to 16. */
  readonly bits: number
  /** Consecutive columns that share a grid, 1 to `dim`. */
  readonly groupSize: number
  /**
   * The grids of all rows, or a function that returns the grids of `count` rows from `start` on, given their values, row-major. It
   * may be called for the same rows more than once, and throws `bad-input` for values without a grid.
   */
  readonly grids: RowGrids | ((block: Float32Array, start: number, count: number) => RowGrids)
  /** The zero that all grids share, if the grids have none of their own. */
  readonly zero?: number | undefined
  /** The scale of a group of values from `min` to `max`, where grids follow from these alone and share their zero: as in `Quantizing.fromEnds`. */
  readonly scaleOf?: ((min: number, max: number) => number) | undefined
  /** Where threads find `scaleOf`: a module of plain JavaScript, as those of `RowJob`. */
  readonly scales?: ScaleModule | undefined
  /** Whether scales and zeros are stored as float16 if that rounds none of them. */
  readonly half: boolean
}

/** What a pass does with the codes as it computes them, besides holding them in memory. */
interface Uses extends Partial<Pick<StreamOptions, 'tally' | 'keepOf'>> {
  /** By what the table is multiplied before it is compared. */
  readonly through?: Dense | undefined
}

/**
 * A lazy quantized table over a matrix of any size. `compress` computes the codes while it compares them with the matrix, and
 * writes them to a file as they come; `materialize` computes them and holds them in memory.
 *
 * Its `readRow` and its tensors' `data` throw `unsupported`.
 */
export function quantizedOf(matrix: Matrix, options: QuantizedOptions): Table {
  const type = options.half ? 'F16' : 'F32'
  return withTypes(matrix, options, { scale: type, zero: type })
}

/** The lazy table, if its grids have these types. */
function withTypes(matrix: Matrix, options: QuantizedOptions, types: GridTypes): LazyTable {
  const { rows, dim } = matrix
  const { bits, groupSize, grids, zero } = options
  const size = { kind: 'quantized', rows, dim }
  const refuse = refusal(size)
  const shape = [typeof grids === 'function' ? rows : 1, Math.ceil(dim / groupSize)]
  const compute = (quantizer: Quantizer, pass: Pass, uses: Uses = {}) =>
    quantizeAll(matrix, options, quantizer, pass, uses)
  const table: LazyTable = {
    ...size,
    config: { dim, bits, groupSize, ...(zero !== undefined && { zero }) },
    tensors: {
      codes: lazyTensor('U8', [rows, codeBytes(dim, bits)], refuse),
      scale: lazyTensor(types.scale, shape, refuse),
      ...(zero === undefined && { zero: lazyTensor(types.zero, shape, refuse) })
    },
    children: {},
    lazy: {
      compute: async (quantizer, pass = {}) => (await compute(quantizer, pass)).table,
      async store(quantizer, keep, read, pass = {}) {
        const made = await quantizeOnce(matrix, options, types, quantizer, pass, { keepOf: () => keep })
        if (!made.table) return { retyped: withTypes(matrix, options, made.types) }
        return { table: storedCodes(made.table, typeof grids === 'function', read) }
      },
      streamOver: (original) =>
        original === matrix
          ? ({ tensor, tally, keepOf, ...pass }) => compute(tensor, pass, { tally, keepOf })
          : undefined,
      streamThrough: (original, backend) =>
        projectedFrom(matrix, { bits, groupSize, fromEnds: fromEndsOf(options) }, backend) === original
          ? (through) =>
              ({ tensor, tally, keepOf, ...pass }) =>
                compute(tensor, pass, { tally, keepOf, through })
          : undefined
    },
    readRow: refuse,
    with: () => table
  }
  return table
}

const fromEndsOf = ({ scaleOf, scales, zero }: QuantizedOptions): Quantizing['fromEnds'] =>
  scaleOf && zero !== undefined ? { zero, scaleOf, scales } : undefined

/**
 * The table with its codes in memory, or passed to the function that `keepOf` returns. Grids are assumed to fit in float16. If one
 * does not, the codes have another place in the file, and the pass starts again.
 */
async function quantizeAll(
  matrix: Matrix,
  options: QuantizedOptions,
  quantizer: Quantizer,
  pass: Pass,
  uses: Uses
): Promise<Streamed> {
  const first = options.half ? 'F16' : 'F32'
  let types: GridTypes = { scale: first, zero: first }
  for (;;) {
    const made = await quantizeOnce(matrix, options, types, quantizer, pass, uses)
    if (made.table) return { table: made.table, totals: made.totals }
    types = made.types
  }
}

/** One pass. The result has no table if the pass ended early because the grids need other types. */
async function quantizeOnce(
  matrix: Matrix,
  options: QuantizedOptions,
  taken: GridTypes,
  quantizer: Quantizer,
  pass: Pass,
  { tally, keepOf, through }: Uses
): Promise<{ readonly types: GridTypes; readonly table?: Table; readonly totals: Float64Array }> {
  const { rows, dim } = matrix
  const { bits, groupSize, half, grids: source, zero: sharedZero, progress, signal } = options
  const rowBytes = codeBytes(dim, bits)
  const table = withTypes(matrix, options, taken)
  const keep = keepOf?.(table)
  const byRow = typeof source === 'function'
  // Grids of rows that go to a file are not held: of many short rows they take as much as the codes.
  const collected =
    keep && byRow ? undefined : { rows, groups: Math.ceil(dim / groupSize), grids: source, zero: sharedZero }
  const grids = collected && collectGrids(collected)
  const held = keep ? undefined : new Uint8Array(rows * rowBytes)
  let types = taken
  const visit: VisitCodes = async (start, codes, own) => {
    if (keep) types = typesFor(taken, own)
    if (types !== taken) return
    held?.set(codes, start * rowBytes)
    grids?.add(start, own)
    await keep?.('codes', codes)
    if (!keep || !byRow) return
    await keep('scale', gridBytes(own.scale, types.scale))
    if (typeof own.zero !== 'number') await keep('zero', gridBytes(own.zero, types.zero))
  }
  const gridsOf = (block: Float32Array, start: number, count: number): RowGrids => {
    if (!byRow) return { scale: source.scale, zero: sharedZero ?? source.zero }
    const own = source(block, start, count)
    // What is returned may be used again for other rows.
    const zero = sharedZero ?? (typeof own.zero === 'number' ? own.zero : own.zero.slice())
    return { scale: own.scale.slice(), zero }
  }
  const fromEnds = fromEndsOf(options)
  const quantizing = { bits, groupSize, compare: tally, gridsOf, fromEnds, through, ended: () => types !== taken }
  const totals = await quantizer.quantize(matrix, quantizing, visit, {
    progress: pass.progress ?? progress,
    signal: pass.signal ?? signal,
    lasting: keep !== undefined
  })
  if (types !== taken) return { types, totals }
  if (!grids) return { types, totals, table: doneOf(table, {}) }
  const { scale, zero } = grids.tensors(half)
  if (held) return { types, totals, table: quantized({ dim, bits, groupSize, codes: held, scale, zero }) }
  return { types, totals, table: doneOf(table, { scale, ...(typeof zero !== 'number' && { zero }) }) }
}

/** A table whose other tensors have gone to a file. */
function doneOf(table: LazyTable, tensors: Table['tensors']): LazyTable {
  const done: LazyTable = { ...table, tensors: { ...table.tensors, ...tensors }, with: () => done }
  return done
}
