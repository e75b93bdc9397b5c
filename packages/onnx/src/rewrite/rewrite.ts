import { SlimbedError } from '@slimbed/core'
import { withCopies } from '../find/copies.js'
import { type FoundTable, findTables } from '../find/tables.js'
import { readModel } from '../model/model.js'
import { join } from '../wire/writer.js'
import { checkUses, chooseTables } from './choose.js'
import { bytesIn, composer, intoFile } from './compose.js'
import { outsideOf } from './layout.js'
import { type Made, makeTable, outsideOfInput } from './make-table.js'
import type { OnnxInput, RewriteOptions, Rewritten } from './options.js'
import { verifyTables } from './verify.js'
import type { Replacement } from './write.js'

/** The tables that are rewritten: those that were named or the largest with a pipeline, and with `untrap` all that are expanded. */
function chosen(tables: readonly FoundTable[], { pipeline, tables: names, untrap }: RewriteOptions): FoundTable[] {
  const expanded = untrap ? tables.filter(({ form }) => form === 'expanded') : []
  if (pipeline) {
    const named = chooseTables(tables, names)
    // What is only moved is made first: the others may be given what is left of a size.
    return [...expanded.filter((table) => !named.includes(table)), ...named]
  }
  if (!untrap) throw new SlimbedError('bad-option', 'expected a pipeline, or untrap')
  if (expanded.length > 0) return expanded
  throw new SlimbedError('not-found', 'the model expands no table before it takes rows of it')
}

/**
 * Puts smaller tables in place of the embedding tables of an ONNX model: the same inputs and outputs, in standard operators of the file's own opset,
 * so that it runs where it ran before. Tables are found by what `Gather` takes rows of. All else is copied byte for byte. Then the
 * result is read again, every row is looked up in it, and compared with `readRow` of the table.
 *
 * A table that heads multiply with, too, or whose values a head has a second time, lies in the file once: as codes of 8 bits, or with `contrib` of 4.
 *
 * Rejects with `corrupt-file` for what is no model, `not-found` for tables that it has not, and `unsupported` for kinds of tables
 * that have no pattern, for tables that are used otherwise, and where a row differs.
 */
export async function rewriteOnnx(input: OnnxInput, options: RewriteOptions): Promise<Rewritten> {
  const model = readModel(input.bytes)
  const found = findTables(model)
  const bare = chosen(found.tables, options)
  for (const table of bare) checkUses(table)
  const tables: FoundTable[] = []
  for (const table of bare) tables.push(await withCopies(table, found.values, outsideOfInput(input)))
  const named = options.pipeline ? chooseTables(found.tables, options.tables) : []
  const made: Made[] = []
  const replacements: Replacement[] = []
  const compose = composer(model, found, input, options)
  for (const [i, table] of tables.entries()) {
    const own = named.includes(bare[i]) ? options : { ...options, pipeline: undefined }
    made.push(await makeTable(table, input, own, () => intoFile(replacements, tables.slice(i), compose)))
    replacements.push({ found: table, table: made[i].table })
  }
  const { chunks, data, tensors, heads } = await compose(replacements)
  const written = replacements.map((each, i) => ({ ...each, heads: heads[i] }))
  const verified = await verifyTables(model, join(chunks), written, outsideOf(data), options.runtime)
  const reports = tables.map((table, i) => ({
    ...{ name: table.name, rows: table.rows, dim: table.dim, form: table.form },
    ...{ lookups: table.lookups.length, heads: table.heads.length, ...made[i], verified: verified[i] },
    bytes: { before: bytesIn(table), after: tensors[i].reduce((sum, { raw }) => sum + raw.length, 0) }
  }))
  return { model: chunks, data, opset: model.opset, tables: reports }
}
