import { compress, materialize, matrixFrom, SlimbedError } from '@slimbed/core'
import type { FoundTable } from '../find/tables.js'
import { floatsOfWeight } from '../model/weights.js'
import { told } from './choose.js'
import type { Into, RewriteTfjsOptions } from './options.js'

/** What the pipeline makes of a table, and where it goes. Rejects as `compress` does. */
export async function makeTable(
  { name, rows, dim, weight }: Pick<FoundTable, 'name' | 'rows' | 'dim' | 'weight'>,
  options: RewriteTfjsOptions,
  into: () => Into
) {
  const { pipeline, weights, seed, tensor, signal, onProgress } = options
  const values = floatsOfWeight(weight)
  if (!values.every(Number.isFinite))
    throw new SlimbedError('bad-input', `table ${told({ name, rows, dim })}: a value is not finite`)
  const matrix = matrixFrom(rows, dim, values)
  const own = await weights?.({ name, rows, dim })
  const chosen =
    typeof pipeline === 'function' ? await pipeline({ name, rows, dim, matrix, weights: own, into: into() }) : pipeline
  const made = await compress(matrix, chosen, {
    weights: own,
    signal,
    ...(seed !== undefined && { seed }),
    ...(tensor && { tensor }),
    ...(onProgress && { onProgress })
  })
  // On an engine that was given, values of some parts are only computed as they are read.
  const table = await materialize(made.table)
  if (table.rows === rows && table.dim === dim) return { table, pipeline: made.pipeline, measured: made.measured }
  throw new SlimbedError(
    'unsupported',
    `${made.pipeline} changes the shape of table ${told({ name, rows, dim })}, which the model needs`
  )
}
