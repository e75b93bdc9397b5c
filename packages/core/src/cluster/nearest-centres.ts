import type { Dense, Matrix } from '@slimbed/runtime'
import { throwIfAborted } from '../abort.js'
import { blocksOf } from '../matrix/blocks.js'
import { matrixFrom } from '../matrix/matrix-from.js'
import type { TensorAdapter } from '../tensor/adapter.js'

/** Scores of rows and centres that are held at a time. */
const mostScores = 2 ** 22

/** Called with the nearest centre of each row from `start` on, and with the squared distance to it, not below 0. */
export type VisitNearest = (start: number, ids: Uint32Array, distances: Float64Array, block: Float32Array) => void

function squaredNorm(data: Float32Array, from: number, dim: number): number {
  let sum = 0
  for (let at = from; at < from + dim; at++) sum += data[at] * data[at]
  return sum
}

/**
 * Finds the nearest centre of every row (`centres` is `count × dim`), the first of several: it has the largest `x · c − ‖c‖² / 2`.
 * Rejects as the matrix does, and with `aborted`.
 */
export async function nearestCentres(
  matrix: Matrix,
  centres: Dense,
  tensor: Pick<TensorAdapter, 'project'>,
  visit: VisitNearest,
  signal?: AbortSignal
): Promise<void> {
  const { dim } = matrix
  const clusters = centres.rows
  const offsets = Float32Array.from({ length: clusters }, (_, k) => -squaredNorm(centres.data, k * dim, dim) / 2)
  const most = Math.max(1, Math.floor(mostScores / Math.max(clusters, dim)))
  for await (const { start, count, data } of blocksOf(matrix, most * dim * 4)) {
    throwIfAborted(signal)
    const part = matrixFrom(count, dim, data)
    const scores = await (await tensor.project(part, centres, { offsets, signal })).read(0, count)
    const ids = new Uint32Array(count)
    const distances = new Float64Array(count)
    for (let i = 0; i < count; i++) {
      const row = i * clusters
      let best = 0
      for (let k = 1; k < clusters; k++) if (scores[row + k] > scores[row + best]) best = k
      ids[i] = best
      distances[i] = Math.max(0, squaredNorm(data, i * dim, dim) - 2 * scores[row + best])
    }
    visit(start, ids, distances, data)
  }
}
