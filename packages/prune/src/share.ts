import { blocksOf, type Context, type Dense, type Matrix, throwIfAborted } from '@slimbed/core'
import { kMeans } from '@slimbed/core/cluster'

/** The rows that others share, and which one each of these has. */
export interface Shared {
  readonly ids: Uint32Array
  readonly means: Dense
}

/** The cluster of each row: all in one, or the nearest of as many centres as are asked for. */
async function clustersOf(matrix: Matrix, clusters: number, context: Context): Promise<Uint32Array> {
  const { tensor, random, signal } = context
  const ids = new Uint32Array(matrix.rows)
  if (clusters === 1) return ids
  const { centres } = await kMeans(matrix, { clusters, tensor, random, signal })
  await tensor.nearest(matrix, [centres], (start, found) => ids.set(found, start), { signal })
  return ids
}

/** The mean of each cluster, its rows weighted where one of them has a weight above 0. */
async function meansOf(
  matrix: Matrix,
  ids: Uint32Array,
  clusters: number,
  given: Context['weights'],
  signal?: AbortSignal
) {
  const { rows, dim } = matrix
  const [weights, sizes] = [new Float64Array(clusters), new Float64Array(clusters)]
  for (let i = 0; i < rows; i++) {
    weights[ids[i]] += given?.[i] ?? 0
    sizes[ids[i]]++
  }
  const sums = new Float64Array(clusters * dim)
  for await (const { start, count, data } of blocksOf(matrix)) {
    throwIfAborted(signal)
    for (let i = 0, at = 0; i < count; i++) {
      const id = ids[start + i]
      const share = weights[id] > 0 ? (given?.[start + i] ?? 0) / weights[id] : 1 / sizes[id]
      for (let j = id * dim; j < (id + 1) * dim; j++) sums[j] += share * data[at++]
    }
  }
  return { rows: clusters, dim, data: Float32Array.from(sums) }
}

/** Rows that stand for all rows of a matrix, at most `clusters` of them: the means of its clusters. */
export async function shareRows(
  matrix: Matrix,
  clusters: number,
  weights: Context['weights'],
  context: Context
): Promise<Shared> {
  const count = Math.min(clusters, matrix.rows)
  const ids = await clustersOf(matrix, count, context)
  return { ids, means: await meansOf(matrix, ids, count, weights, context.signal) }
}
