import type { Dense } from '@slimbed/runtime'
import type { Nearest } from './nearest-of.js'

/** The columns of points that a codebook stands for, and how many rows it has. */
export interface Part {
  readonly column: number
  readonly dim: number
  readonly clusters: number
}

/** The columns that codebooks stand for: the first columns for the first one, as many as its rows are long, and so on. */
export function partsOf(codebooks: readonly Dense[]): Part[] {
  let column = 0
  return codebooks.map(({ rows, dim }) => {
    column += dim
    return { column: column - dim, dim, clusters: rows }
  })
}

/** Gives each cluster without points the point that is farthest from its own centre, in clusters of more than one. */
function mend(ids: Uint32Array, distances: (i: number) => number, sizes: Uint32Array): void {
  const empty = Array.from(sizes.keys()).filter((id) => sizes[id] === 0)
  if (empty.length === 0) return
  const far = Float64Array.from(ids, (_, i) => distances(i))
  const farthest = Array.from(ids.keys()).sort((a, b) => far[b] - far[a] || a - b)
  let at = 0
  for (const id of empty) {
    while (at < farthest.length && sizes[ids[farthest[at]]] <= 1) at++
    if (at === farthest.length) return
    const point = farthest[at++]
    sizes[ids[point]]--
    sizes[id] = 1
    ids[point] = id
  }
}

/** The mean of each cluster's columns; that of a cluster without points is 0. */
function meansOf({ rows, dim, data }: Dense, ids: Uint32Array, sizes: Uint32Array, part: Part): Dense {
  const { column, dim: width, clusters } = part
  const sums = new Float64Array(clusters * width)
  for (let i = 0; i < rows; i++) {
    const to = ids[i] * width
    const from = i * dim + column
    for (let j = 0; j < width; j++) sums[to + j] += data[from + j]
  }
  return { rows: clusters, dim: width, data: average(sums, sizes, width) }
}

function average(sums: Float64Array, sizes: Uint32Array, width: number): Float32Array {
  const out = new Float32Array(sums.length)
  for (let k = 0, at = 0; k < sizes.length; k++) {
    for (let j = 0; j < width; j++, at++) out[at] = sums[at] / (sizes[k] || 1)
  }
  return out
}

/**
 * The mean of the points of each cluster, for the codebooks of `parts`; a cluster without any takes the point that is farthest from its
 * own centre. The `ids` that were found are changed by that.
 */
export function centroidsOf(points: Dense, parts: readonly Part[], { ids, distances }: Nearest): Dense[] {
  const books = parts.length
  return parts.map((part, book) => {
    const own = new Uint32Array(points.rows)
    const sizes = new Uint32Array(part.clusters)
    for (let i = 0; i < points.rows; i++) {
      own[i] = ids[i * books + book]
      sizes[own[i]]++
    }
    if (sizes.includes(0)) {
      mend(own, (i) => distances[i * books + book], sizes)
      for (let i = 0; i < points.rows; i++) ids[i * books + book] = own[i]
    }
    return meansOf(points, own, sizes, part)
  })
}
