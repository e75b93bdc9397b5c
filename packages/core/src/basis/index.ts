// Orthonormal bases as reflections.
export { householderOf } from './householder-of.js'
export { vectorStarts, walkVectors } from './walk-vectors.js'
