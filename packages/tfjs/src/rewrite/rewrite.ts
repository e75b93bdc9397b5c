import { compress, materialize, matrixFrom, SlimbedError } from '@slimbed/core'
import { type FoundTable, findTables } from '../find/tables.js'
import { readGraphModel, type TfjsInput } from '../model/read.js'
import { floatsOfWeight, storedAs } from '../model/weights.js'
import { checkUses, chooseTables, told } from './choose.js'
import { intoFiles } from './into.js'
import type { Into, RewriteTfjsOptions, RewrittenTfjs, TfjsTableReport } from './options.js'
import { verifyTable } from './verify.js'
import { type WrittenTable, writeModel, writeTableOf } from './write.js'

async function makeTable({ name, rows, dim, weight }: FoundTable, options: RewriteTfjsOptions, into: () => Into) {
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

/**
 * Puts smaller tables in place of the embedding tables of a graph model of TensorFlow.js: the same inputs and outputs, in operators that all backends have. Tables are found by
 * the nodes that take rows of them (`Gather`, `GatherV2`, `SparseSegmentMean`, `SparseSegmentSum`). All other weights are copied byte for byte. Every row is
 * then looked up in TensorFlow.js by the nodes that were written, and compared with `readRow` of the table.
 *
 * Rejects with `corrupt-file` for what is no model, `not-found` for tables that it has not, and `unsupported` for layers models, for kinds of tables that have no
 * pattern, for tables that are used otherwise, and where a row differs.
 */
export async function rewriteTfjs(input: TfjsInput, options: RewriteTfjsOptions): Promise<RewrittenTfjs> {
  const model = await readGraphModel(input)
  const tables = chooseTables(findTables(model), options.tables)
  for (const table of tables) checkUses(table)
  const written: WrittenTable[] = []
  const reports: TfjsTableReport[] = []
  let version = ''
  const { shardName = 'model' } = options
  for (const [i, found] of tables.entries()) {
    const made = await makeTable(found, options, () => intoFiles(model, written, tables.slice(i), shardName))
    const own = writeTableOf(model, found, made.table)
    const verified = await verifyTable(found, made.table, own, options)
    version = verified.version
    written.push(own)
    const { name, rows, dim, weight, lookups } = found
    const after = [...own.pool.weights.values()].reduce((sum, { bytes }) => sum + bytes.length, 0)
    reports.push({
      ...{ name, rows, dim, stored: storedAs(weight.spec), lookups: lookups.length, ...made },
      bytes: { before: weight.bytes.length, after },
      verified: verified.compared
    })
  }
  const { json, shards } = writeModel(model, written, shardName)
  return { json, shards, tables: reports, version }
}
