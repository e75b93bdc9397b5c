import { compress, materialize, SlimbedError, type Table } from '@slimbed/core'
import type { Measurement } from '@slimbed/core/measure'
import { matrixOfConstant } from '../find/matrix.js'
import type { Outside } from '../find/outside.js'
import { type FoundTable, findTables } from '../find/tables.js'
import { readModel } from '../model/model.js'
import { told } from './choose.js'
import type { Into, OnnxInput, RewriteOptions } from './options.js'
import { ownTable } from './own-table.js'

/** A table for a model, and how it was made. */
export interface Made {
  readonly table: Table
  readonly pipeline: string | undefined
  readonly measured: Measurement | undefined
}

/** Refuses external data where nothing opens it. */
export const outsideOfInput =
  ({ outside }: OnnxInput): Outside =>
  async (location) => {
    if (outside) return outside(location)
    throw new SlimbedError('not-found', `the model's tensors are in ${JSON.stringify(location)}, which was not given`)
  }

/** The float table that stands in another model for a table: the one of its name, or the only one of its shape. */
function counterpart(table: FoundTable, original: OnnxInput): FoundTable {
  const shaped = findTables(readModel(original.bytes)).tables.filter(
    ({ rows, dim, form }) => rows === table.rows && dim === table.dim && form !== 'codes'
  )
  const found = shaped.find(({ name }) => name === table.name) ?? (shaped.length === 1 ? shaped[0] : undefined)
  if (found) return found
  throw new SlimbedError(
    'not-found',
    `the original has ${shaped.length} tables of ${table.rows} × ${table.dim}, none called ${JSON.stringify(table.name)}`
  )
}

/** What a table of a model becomes: what the pipeline makes of it, or itself as it lies in the file. */
export async function makeTable(
  table: FoundTable,
  input: OnnxInput,
  options: RewriteOptions,
  into: () => Promise<Into>
): Promise<Made> {
  const { pipeline, original, weights, seed, tensor, signal, onProgress } = options
  const { name, rows, dim } = table
  if (pipeline) {
    const from = original ?? input
    const { constant } = original ? counterpart(table, original) : table
    const matrix = await matrixOfConstant(constant, outsideOfInput(from))
    const own = await weights?.({ name, rows, dim })
    const chosen =
      typeof pipeline === 'function'
        ? await pipeline({ name, rows, dim, matrix, weights: own, into: await into() })
        : pipeline
    const made = await compress(matrix, chosen, {
      weights: own,
      signal,
      ...(seed !== undefined && { seed }),
      ...(tensor && { tensor }),
      ...(onProgress && { onProgress })
    })
    const { pipeline: spec, measured } = made
    // On an engine that was given, values of some parts are only computed as they are read.
    const small = await materialize(made.table)
    if (small.rows === rows && small.dim === dim) return { table: small, pipeline: spec, measured }
    throw new SlimbedError('unsupported', `${spec} changes the shape of table ${told(table)}, which the model needs`)
  }
  const own = await ownTable(table.constant, outsideOfInput(input))
  if (own) return { table: own, pipeline: undefined, measured: undefined }
  throw new SlimbedError('unsupported', `table ${told(table)}: rows cannot be taken before it is computed`)
}
