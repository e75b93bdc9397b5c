import { type Context, type Dense, type Matrix, matrixFrom } from '@slimbed/core'
import { kMeans } from '@slimbed/core/cluster'
import { subtract } from './plan.js'
import { everyRow, learned, type Sample } from './sample.js'

/** Axes of the sample in which clusters are looked for: the leading ones tell most. */
const mostAxes = 64
/** How often centres move before it is known whether their number is the best, and after. */
const [firstRounds, lastRounds] = [2, 6]

/** Rows of a sample in clusters. */
export interface Clustering {
  /** The cluster of each row of the sample. */
  readonly ids: Uint32Array
  /** `clusters × dim`: the mean of the rows in each that were learned from. */
  readonly centres: Dense
  /** The same clusters, after their centres have moved some more. */
  settle(): Promise<Clustering>
  /** The clusters of rows of any matrix like the sample, which still have their mean. */
  assign(matrix: Matrix): Promise<Uint32Array>
}

/** Puts the rows of a sample in clusters, in the leading axes of the sample: `axes` has unit rows, `count × dim`. */
export async function cluster(sample: Sample, axes: Dense, clusters: number, context: Context): Promise<Clustering> {
  const { rows, dim, data } = sample
  const { tensor, random, signal } = context
  const width = Math.min(mostAxes, axes.rows)
  const leading = { rows: width, dim, data: axes.data.subarray(0, width * dim) }
  const points = await tensor.project(matrixFrom(rows, dim, data), leading, { signal })
  const taught = sample.whole ? everyRow(rows) : learned(rows)

  async function nearest(matrix: Matrix, coarse: Dense): Promise<Uint32Array> {
    const ids = new Uint32Array(matrix.rows)
    await tensor.nearest(matrix, [coarse], (start, found) => ids.set(found, start), { signal })
    return ids
  }

  async function clusteringOf(coarse: Dense): Promise<Clustering> {
    const ids = await nearest(points, coarse)
    const sizes = new Float64Array(clusters)
    const sums = new Float64Array(clusters * dim)
    for (const row of taught) {
      const start = ids[row] * dim
      sizes[ids[row]]++
      for (let j = 0, at = row * dim; j < dim; j++, at++) sums[start + j] += data[at]
    }
    const means = Float32Array.from(sums, (sum, at) => sum / Math.max(1, sizes[Math.floor(at / dim)]))
    return {
      ids,
      centres: { rows: clusters, dim, data: means },
      async settle() {
        let settled = this as Clustering
        for (let round = 0; round < lastRounds; round++) settled = await clusteringOf(await moved(settled))
        return settled
      },
      async assign(matrix) {
        if (sample.whole) return ids
        const offsets = Float32Array.from({ length: width }, (_, i) => {
          let sum = 0
          for (let j = 0; j < dim; j++) sum -= leading.data[i * dim + j] * sample.mean[j]
          return sum
        })
        return nearest(await tensor.project(matrix, leading, { offsets, signal }), coarse)
      }
    }
  }

  /** The centres along the leading axes; one that no row is near stays away from all. */
  async function moved({ centres }: Clustering): Promise<Dense> {
    const projected = await tensor.project(matrixFrom(clusters, dim, centres.data), leading, { signal })
    return { rows: clusters, dim: width, data: (await projected.read(0, clusters)).slice() }
  }

  const own = taught.length === rows ? points : await rowsOf(points, taught)
  const { centres } = await kMeans(own, { clusters, tensor, random, rounds: firstRounds, signal })
  return clusteringOf(centres)
}

/** Some rows of a matrix, in memory. */
async function rowsOf(matrix: Matrix, rows: Uint32Array): Promise<Matrix> {
  const { dim } = matrix
  const all = await matrix.read(0, matrix.rows)
  const data = new Float32Array(rows.length * dim)
  rows.forEach((row, i) => {
    data.set(all.subarray(row * dim, (row + 1) * dim), i * dim)
  })
  return matrixFrom(rows.length, dim, data)
}

/** The Gram matrix of the rows of a sample about their centres. */
export async function gramWithin(
  { rows, dim, data }: Sample,
  { ids, centres }: Clustering,
  { tensor, signal }: Context
): Promise<Float64Array> {
  const left = {
    rows,
    dim,
    read: async (start: number, count: number) =>
      subtract(data.subarray(start * dim, (start + count) * dim), dim, ids.subarray(start, start + count), centres.data)
  }
  const [gram] = await tensor.gram(left, { signal })
  return gram
}
