import { type Matrix, matrixFrom, selection, type TensorAdapter } from '@slimbed/core'

/** Rows of a matrix, in memory. */
export interface Sample {
  readonly matrix: Matrix
  readonly weights: Float32Array | undefined
}

/** Rows of the larger sample at least. */
const leastRows = 1024
/** What the sample is to take for each of the numbers of a basis, in bits: side information is then a part of it as it is of the whole. */
const basisBits = 10

/** How many rows the larger of two samples has, for a matrix that is to take `bits` bits a value: all of a small matrix. */
export function sampleSize({ rows, dim }: Pick<Matrix, 'rows' | 'dim'>, bits: number): number {
  const wanted = Math.max(leastRows, Math.ceil((basisBits * dim) / Math.min(bits, 2)))
  return wanted * 1.5 >= rows ? rows : wanted
}

/** The share of the smaller sample that a glance takes. */
const glanced = 0.25

/** The samples that pipelines are tried on. */
export interface Samples {
  /** The smaller one and the larger one; one that is all rows stands alone. */
  readonly samples: readonly Sample[]
  /** A few rows, on which some pipelines show that they are not worth more. */
  readonly glance: Sample
}

/** The samples of a matrix that is to take `bits` bits a value. Rejects as the matrix does. */
export async function samplesOf(matrix: Matrix, weights: Float32Array | undefined, bits: number): Promise<Samples> {
  const count = sampleSize(matrix, bits)
  const few = Math.ceil(count / 2)
  const sizes = count === matrix.rows ? [count] : [few, count]
  const samples = await Promise.all(sizes.map((size) => sampled(matrix, weights, size)))
  return { samples, glance: await sampled(matrix, weights, Math.ceil(glanced * few)) }
}

/** Rows spread evenly over a matrix. Rejects as it does. */
export async function sampled(matrix: Matrix, weights: Float32Array | undefined, count: number): Promise<Sample> {
  const { rows, dim } = matrix
  const chosen = Uint32Array.from({ length: count }, (_, i) => Math.floor(((i + 0.5) * rows) / count))
  const data = (await selection(matrix, chosen).read(0, count)).slice()
  return { matrix: matrixFrom(count, dim, data), weights: weights && Float32Array.from(chosen, (row) => weights[row]) }
}

/** Columns of a matrix at most whose axes are found. */
const mostColumns = 2048

/** The variances along the principal axes of some rows, falling; those of the columns where there are too many. */
export async function variancesOf({ matrix }: Sample, tensor: TensorAdapter): Promise<Float64Array> {
  const { rows, dim } = matrix
  const data = (await matrix.read(0, rows)).slice()
  const mean = new Float64Array(dim)
  for (let at = 0; at < data.length; at++) mean[at % dim] += data[at] / rows
  for (let at = 0; at < data.length; at++) data[at] -= mean[at % dim]
  if (dim > mostColumns) {
    const own = new Float64Array(dim)
    for (let at = 0; at < data.length; at++) own[at % dim] += data[at] ** 2 / rows
    return own.sort().reverse()
  }
  const [gram] = await tensor.gram(matrixFrom(rows, dim, data))
  const { values } = await tensor.eigh(gram, dim, dim)
  return Float64Array.from(values, (value) => Math.max(0, value) / rows)
}
