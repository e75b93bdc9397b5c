import { type Context, type Matrix, product, type Table } from '@slimbed/core'
import { hadamard } from '@slimbed/core/kinds/rotate'
import type { Options } from './options.js'

/**
 * What `compress` makes of the rows under a random rotation that follows from the seed of the run, times that rotation, which takes no bytes
 * and changes no error.
 */
export async function rotated(
  matrix: Matrix,
  given: Options,
  context: Context,
  compress: (matrix: Matrix, given: Options, context: Context) => Promise<Table>
): Promise<Table> {
  const { dim } = matrix
  const right = hadamard(dim, Math.floor(context.random() * 2 ** 32))
  const data = new Float32Array(dim * dim)
  for (let i = 0; i < dim; i++) right.readRow(i, data.subarray(i * dim, (i + 1) * dim))
  const left = await context.tensor.project(matrix, { rows: dim, dim, data }, { signal: context.signal })
  return product(await compress(left, { ...given, basis: 'none' }, context), right)
}
