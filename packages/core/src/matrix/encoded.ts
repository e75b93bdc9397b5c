import { codeBytes, fromFloat16, quantized, SlimbedError, type Table, type Tensor } from '@slimbed/runtime'
import { toFloat16 } from '../bits/half-floats.js'
import { rewrite } from '../pipeline/rewrite.js'
import type { Pass, RowGrids, TensorAdapter, VisitCodes, VisitSums } from '../tensor/adapter.js'
import type { Matrix } from './matrix.js'

/** How a matrix is quantized; progress and signal are for passes that are given none of their own. */
export interface QuantizedOptions extends Pass {
  /** Bits of a code, 1 to 16. */
  readonly bits: number
  /** Consecutive columns that share a grid, 1 to `dim`. */
  readonly groupSize: number
  /**
   * Grids of all rows, or what tells those of `count` rows from `start` on, given row-major: it may be asked for the same rows more
   * than once, and throws `bad-input` for values that have none.
   */
  readonly grids: RowGrids | ((block: Float32Array, start: number, count: number) => RowGrids)
  /** The zero of every grid, where there are none among the grids. */
  readonly zero?: number | undefined
  /** Whether scales and zeros are stored as float16 where each of them is one. */
  readonly half: boolean
}

/** The types in which scales and zeros are stored. */
interface GridTypes {
  readonly scale: 'F16' | 'F32'
  readonly zero: 'F16' | 'F32'
}

/** A quantized table whose codes exist only as a matrix and what makes codes of its rows. */
export interface Encoded extends Table {
  readonly matrix: Matrix
  readonly options: QuantizedOptions
  /** What is taken for the types of the grids until all of them are known. */
  readonly types: GridTypes
}

/** The matrix and options of a table that `quantizedOf` made, else undefined. */
export const encodedOf = (table: Table): Encoded | undefined =>
  table.kind === 'quantized' && 'matrix' in table ? (table as Encoded) : undefined

type GridTensor = Tensor<'F32' | 'F16'>

/** Whether float16 holds every value exactly. */
function isHalf(values: Float32Array): boolean {
  const bits = new Uint32Array(values.buffer, values.byteOffset, values.length)
  for (let i = 0; i < bits.length; i++) {
    const magnitude = bits[i] & 0x7fffffff
    // Normal numbers of float16, which most are, have 13 bits less of a mantissa.
    if (magnitude >= 0x38800000 && magnitude < 0x47800000 && (magnitude & 0x1fff) === 0) continue
    if (fromFloat16(toFloat16(values.subarray(i, i + 1))[0]) !== values[i]) return false
  }
  return true
}

function tensorOf(values: Float32Array, shape: readonly number[], half: boolean): GridTensor {
  if (half && isHalf(values)) return { dtype: 'F16', shape, data: toFloat16(values) }
  return { dtype: 'F32', shape, data: values }
}

/**
 * A quantized table over a matrix of any size, none of whose codes are held: `compress` computes them while it compares them with
 * the matrix, and hands them to a file as they come; `materialize` holds them.
 *
 * Its `readRow` and its tensors' `data` throw `unsupported`.
 */
export function quantizedOf(matrix: Matrix, options: QuantizedOptions): Table {
  const type = options.half ? 'F16' : 'F32'
  return typed(matrix, options, { scale: type, zero: type })
}

function typed(matrix: Matrix, options: QuantizedOptions, types: GridTypes): Encoded {
  const { rows, dim } = matrix
  const { bits, groupSize, grids, zero } = options
  const refuse = (): never => {
    const message = `this ${rows} × ${dim} quantized table is computed in blocks: materialize it to read single rows`
    throw new SlimbedError('unsupported', message)
  }
  const deferred = <Type extends 'U8' | 'F16' | 'F32'>(dtype: Type, shape: readonly number[]): Tensor<Type> => ({
    dtype,
    shape,
    get data() {
      return refuse()
    }
  })
  const shape = [typeof grids === 'function' ? rows : 1, Math.ceil(dim / groupSize)]
  const table: Encoded = {
    kind: 'quantized',
    rows,
    dim,
    config: { dim, bits, groupSize, ...(zero !== undefined && { zero }) },
    tensors: {
      codes: deferred('U8', [rows, codeBytes(dim, bits)]),
      scale: deferred(types.scale, shape),
      ...(zero === undefined && { zero: deferred(types.zero, shape) })
    },
    children: {},
    matrix,
    options,
    types,
    readRow: refuse,
    with: () => table
  }
  return table
}

