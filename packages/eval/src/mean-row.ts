import { blocksOf, expand, type Table, type TensorAdapter, throwIfAborted } from '@slimbed/core'

/** The mean of all rows of a table, `dim` values, summed in float64. */
export async function meanRow(table: Table, tensor: TensorAdapter, signal?: AbortSignal): Promise<Float64Array> {
  const { rows, dim } = table
  const mean = new Float64Array(dim)
  for await (const { count, data } of blocksOf(await expand(table, tensor))) {
    throwIfAborted(signal)
    for (let i = 0; i < count; i++) for (let j = 0, at = i * dim; j < dim; j++, at++) mean[j] += data[at]
  }
  return mean.map((sum) => (rows > 0 ? sum / rows : 0))
}
