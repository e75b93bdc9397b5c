import { type Dense, type Matrix, SlimbedError } from '@slimbed/runtime'
import { blocksOf } from '../matrix/blocks.js'
import { matrixFrom } from '../matrix/matrix-from.js'
import type { TensorAdapter } from '../tensor/adapter.js'

/** Options of `kMeans`. */
export interface KMeansOptions {
  /** The number of clusters, at most the number of rows. */
  readonly clusters: number
  readonly tensor: Pick<TensorAdapter, 'nearest'>
  /** A source of numbers, uniform in [0, 1). */
  readonly random: () => number
  /** The most rows that are used; of a larger matrix, a random sample. 65,536 by default. */
  readonly most?: number
  /** The most rounds of Lloyd's iteration; 10 by default. */
  readonly rounds?: number
  readonly signal?: AbortSignal | undefined
}

/** The result of `kMeans`. */
export interface Clusters {
  /** `clusters × dim`, row-major: the mean of each cluster. */
  readonly centres: Dense
  /** The sum of squared distances of the rows to their nearest centres, before the centres moved for the last time. */
  readonly squaredError: number
}

/** At most `most` different rows, `rows × dim`, in their order (Knuth, TAOCP 2, 3.4.2, algorithm S). */
async function sampleOf(matrix: Matrix, most: number, random: () => number): Promise<Float32Array> {
  const { rows, dim } = matrix
  const wanted = Math.min(most, rows)
  const sample = new Float32Array(wanted * dim)
  let taken = 0
  for await (const { start, count, data } of blocksOf(matrix)) {
    for (let i = 0; i < count && taken < wanted; i++) {
      if (wanted < rows && random() * (rows - start - i) >= wanted - taken) continue
      sample.set(data.subarray(i * dim, (i + 1) * dim), taken++ * dim)
    }
  }
  return sample
}

/**
 * Draws up to `count` rows with probabilities proportional to their squared distances to the nearest centre: at equal steps on the running
 * sum of these distances.
 */
function drawFar(distances: Float64Array, count: number, random: () => number): number[] {
  const total = distances.reduce((sum, distance) => sum + distance, 0)
  const drawn: number[] = []
  let sum = 0
  let goal = (random() * total) / count
  for (let i = 0; i < distances.length && drawn.length < count; i++) {
    sum += distances[i]
    if (distances[i] === 0 || sum <= goal) continue
    drawn.push(i)
    while (goal < sum) goal += total / count
  }
  return drawn
}

/**
 * k-means (Lloyd 1982) of the rows of a matrix, or of a sample of them. The first centres are chosen as in k-means++ (Arthur and
 * Vassilvitskii 2007), except that each step doubles their number. An empty cluster gets the row that is farthest from its centre.
 * The result does not depend on the number of threads. Rejects with `bad-option` for more clusters than rows, as the matrix does, and with
 * `aborted`.
 */
export async function kMeans(matrix: Matrix, options: KMeansOptions): Promise<Clusters> {
  const { clusters, tensor, random, most = 65_536, rounds = 10, signal } = options
  const { dim } = matrix
  const data = await sampleOf(matrix, most, random)
  const rows = data.length / dim
  if (!(Number.isInteger(clusters) && clusters >= 1 && clusters <= rows)) {
    throw new SlimbedError('bad-option', `k-means: expected 1 to ${rows} clusters, the rows, not ${clusters}`)
  }
  const points = matrixFrom(rows, dim, data)
  const ids = new Uint32Array(rows)
  const distances = new Float64Array(rows).fill(Infinity)
  const rowOf = (row: number) => data.subarray(row * dim, (row + 1) * dim)
  const place = (centres: Dense) =>
    tensor.nearest(
      points,
      centres,
      (start, found, far) => {
        ids.set(found, start)
        distances.set(far, start)
      },
      { signal }
    )

  let centres: Dense = { rows: 1, dim, data: rowOf(Math.floor(random() * rows)).slice() }
  while (centres.rows < clusters) {
    await place(centres)
    const drawn = drawFar(distances, Math.min(centres.rows, clusters - centres.rows), random)
    // If every row equals a centre, any row will do.
    if (drawn.length === 0) drawn.push(centres.rows)
    const next = new Float32Array((centres.rows + drawn.length) * dim)
    next.set(centres.data)
    drawn.forEach((row, i) => {
      next.set(rowOf(row), (centres.rows + i) * dim)
    })
    centres = { rows: centres.rows + drawn.length, dim, data: next }
  }
  let squaredError = Infinity
  for (let round = 0; round < rounds; round++) {
    await place(centres)
    const error = distances.reduce((sum, distance) => sum + distance, 0)
    centres = meansOf(data, dim, clusters, ids, distances)
    if (!(error < squaredError * (1 - settled))) {
      squaredError = Math.min(error, squaredError)
      break
    }
    squaredError = error
  }
  return { centres, squaredError }
}

/** The iteration ends when a round reduces the error by less than this share. */
const settled = 1e-3

/** The mean of each cluster's rows, `clusters × dim`. An empty cluster gets the row that is farthest from its centre. */
function meansOf(data: Float32Array, dim: number, clusters: number, ids: Uint32Array, distances: Float64Array): Dense {
  const sizes = new Uint32Array(clusters)
  for (const id of ids) sizes[id]!++
  const empty = Array.from(sizes.keys()).filter((id) => sizes[id] === 0)
  if (empty.length > 0) {
    const farthest = Array.from(distances.keys()).sort((a, b) => distances[b] - distances[a] || a - b)
    let at = 0
    for (const id of empty) {
      while (at < farthest.length && sizes[ids[farthest[at]]!] <= 1) at++
      const row = farthest[at++]
      if (row === undefined) break
      sizes[ids[row]]!--
      sizes[id] = 1
      ids[row] = id
    }
  }
  const sums = new Float64Array(clusters * dim)
  for (let i = 0, at = 0; i < ids.length; i++) {
    const start = ids[i] * dim
    for (let j = 0; j < dim; j++) sums[start + j] += data[at++]
  }
  return { rows: clusters, dim, data: Float32Array.from(sums, (sum, i) => sum / (sizes[Math.floor(i / dim)] || 1)) }
}