/** Collects the grids of all rows. */
function createGrids({ rows, dim, options }: Encoded) {
  const { groupSize, grids: given, zero } = options
  const groups = Math.ceil(dim / groupSize)
  const shared = typeof given === 'function' ? undefined : given
  const size = shared ? groups : rows * groups
  const scale = shared?.scale ?? new Float32Array(size)
  const zeros = zero === undefined ? ((shared?.zero as Float32Array) ?? new Float32Array(size)) : undefined
  return {
    /** Those of rows `start …`, which are remembered. */
    of: (block: Float32Array, start: number, count: number): RowGrids => {
      if (typeof given !== 'function') return { scale: given.scale, zero: zero ?? given.zero }
      const own = given(block, start, count)
      scale.set(own.scale, start * groups)
      if (zeros && typeof own.zero !== 'number') zeros.set(own.zero, start * groups)
      return { scale: own.scale, zero: zero ?? own.zero }
    },
    /** The types with those that hold what is remembered of rows `start …`; the same ones if they do. */
    typesFor: (types: GridTypes, start: number, count: number): GridTypes => {
      const [begin, end] = shared ? [0, groups] : [start * groups, (start + count) * groups]
      const fits = (type: 'F16' | 'F32', values: Float32Array) => type === 'F32' || isHalf(values.subarray(begin, end))
      const [scaleFits, zeroFits] = [fits(types.scale, scale), !zeros || fits(types.zero, zeros)]
      if (scaleFits && zeroFits) return types
      return { scale: scaleFits ? types.scale : 'F32', zero: zeroFits ? types.zero : 'F32' }
    },
    /** The tensors of all. */
    tensors: (half: boolean): { scale: GridTensor; zero: GridTensor | number } => {
      const shape = [size / groups, groups]
      return { scale: tensorOf(scale, shape, half), zero: zero ?? tensorOf(zeros!, shape, half) }
    }
  }
}

/** What is done with codes as they are computed. */
export interface EncodedPass extends Pass {
  /** Gives what is given the sums of each row from the first on, where rows are to be compared with what they become. */
  readonly visitOf?: () => VisitSums
  /** Gives what is given the codes of a table in order, from the first on, instead of their being held in memory. */
  readonly keepOf?: ((table: Table) => (codes: Uint8Array) => Promise<void>) | undefined
}

/** Ends a pass whose codes go to a place that depends on the types of the grids: they are others. */
class Retyped extends Error {
  constructor(readonly types: GridTypes) {
    super('the grids have other types')
  }
}

/**
 * The same table with its codes in memory, or gone to what `keepOf` gives for it: it is asked again, for the table with other types,
 * when the grids turn out to be others than were taken for granted.
 */
export async function encodeTable(
  given: Encoded,
  tensor: Pick<TensorAdapter, 'quantize'>,
  { visitOf, keepOf, ...pass }: EncodedPass = {}
): Promise<Table> {
  const { rows, dim, matrix, options } = given
  const { bits, groupSize, half, progress, signal } = options
  const rowBytes = codeBytes(dim, bits)
  for (let table = given; ; ) {
    const [grids, keep, visit] = [createGrids(table), keepOf?.(table), visitOf?.()]
    const held = keep ? undefined : new Uint8Array(rows * rowBytes)
    const work: VisitCodes = async (start, codes, _, sums) => {
      const types = keep ? grids.typesFor(table.types, start, codes.length / rowBytes) : table.types
      if (types !== table.types) throw new Retyped(types)
      if (sums) visit?.(start, sums)
      held?.set(codes, start * rowBytes)
      await keep?.(codes)
    }
    const encoding = { bits, groupSize, compare: visit !== undefined, gridsOf: grids.of }
    try {
      const watch = { progress: pass.progress ?? progress, signal: pass.signal ?? signal }
      await tensor.quantize(matrix, encoding, work, watch)
    } catch (error) {
      if (!(error instanceof Retyped)) throw error
      table = typed(matrix, options, error.types)
      continue
    }
    if (held) return quantized({ dim, bits, groupSize, codes: held, ...grids.tensors(half) })
    const { scale, zero } = grids.tensors(half)
    const tensors = { ...table.tensors, scale, ...(typeof zero !== 'number' && { zero }) }
    const kept: Table = { ...table, tensors, with: () => kept }
    return kept
  }
}

/** The same expression with the codes of every table that `quantizedOf` made in memory. */
export const holdCodes = (table: Table, tensor: Pick<TensorAdapter, 'quantize'>, pass: Pass = {}): Promise<Table> =>
  rewrite(table, (node) => {
    const encoded = encodedOf(node)
    return encoded && encodeTable(encoded, tensor, pass)
  })
