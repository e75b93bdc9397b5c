import { type Context, type Dense, kMeans, type Matrix, matrixFrom } from '@slimbed/core'
import type { Sample } from './sample.js'

/** Axes of the sample in which clusters are looked for: the leading ones tell most. */
const mostAxes = 64

/** Rows of a sample in clusters. */
export interface Clustering {
  /** The cluster of each row of the sample. */
  readonly ids: Uint32Array
  /** `clusters × dim`: the mean of the rows of the sample in each. */
  readonly centres: Dense
  readonly sizes: Float64Array
  /** The clusters of rows of any matrix like the sample, which still have their mean. */
  assign(matrix: Matrix): Promise<Uint32Array>
}

/** Puts the rows of a sample in clusters, in the leading axes of the sample: `axes` has unit rows, `count × dim`. */
export async function cluster(
  sample: Sample,
  axes: Dense,
  clusters: number,
  random: () => number,
  { tensor, signal }: Context
): Promise<Clustering> {
  const { rows, dim, data } = sample
  const width = Math.min(mostAxes, axes.rows)
  const leading = { rows: width, dim, data: axes.data.subarray(0, width * dim) }
  const points = await tensor.project(matrixFrom(rows, dim, data), leading, { signal })
  const { centres: coarse } = await kMeans(points, { clusters, tensor, random, signal })

  async function nearest(matrix: Matrix): Promise<Uint32Array> {
    const ids = new Uint32Array(matrix.rows)
    await tensor.nearest(matrix, coarse, (start, found) => ids.set(found, start), { signal })
    return ids
  }

  const ids = await nearest(points)
  const sizes = new Float64Array(clusters)
  const sums = new Float64Array(clusters * dim)
  for (let i = 0, at = 0; i < rows; i++) {
    const start = ids[i] * dim
    sizes[ids[i]]++
    for (let j = 0; j < dim; j++, at++) sums[start + j] += data[at]
  }
  const means = Float32Array.from(sums, (sum, at) => sum / Math.max(1, sizes[Math.floor(at / dim)]))
  return {
    ids,
    sizes,
    centres: { rows: clusters, dim, data: means },
    async assign(matrix) {
      if (sample.whole) return ids
      const offsets = Float32Array.from({ length: width }, (_, i) => {
        let sum = 0
        for (let j = 0; j < dim; j++) sum -= leading.data[i * dim + j] * sample.mean[j]
        return sum
      })
      return nearest(await tensor.project(matrix, leading, { offsets, signal }))
    }
  }
}

/** `gram` less what the centres account for: that of the rows about their centres. */
export function gramWithin(gram: Float64Array, { centres, sizes }: Clustering): Float64Array {
  const { dim, data } = centres
  const out = gram.slice()
  for (let k = 0; k < centres.rows; k++) {
    if (sizes[k] === 0) continue
    for (let i = 0; i < dim; i++) {
      const factor = sizes[k] * data[k * dim + i]
      for (let j = 0; j < dim; j++) out[i * dim + j] -= factor * data[k * dim + j]
    }
  }
  return out
}
