import { matrixOf, type TensorAdapter } from '@slimbed/core'
import { dense, rows, type Table } from '@slimbed/runtime'

/** `count × dim` rows less their mean. */
function centred(values: Float32Array, mean: Float64Array): Float32Array {
  return values.map((value, i) => value - mean[i % mean.length])
}

/**
 * The places of some rows on a plane, before and after: `ids.length × 2` each. The plane is that of largest spread of the rows
 * before (principal components), and the same for both.
 */
export async function planeOf(
  before: Table,
  after: Table,
  ids: ArrayLike<number>,
  tensor: TensorAdapter
): Promise<{ before: Float32Array; after: Float32Array }> {
  const { dim } = before
  const values = rows(before, ids)
  const mean = new Float64Array(dim)
  for (let i = 0; i < values.length; i++) mean[i % dim] += values[i] / ids.length
  const own = dense(ids.length, dim, centred(values, mean))
  const other = dense(ids.length, dim, centred(rows(after, ids), mean))
  const [gram] = await tensor.gram(matrixOf(own)!)
  const { vectors } = await tensor.eigh(gram, dim, 2)
  const basis = { rows: 2, dim, data: Float32Array.from(vectors) }
  const project = async (table: Table) => (await tensor.project(matrixOf(table)!, basis)).read(0, ids.length)
  return { before: await project(own), after: await project(other) }
}
