import { type Matrix, SlimbedError, type Table, type TensorAdapter } from '@slimbed/core'
import { type Measurement, neighbourOverlap } from '@slimbed/core/measure'

/** What counts as loss: squared error, the same with rows counted by their weights, 1 − mean cosine, or the share of neighbours that is lost. */
export type Loss = 'error' | 'weighted' | 'cosine' | 'kept'

/** A table and its comparison with the matrix that it stands for. */
export interface Measured {
  readonly table: Table
  readonly measured: Measurement
}

/** By how much the binary logarithm of a loss falls with each bit a value, about. */
export const fallOf = (loss: Loss): number => (loss === 'kept' ? 1 : 2)

/**
 * The loss of a table, 0 or more: `‖A − Â‖² / ‖A‖²`, with weights for `weighted`; for `kept` the 10 nearest rows of at most 1,000 rows are
 * looked up. Rejects with `bad-input` where `weighted` is asked and nothing was weighed.
 */
export async function lossOf(
  loss: Loss,
  matrix: Matrix,
  { table, measured }: Measured,
  tensor: TensorAdapter,
  signal: AbortSignal | undefined
): Promise<number> {
  const { relativeError, weightedError, meanCosine } = measured
  if (loss === 'error') return relativeError ** 2
  if (loss === 'cosine') return Math.max(0, 1 - meanCosine)
  if (loss === 'kept') return 1 - (await neighbourOverlap(matrix, table, { tensor, signal }))
  if (weightedError === undefined)
    throw new SlimbedError('bad-input', 'plan: a weighted loss needs weights of the rows')
  return weightedError ** 2
}
