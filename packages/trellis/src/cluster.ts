import { type Context, type Dense, type Matrix, matrixFrom } from '@slimbed/core'
import { kMeans } from '@slimbed/core/cluster'
import { subtract } from './plan.js'
import { learned, type Sample } from './sample.js'

/** Axes of the sample in which clusters are looked for: the leading ones tell most. */
const mostAxes = 64
/**
 * How often centres move before it is known whether their number is the best: at first, and where they are half as many new ones beside those of
 * a clustering. And how often they move after.
 */
const [firstRounds, grownRounds, lastRounds] = [2, 1, 6]

/** Rows of a sample in clusters. */
export interface Clustering {
  /** The cluster of each row of the sample. */
  readonly ids: Uint32Array
  /** `clusters × dim`: the mean of the rows in each that were learned from. */
  readonly centres: Dense
  /** `clusters × dim`: the sum of all rows of the sample in each, and how many they are. */
  readonly sums: Float64Array
  readonly sizes: Uint32Array
  /** Whether half of them began as other clusters. */
  readonly grown: boolean
  /** The same clusters, after their centres have moved some more. */
  settle(): Promise<Clustering>
  /** The clusters of rows of any matrix like the sample, which still have their mean. */
  assign(matrix: Matrix): Promise<Uint32Array>
}

/** Puts the rows of a sample in so many clusters; sooner where there are fewer already. */
export type Clusterer = (clusters: number, fewer?: Clustering) => Promise<Clustering>

/** Puts the rows of a sample in clusters, in the leading axes of the sample: `axes` has unit rows, `count × dim`. */
export function clustererOf(sample: Sample, axes: Dense, context: Context): Clusterer {
  const { rows, dim, data } = sample
  const { tensor, random, signal } = context
  const width = Math.min(mostAxes, axes.rows)
  const leading = { rows: width, dim, data: axes.data.subarray(0, width * dim) }
  const taught = sample.whole ? undefined : learned(rows)
  let points: Promise<Matrix> | undefined
  let own: Promise<Matrix> | undefined

  async function nearest(matrix: Matrix, coarse: Dense): Promise<Uint32Array> {
    const ids = new Uint32Array(matrix.rows)
    await tensor.nearest(matrix, [coarse], (start, found) => ids.set(found, start), { signal })
    return ids
  }

  async function clusteringOf(all: Matrix, coarse: Dense, grown = false): Promise<Clustering> {
    const clusters = coarse.rows
    const ids = await nearest(all, coarse)
    const { means, sums, sizes } = meansOf(sample, ids, clusters)
    return {
      ids,
      centres: { rows: clusters, dim, data: means },
      sums,
      sizes,
      grown,
      async settle() {
        let settled = this as Clustering
        for (let round = 0; round < lastRounds; round++) settled = await clusteringOf(all, await along(settled))
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
  async function along({ centres }: Clustering): Promise<Dense> {
    const projected = await tensor.project(matrixFrom(centres.rows, dim, centres.data), leading, { signal })
    return { rows: centres.rows, dim: width, data: (await projected.read(0, centres.rows)).slice() }
  }

  return async (clusters, fewer) => {
    points ??= tensor.project(matrixFrom(rows, dim, data), leading, { signal })
    const all = await points
    own ??= taught ? rowsOf(all, taught) : points
    const [rounds, from] = fewer ? [grownRounds, [await along(fewer)]] : [firstRounds, undefined]
    const { centres } = await kMeans(await own, { clusters, tensor, random, rounds, from, signal })
    return clusteringOf(all, centres, fewer !== undefined)
  }
}

/** The means of clusters, of the rows that are learned from; and the sums and the number of all rows of each. */
function meansOf({ rows, dim, data, whole }: Sample, ids: Uint32Array, clusters: number) {
  const taught = new Float64Array(clusters * dim)
  const sums = whole ? taught : new Float64Array(clusters * dim)
  const [counts, sizes] = [new Uint32Array(clusters), new Uint32Array(clusters)]
  const isTaught = new Uint8Array(rows).fill(whole ? 1 : 0)
  if (!whole) for (const row of learned(rows)) isTaught[row] = 1
  for (let row = 0, at = 0; row < rows; row++) {
    const start = ids[row] * dim
    const to = isTaught[row] ? taught : sums
    sizes[ids[row]]++
    counts[ids[row]] += isTaught[row]
    for (let j = 0; j < dim; j++, at++) to[start + j] += data[at]
  }
  const means = new Float32Array(clusters * dim)
  for (let k = 0, at = 0; k < clusters; k++) {
    for (let j = 0; j < dim; j++, at++) means[at] = taught[at] / Math.max(1, counts[k])
  }
  if (!whole) for (let at = 0; at < sums.length; at++) sums[at] += taught[at]
  return { means, sums, sizes }
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

/**
 * The same, but for rounding in the last bits of float32, out of the Gram matrix of the rows themselves: one product for each cluster instead of one for
 * each row. `Σ (x − c)(x − c)ᵀ = Σ x xᵀ − Σₖ (sₖ cₖᵀ + cₖ sₖᵀ − nₖ cₖ cₖᵀ)`, sₖ being the sum of the nₖ rows about cₖ.
 */
export async function gramWithinAbout(
  gram: Float64Array,
  { centres, sums, sizes }: Clustering,
  { tensor }: Context
): Promise<Float64Array> {
  const { rows: clusters, dim, data } = centres
  const halved = new Float32Array(dim * clusters)
  for (let k = 0, at = 0; k < clusters; k++) {
    for (let j = 0; j < dim; j++, at++) halved[j * clusters + k] = sums[at] - (sizes[k] / 2) * data[at]
  }
  const { data: half } = await tensor.matmul({ rows: dim, dim: clusters, data: halved }, centres)
  const out = new Float64Array(dim * dim)
  for (let i = 0; i < dim; i++) {
    for (let j = 0; j < dim; j++) out[i * dim + j] = gram[i * dim + j] - (half[i * dim + j] + half[j * dim + i])
  }
  return out
}
