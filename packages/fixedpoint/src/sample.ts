import { type Context, type Matrix, throwIfAborted } from '@slimbed/core'

/** Some rows of a matrix. */
export interface Sample {
  readonly rows: number
  /** `rows × dim`, row-major. */
  readonly data: Float32Array
  /** One for each row; all 1 without any above 0. */
  readonly weights: Float32Array
}

const runs = 16
const mostRows = 256
const mostValues = 2 ** 18

/** Up to `most` rows in 16 runs that are spread evenly over the matrix: all rows if they are no more. Rejects as the matrix does. */
export async function sampleOf(
  matrix: Matrix,
  { weights: given, signal }: Pick<Context, 'weights' | 'signal'>,
  most = mostRows
): Promise<Sample> {
  const { rows, dim } = matrix
  const wanted = Math.min(rows, most, Math.max(1, Math.floor(mostValues / dim)))
  const count = Math.min(runs, wanted)
  const data = new Float32Array(wanted * dim)
  const weights = new Float32Array(wanted)
  for (let run = 0, at = 0; run < count; run++) {
    throwIfAborted(signal)
    const end = Math.floor(((run + 1) * wanted) / count)
    // As many rows are left out between runs as there are beside the sample.
    const start = at + Math.floor(((rows - wanted) * run) / Math.max(1, count - 1))
    const block = await matrix.read(start, end - at)
    // The pass over all rows says what is wrong with a matrix that gives others.
    data.set(block.subarray(0, (end - at) * dim), at * dim)
    if (given) weights.set(given.subarray(start, start + end - at), at)
    at = end
  }
  return { rows: wanted, data, weights: weights.some((weight) => weight > 0) ? weights : weights.fill(1) }
}
