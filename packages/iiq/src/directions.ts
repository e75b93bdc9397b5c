import { type Context, type Dense, type Matrix, SlimbedError } from '@slimbed/core'

/** The principal directions of centred rows, by falling variance: `dim × dim`, orthonormal rows. Rejects with `bad-input` on overflow. */
export async function principalDirections(rows: Matrix, { tensor, signal }: Context): Promise<Dense> {
  const { dim } = rows
  const [gram] = await tensor.gram(rows, { signal })
  if (!gram.every(Number.isFinite)) {
    throw new SlimbedError(
      'bad-input',
      'iiq: the squares of the values do not add up to a finite number: scale them down'
    )
  }
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
