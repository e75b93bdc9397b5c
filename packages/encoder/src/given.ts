import { dense, nearest, type Scored, SlimbedError } from '@slimbed/runtime'

const bad = (message: string): never => {
  throw new SlimbedError('bad-input', message)
}

/** One text or several, as a list. Throws `bad-input` for anything else. */
export function listOf(texts: string | readonly string[]): readonly string[] {
  const list = typeof texts === 'string' ? [texts] : texts
  if (!Array.isArray(list)) return bad(`encode: expected a text or a list of texts, not ${typeof texts}`)
  const odd = list.findIndex((text) => typeof text !== 'string')
  return odd < 0 ? list : bad(`encode: text ${odd}: expected a string, not ${typeof list[odd]}`)
}

/** Where `count` vectors go. Throws `bad-input` for too little room. */
export function roomFor(count: number, dim: number, out: Float32Array | undefined): Float32Array {
  if (!out) return new Float32Array(count * dim)
  return out.length >= count * dim ? out : bad(`encode: out has ${out.length} elements, ${count * dim} are needed`)
}

/** A vector as it is. Throws `bad-input` for one of another length. */
export const checkVector = (vector: Float32Array, dim: number): Float32Array =>
  vector.length === dim ? vector : bad(`expected a text or a vector of ${dim} values, not of ${vector.length}`)

/** The rows of `matrix`, `count × dim`, that are nearest to a vector. Throws `bad-input` for a matrix of other rows. */
export function nearestVectors(query: Float32Array, matrix: Float32Array, k: number): Scored[] {
  const dim = query.length
  const count = matrix.length / dim
  if (!Number.isInteger(count)) return bad(`search: expected rows of ${dim} values, not ${matrix.length} values in all`)
  return nearest(dense(count, dim, matrix), query, { k })
}
