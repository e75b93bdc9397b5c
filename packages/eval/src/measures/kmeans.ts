import { dot } from '@slimbed/core/numbers'

/** Clusters of unit vectors. */
export interface Clusters {
  /** The cluster of each point. */
  readonly ids: Uint32Array
  /** The sum of the cosines between points and the direction of their cluster. */
  readonly cohesion: number
}

/** Points to cluster: `count × dim`, row-major, each of length 1. */
export interface Points {
  readonly count: number
  readonly dim: number
  readonly data: Float64Array
}

/**
 * Initial points that are far from one another: each is drawn by its distance to the ones before (Arthur and Vassilvitskii 2007).
 */
function spread({ count, dim, data }: Points, clusters: number, random: () => number): Float64Array {
  const centres = new Float64Array(clusters * dim)
  const far = new Float64Array(count).fill(1)
  for (let k = 0; k < clusters; k++) {
    let left = random() * far.reduce((sum, value) => sum + value, 0)
    let picked = 0
    for (let i = 0; i < count; i++) {
      if (far[i] <= 0) continue
      picked = i
      left -= far[i]
      if (left < 0) break
    }
    centres.set(data.subarray(picked * dim, (picked + 1) * dim), k * dim)
    for (let i = 0; i < count; i++)
      far[i] = Math.min(far[i], Math.max(0, 1 - dot(data, i * dim, centres, k * dim, dim)))
  }
  return centres
}

/** Puts each point in the cluster of the nearest direction; whether any has moved. */
function assign(points: Points, centres: Float64Array, ids: Uint32Array, cosines: Float64Array): boolean {
  const clusters = centres.length / points.dim
  let moved = false
  for (let i = 0; i < points.count; i++) {
    let best = -Infinity
    let id = 0
    for (let k = 0; k < clusters; k++) {
      const value = dot(points.data, i * points.dim, centres, k * points.dim, points.dim)
      if (value > best) [best, id] = [value, k]
    }
    moved ||= ids[i] !== id
    ids[i] = id
    cosines[i] = best
  }
  return moved
}

/** The direction of each cluster's sum; a cluster without points takes the point that is farthest from its own. */
function recentre({ count, dim, data }: Points, ids: Uint32Array, cosines: Float64Array, centres: Float64Array): void {
  const clusters = centres.length / dim
  const sizes = new Uint32Array(clusters)
  for (const id of ids) sizes[id]++
  for (let k = 0; k < clusters; k++) {
    if (sizes[k] > 0) continue
    let farthest = -1
    for (let i = 0; i < count; i++) {
      if (sizes[ids[i]] > 1 && (farthest < 0 || cosines[i] < cosines[farthest])) farthest = i
    }
    if (farthest < 0) continue
    sizes[ids[farthest]]--
    sizes[k] = 1
    ids[farthest] = k
    cosines[farthest] = 1
  }
  centres.fill(0)
  for (let i = 0; i < count; i++) for (let j = 0; j < dim; j++) centres[ids[i] * dim + j] += data[i * dim + j]
  for (let k = 0; k < clusters; k++) {
    const length = Math.sqrt(dot(centres, k * dim, centres, k * dim, dim))
    if (length > 0) for (let j = k * dim; j < (k + 1) * dim; j++) centres[j] /= length
  }
}

const mostRounds = 100

/** Spherical k-means (Dhillon and Modha 2001), with a k-means++ start: the clusters that one start converges to. */
export function sphericalKMeans(points: Points, clusters: number, random: () => number): Clusters {
  const centres = spread(points, clusters, random)
  const ids = new Uint32Array(points.count).fill(clusters)
  const cosines = new Float64Array(points.count)
  for (let round = 0; round < mostRounds && assign(points, centres, ids, cosines); round++) {
    recentre(points, ids, cosines, centres)
  }
  return { ids, cohesion: cosines.reduce((sum, value) => sum + value, 0) }
}
