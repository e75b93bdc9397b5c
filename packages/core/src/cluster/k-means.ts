import { type Dense, type Matrix, SlimbedError } from '@slimbed/runtime'
import type { TensorAdapter } from '../tensor/adapter.js'
import { centroidsOf, partsOf } from './centroids.js'
import { nearestOf } from './nearest-of.js'
import { sampleRows } from './sample-rows.js'
import { seedCodebooks } from './seed.js'

/** Options of `kMeans` and `kMeansOfParts`. */
export interface KMeansOptions {
  /** Clusters to make, at most as many as there are rows. */
  readonly clusters: number
  readonly tensor: Pick<TensorAdapter, 'nearest'>
  /** Uniform in [0, 1). */
  readonly random: () => number
  /** The most rows that are learned from: a sample, where there are more. 65,536 by default. */
  readonly most?: number
  /** How often centres move at most; 10 by default. */
  readonly rounds?: number
  /** Centres to begin with, a codebook for each part, of at most `clusters` rows: those that are missing are drawn. */
  readonly from?: readonly Dense[] | undefined
  /** The share of the squared error that a round must take away for another one to follow; 0.001 by default. */
  readonly settled?: number
  readonly signal?: AbortSignal | undefined
}

/** What `kMeans` found. */
export interface Clusters {
  /** `clusters × dim`, row-major: the mean of each cluster. */
  readonly centres: Dense
  /** The squared distance of the rows of the sample to their nearest centres, before the centres moved for the last time. */
  readonly squaredError: number
}

/** What `kMeansOfParts` found. */
export interface PartClusters {
  /** The centres of each part: `clusters × widths[i]`, row-major. */
  readonly codebooks: readonly Dense[]
  /** As that of `Clusters`, of all parts together. */
  readonly squaredError: number
}

/**
 * Moves the centres of parts of the columns, the first codebook's for the first columns and so on, to the means of their clusters of
 * `points` (Lloyd 1982), until the error settles. Rejects with `bad-input` for codebooks that do not fit, and with `aborted`.
 */
export async function moveCentres(
  points: Dense,
  from: readonly Dense[],
  { tensor, rounds = 10, settled = 1e-3, signal }: Omit<KMeansOptions, 'clusters' | 'random' | 'from'>
): Promise<PartClusters> {
  let codebooks = from
  let squaredError = Infinity
  for (let round = 0; round < rounds; round++) {
    const found = await nearestOf(points, codebooks, tensor, signal)
    const error = found.distances.reduce((sum, distance) => sum + distance, 0)
    codebooks = centroidsOf(points, partsOf(codebooks), found)
    const done = !(error < squaredError * (1 - settled))
    squaredError = Math.min(error, squaredError)
    if (done) break
  }
  return { codebooks, squaredError }
}

/**
 * k-means (Lloyd 1982) of some columns after another, `widths` of them, of the rows of a matrix, or of a sample of these: one codebook
 * for each part of the columns. It begins as k-means++ does (Arthur and Vassilvitskii 2007), but with as many centres drawn at a time as
 * there are already; a cluster that becomes empty takes the row that is farthest from its own. The same for any number of threads.
 * Rejects with `bad-option` for more clusters than rows, `bad-input` for widths that are not those of the columns or centres to begin with that do not fit, as the
 * matrix does, and with `aborted`.
 */
export async function kMeansOfParts(
  matrix: Matrix,
  widths: readonly number[],
  options: KMeansOptions
): Promise<PartClusters> {
  const { clusters, tensor, random, most = 65_536, from, signal } = options
  const points = await sampleRows(matrix, most, random, signal)
  if (!(Number.isInteger(clusters) && clusters >= 1 && clusters <= points.rows)) {
    throw new SlimbedError('bad-option', `k-means: expected 1 to ${points.rows} clusters, the rows, not ${clusters}`)
  }
  if (
    from &&
    (from.length !== widths.length || from.some((book, i) => book.dim !== widths[i] || book.rows > clusters))
  ) {
    throw new SlimbedError(
      'bad-input',
      `k-means: expected centres to begin with of ${widths.join(', ')} columns, at most ${clusters}`
    )
  }
  let column = 0
  const parts = widths.map((dim) => {
    column += dim
    return { column: column - dim, dim, clusters }
  })
  return moveCentres(points, await seedCodebooks(points, parts, tensor, random, { from, signal }), options)
}

/** `kMeansOfParts` with one part: k-means of whole rows. Rejects as it does. */
export async function kMeans(matrix: Matrix, options: KMeansOptions): Promise<Clusters> {
  const { codebooks, squaredError } = await kMeansOfParts(matrix, [matrix.dim], options)
  return { centres: codebooks[0], squaredError }
}
