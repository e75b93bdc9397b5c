import { SlimbedError } from '@slimbed/core'
import { type FoundTable, findTables } from '../find/tables.js'
import { editModel } from '../model/edit.js'
import { readModel } from '../model/model.js'
import { join } from '../wire/writer.js'
import { checkUses, chooseTables } from './choose.js'
import { layOut, outsideOf } from './layout.js'
import { type Made, makeTable, outsideOfInput } from './make-table.js'
import type { OnnxInput, RewriteOptions, Rewritten } from './options.js'
import { verifyTables } from './verify.js'
import { writeTables } from './write.js'

/** The tables that are rewritten: those that were named or the largest with a pipeline, and with `untrap` all that are expanded. */
function chosen(tables: readonly FoundTable[], { pipeline, tables: names, untrap }: RewriteOptions): FoundTable[] {
  const expanded = untrap ? tables.filter(({ form }) => form === 'expanded') : []
  if (pipeline) return [...new Set([...chooseTables(tables, names), ...expanded])]
  if (!untrap) throw new SlimbedError('bad-option', 'expected a pipeline, or untrap')
  if (expanded.length > 0) return expanded
  throw new SlimbedError('not-found', 'the model expands no table before it takes rows of it')
}

/**
 * Puts smaller tables in place of the embedding tables of an ONNX model: the same inputs and outputs, in standard operators of the file's own opset,
 * so that it runs where it ran before. Tables are found by what `Gather` takes rows of. All else is copied byte for byte. Then the
 * result is read again, every row is looked up in it, and compared with `readRow` of the table.
 *
 * Rejects with `corrupt-file` for what is no model, `not-found` for tables that it has not, and `unsupported` for kinds of tables
 * that have no pattern, for tables that are used otherwise, and where a row differs.
 */
export async function rewriteOnnx(input: OnnxInput, options: RewriteOptions): Promise<Rewritten> {
  const model = readModel(input.bytes)
  const found = findTables(model)
  const tables = chosen(found.tables, options)
  for (const table of tables) checkUses(table)
  const made: Made[] = []
  for (const table of tables) {
    const named = options.pipeline && chooseTables(found.tables, options.tables).includes(table)
    made.push(await makeTable(table, input, named ? options : { ...options, pipeline: undefined }))
  }
  const replacements = tables.map((table, i) => ({ found: table, table: made[i].table }))
  const { edit, tensors } = writeTables(model, found, replacements)
  const name = options.dataName ?? 'model.onnx_data'
  const layout = await layOut(model.graph, edit.dropped, tensors.flat(), name, outsideOfInput(input))
  const chunks = editModel(model, { ...edit, moved: layout.moved, outside: layout.outside })
  const verified = await verifyTables(model, join(chunks), replacements, outsideOf(layout.data), options.runtime)
  const reports = tables.map(({ name: own, rows, dim, form, lookups, bytes }, i) => ({
    ...{ name: own, rows, dim, form, lookups: lookups.length, ...made[i], verified: verified[i] },
    bytes: { before: bytes, after: tensors[i].reduce((sum, { raw }) => sum + raw.length, 0) }
  }))
  return { model: chunks, data: layout.data, opset: model.opset, tables: reports }
}
