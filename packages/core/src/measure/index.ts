// Errors and neighbours kept.
export { bandEdges, bandOf } from './bands.js'
export { measure } from './measure.js'
export type { Distortion, Measurement } from './measurement.js'
export { keptNeighbours, neighbourOverlap } from './overlap.js'
