import { type Compressor, type Context, expand, randomAt, type Table, type TensorAdapter } from '@slimbed/core'
import { applyStage, stagesOf } from '@slimbed/core/plugins'
import type { TrainableTable } from './nodes/node.js'

/** What compression during training needs. */
export interface Means {
  readonly tensor: TensorAdapter
  readonly seed: number
  /** How often each row of the table occurs. */
  readonly weights: Float32Array
  readonly signal?: AbortSignal | undefined
}

/** The leaves of a table as a pipeline leaves them. Rejects as its stages do. */
export async function rewritten(table: Table, pipeline: Compressor, means: Means): Promise<Table> {
  const { tensor, seed, weights, signal } = means
  const context: Context = { path: [], tensor, seed, weights, signal, random: randomAt(seed), progress: () => {} }
  let made = table
  for (const stage of stagesOf(pipeline)) made = await applyStage(made, stage, context)
  return made
}

/**
 * Replaces the values of each parameter by what a pipeline makes of them: forward passes read the quantized values, and gradients
 * go to the parameters as if nothing had been rounded (the straight-through estimator, Bengio et al. 2013).
 */
export async function standIn(table: TrainableTable, pipeline: Compressor, means: Means): Promise<void> {
  const made = await rewritten(table.table(), pipeline, means)
  for (const parameter of table.parameters) {
    const { name, rows, dim, data, value } = parameter
    const path = name === '' ? [] : name.split('.')
    const node = path.reduce((at: Table, child) => at.children[child], made)
    const matrix = await expand(node, means.tensor)
    const into = value === data ? new Float32Array(rows * dim) : value
    const read = await matrix.read(0, rows, into)
    if (read !== into) into.set(read)
    parameter.value = into
  }
}
