import type { Dense } from '@slimbed/runtime'
import { matrixFrom } from '../matrix/matrix-from.js'
import type { TensorAdapter } from '../tensor/adapter.js'

/** The rows of codebooks that points are nearest to. */
export interface Nearest {
  /** `rows × codebooks`, row-major. */
  readonly ids: Uint32Array
  /** The squared distances to these, not below 0: `rows × codebooks`. */
  readonly distances: Float64Array
}

/** `TensorAdapter.nearest` of points in memory, all at once. Rejects as it does. */
export async function nearestOf(
  { rows, dim, data }: Dense,
  codebooks: readonly Dense[],
  tensor: Pick<TensorAdapter, 'nearest'>,
  signal?: AbortSignal
): Promise<Nearest> {
  const books = codebooks.length
  const ids = new Uint32Array(rows * books)
  const distances = new Float64Array(rows * books)
  await tensor.nearest(
    matrixFrom(rows, dim, data),
    codebooks,
    (start, found, far) => {
      ids.set(found, start * books)
      distances.set(far, start * books)
    },
    { signal }
  )
  return { ids, distances }
}
