// k-means and nearest centroids.

export type { VisitNearest } from '../tensor/ops/nearest.js'
export { centroidsOf, type Part, partsOf } from './centroids.js'
export { type Clusters, type KMeansOptions, kMeans, kMeansOfParts, moveCentres, type PartClusters } from './k-means.js'
export { type Nearest, nearestOf } from './nearest-of.js'
export { sampleRows } from './sample-rows.js'
