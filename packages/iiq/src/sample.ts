import { blocksOf, type Context, type Matrix, SlimbedError, throwIfAborted } from '@slimbed/core'

/** What is learned from: the mean of all rows, and some rows. */
export interface Sample {
  /** `dim` values; zeros when rows are not centred. */
  readonly mean: Float32Array
  /** `rows × dim`, row-major, in the order of the matrix. */
  readonly data: Float32Array
  readonly rows: number
  /** The rows of the matrix that are all zeros, rising. */
  readonly zeroRows: readonly number[]
}

/** Adds the rows of a block that are all zeros to `zeroRows`. */
function findZeroRows(data: Float32Array, dim: number, start: number, zeroRows: number[]): void {
  for (let row = start, at = 0; at < data.length; row++, at += dim) {
    if (data[at] === 0 && data.subarray(at, at + dim).every((value) => value === 0)) zeroRows.push(row)
  }
}

/** Adds the rows of a block to the sums of the columns: four at a time, since each addition reads and writes its sum. */
function addColumns(data: Float32Array, dim: number, sums: Float64Array): void {
  const whole = data.length - (data.length % (4 * dim))
  for (let at = 0; at < whole; at += 4 * dim) {
    for (let j = 0, a = at, b = at + dim, c = b + dim, d = c + dim; j < dim; j++) {
      sums[j] += data[a++] + data[b++] + (data[c++] + data[d++])
    }
  }
  for (let at = whole; at < data.length; at += dim) for (let j = 0; j < dim; j++) sums[j] += data[at + j]
}

/**
 * Reads the whole matrix once: the mean of its rows and a sample of them without repeats, all of them where `most` is enough
 * (Knuth, The Art of Computer Programming 2, 3.4.2, algorithm S). Rejects with `bad-input` for values that are not finite.
 */
export async function takeSample(matrix: Matrix, most: number, center: boolean, context: Context): Promise<Sample> {
  const { rows, dim } = matrix
  const wanted = Math.min(most, rows)
  const data = new Float32Array(wanted * dim)
  const sums = new Float64Array(dim)
  const zeroRows: number[] = []
  let taken = 0
  for await (const block of blocksOf(matrix)) {
    throwIfAborted(context.signal)
    addColumns(block.data, dim, sums)
    findZeroRows(block.data, dim, block.start, zeroRows)
    for (let i = 0; i < block.count && taken < wanted; i++) {
      const rest = rows - block.start - i
      if (wanted < rows && context.random() * rest >= wanted - taken) continue
      data.set(block.data.subarray(i * dim, (i + 1) * dim), taken++ * dim)
    }
    context.progress(block.start + block.count, 3 * rows)
  }
  if (!sums.every(Number.isFinite)) {
    throw new SlimbedError('bad-input', 'iiq: the matrix holds NaN or Infinity: only finite values can be encoded')
  }
  const mean = Float32Array.from(sums, (sum) => (center && rows > 0 ? sum / rows : 0))
  return { mean, data, rows: wanted, zeroRows }
}
