import type { Table } from '@slimbed/core'
import { type FoundTable, findTables } from '../find/tables.js'
import { rewriteLayers } from '../layers/rewrite.js'
import { isLayersModel } from '../layers/types.js'
import { readGraphModel, type TfjsInput } from '../model/read.js'
import { storedAs } from '../model/weights.js'
import { checkUses, chooseTables } from './choose.js'
import { intoFiles } from './into.js'
import { makeTable } from './make-table.js'
import type { RewriteTfjsOptions, RewrittenTfjs, TfjsTableReport } from './options.js'
import { verifyTable } from './verify.js'
import { type WrittenTable, writeModel, writeTableOf } from './write.js'

/**
 * Puts smaller tables in place of the embedding tables of a graph model of TensorFlow.js: the same inputs and outputs, in operators that all backends have. Tables are found by
 * the nodes that take rows of them (`Gather`, `GatherV2`, `SparseSegmentMean`, `SparseSegmentSum`). All other weights are copied byte for byte. Every row is
 * then looked up in TensorFlow.js by the nodes that were written, and compared with `readRow` of the table.
 *
 * Rejects with `corrupt-file` for what is no model, `not-found` for tables that it has not, and `unsupported` for kinds of tables that have no
 * pattern, for tables that are used otherwise, and where a row differs.
 */
export async function rewriteTfjs(input: TfjsInput, options: RewriteTfjsOptions): Promise<RewrittenTfjs> {
  if (isLayersModel(input.json)) return rewriteLayers(input, options)
  const model = await readGraphModel(input)
  const tables = chooseTables(findTables(model), options.tables)
  for (const table of tables) checkUses(table)
  const written: WrittenTable[] = []
  const reports: TfjsTableReport[] = []
  let version = ''
  const { shardName = 'model' } = options
  const files = {
    write: (found: FoundTable, table: Table) => writeTableOf(model, found, table),
    compose: (all: readonly WrittenTable[]) => writeModel(model, all, shardName)
  }
  for (const [i, found] of tables.entries()) {
    const made = await makeTable(found, options, () => intoFiles(files, written, tables.slice(i)))
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
