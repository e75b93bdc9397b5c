import { type Dense, dense, type Table } from '@slimbed/runtime'
import { householder } from '@slimbed/runtime/trellis'
import { vectorStarts, walkVectors } from './walk-vectors.js'

/**
 * A `householder` table of the rows of a basis, `rows ≤ dim` orthonormal ones, each up to its sign. Its vectors are a dense leaf of
 * `dim` columns, so a later stage may round them: the rows stay orthonormal.
 */
export function householderOf(basis: Dense): Table {
  const { rows, dim } = basis
  const vectors = new Float32Array(Math.ceil(vectorStarts(rows, dim)[rows] / dim) * dim)
  walkVectors(basis, new Float64Array(rows).fill(1), dim, (chunk, elements) => {
    vectors.set(elements, chunk * dim)
    return elements
  })
  return householder(rows, dim, dense(vectors.length / dim, dim, vectors))
}
