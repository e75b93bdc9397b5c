import type { Context, Dense, Matrix } from '@slimbed/core'

/** The principal directions of centred rows, by falling variance: `dim × dim`, orthonormal rows. */
export async function principalDirections(rows: Matrix, { tensor, signal }: Context): Promise<Dense> {
  const { dim } = rows
  const [gram] = await tensor.gram(rows, { signal })
  const { vectors } = await tensor.eigh(gram, dim)
  return { rows: dim, dim, data: Float32Array.from(vectors) }
}

/** The `dim × dim` identity. */
export function identity(dim: number): Dense {
  const data = new Float32Array(dim * dim)
  for (let i = 0; i < dim; i++) data[i * dim + i] = 1
  return { rows: dim, dim, data }
}

/** Rows `start .. end` of a small matrix. */
export const rowsOf = ({ dim, data }: Dense, start: number, end: number): Dense => ({
  rows: end - start,
  dim,
  data: data.slice(start * dim, end * dim)
})
