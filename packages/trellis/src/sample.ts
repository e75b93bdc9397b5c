import { blocksOf, type Context, type Matrix, SlimbedError, throwIfAborted } from '@slimbed/core'
import { fromFloat16, toFloat16 } from '@slimbed/core/numbers'

/** What is learned from: the mean of all rows, and some rows less that mean. */
export interface Sample {
  readonly rows: number
  readonly dim: number
  /** `rows × dim`, row-major, in the order of the matrix. */
  readonly data: Float32Array
  /** Whether these are all rows. */
  readonly whole: boolean
  /** `dim` values, those of `halves`; zeros where the mean is too near 0 to pay. */
  readonly mean: Float32Array
  /** The mean as it is stored, in float16. */
  readonly halves: Uint16Array | undefined
  /** Σ ‖x‖² of all rows of the matrix, and of the rows less the mean. */
  readonly energy: number
  readonly centred: number
  /** No row of the matrix less the mean is longer. */
  readonly longest: number
}

/** Every so manieth row of a sample is kept from what is learned, to tell what becomes of rows that are not in it. */
const heldOutEach = 8

/** The numbers of all rows of a sample. */
export const everyRow = (rows: number): Uint32Array => Uint32Array.from({ length: rows }, (_, row) => row)

/** The numbers of the rows of a sample that are kept from what is learned, and of the others. */
export const heldOut = (rows: number): Uint32Array => everyRow(rows).filter((row) => row % heldOutEach === 0)
export const learned = (rows: number): Uint32Array => everyRow(rows).filter((row) => row % heldOutEach !== 0)

/** How many rows are learned from. */
export const learnedRows = ({ rows, whole }: Sample): number => (whole ? rows : learned(rows).length)

/** Values of a sample at most: 64 MiB. */
export const mostValues = 2 ** 24

/** The mean of rows in float16, where it makes up for its bytes: it shortens every value a little. Undefined where it does not. */
function meanOf(sums: Float64Array, rows: number, energy: number): Uint16Array | undefined {
  const square = sums.reduce((total, sum) => total + (sum / rows) ** 2, 0)
  const left = energy / rows - square
  if (!(rows * Math.log2(1 + square / Math.max(left, 0)) > 64)) return undefined
  const halves = toFloat16(Float32Array.from(sums, (sum) => sum / rows))
  return halves.every((half) => (half & 0x7c00) !== 0x7c00) ? halves : undefined
}

/**
 * Adds rows to `sums`, a value a column, in their order, and returns Σ x² of each. Two rows at a time, since each sum has to wait for its own last
 * term.
 */
function addRows(data: Float32Array, count: number, sums: Float64Array): Float64Array {
  const dim = sums.length
  const squares = new Float64Array(count)
  for (let i = 0; i < count; i += 2) {
    const start = i * dim
    const next = i + 1 < count ? start + dim : start
    let p = 0
    let q = 0
    for (let j = 0; j < dim; j++) {
      const x = data[start + j]
      const y = data[next + j]
      p += x * x
      q += y * y
      sums[j] = next > start ? sums[j] + x + y : sums[j] + x
    }
    squares[i] = p
    if (next > start) squares[i + 1] = q
  }
  return squares
}

/**
 * Reads the matrix once: the mean of its rows and a sample of them without repeats, all where they are few (Knuth, TAOCP 2, 3.4.2,
 * algorithm S), of `most` values or 1024 rows at most. Rejects with `bad-input` for values that are not finite.
 */
export async function takeSample(
  matrix: Matrix,
  centre: boolean,
  context: Context,
  most = mostValues
): Promise<Sample> {
  const { rows, dim } = matrix
  const wanted = Math.min(rows, Math.max(1024, Math.floor(most / dim)))
  const data = new Float32Array(wanted * dim)
  const sums = new Float64Array(dim)
  let energy = 0
  let longest = 0
  let taken = 0
  for await (const block of blocksOf(matrix)) {
    throwIfAborted(context.signal)
    const squares = addRows(block.data, block.count, sums)
    for (let i = 0; i < block.count; i++) {
      const own = squares[i]
      energy += own
      longest = Math.max(longest, own)
      const rest = rows - block.start - i
      if (taken === wanted || (wanted < rows && context.random() * rest >= wanted - taken)) continue
      data.set(block.data.subarray(i * dim, (i + 1) * dim), taken++ * dim)
    }
  }
  if (!Number.isFinite(energy)) {
    throw new SlimbedError('bad-input', 'trellis: the matrix holds NaN, Infinity or values too large to be squared')
  }
  const halves = centre ? meanOf(sums, rows, energy) : undefined
  const mean = halves ? Float32Array.from(halves, fromFloat16) : new Float32Array(dim)
  let shift = 0
  for (let j = 0; j < dim; j++) shift += mean[j] * (2 * sums[j] - rows * mean[j])
  for (let i = 0, at = 0; i < wanted; i++) for (let j = 0; j < dim; j++, at++) data[at] -= mean[j]
  const centred = Math.max(0, energy - shift)
  const away = Math.sqrt(mean.reduce((sum, value) => sum + value * value, 0))
  return {
    ...{ rows: wanted, dim, data, whole: wanted === rows, mean, halves, energy, centred },
    longest: Math.sqrt(longest) + away
  }
}
