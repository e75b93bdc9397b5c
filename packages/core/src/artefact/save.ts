import { type Sizes, SlimbedError, type Table } from '@slimbed/runtime'
import { computeCodes } from '../matrix/compute.js'
import { quantizeHere } from '../tensor/ops/quantize.js'
import type { Saved, SavedModel } from './contents.js'
import { planFile } from './plan.js'
import { type SaveOptions, type Sink, writeRest } from './write.js'

/** A table that can be written: all lazy parts are matrices whose rows can be read in blocks. */
const writable = (table: Table): Promise<Table> => computeCodes(table, quantizeHere)

/**
 * Writes an artefact, tensor by tensor as they are produced and the header last; lazy dense leaves pass through in blocks of
 * about 4 MB. The same artefact always gives the same bytes. Resolves to the sizes of the file.
 *
 * Rejects with `bad-input` for what a file cannot hold, `aborted`, and as the sink and the matrices do.
 */
export async function saveTo(artefact: Saved, sink: Sink, options: SaveOptions = {}): Promise<Sizes> {
  const { provenance, table, ...others } = artefact
  return writeRest(planFile({ ...others, table: await writable(table) }, provenance), sink, options)
}

/**
 * Writes a model as `saveTo` writes one table: other tools find the tensors that are not tables under their own names. Resolves to
 * the sizes of the file, in which the other tensors count as part of the table.
 *
 * Rejects as `saveTo` does, with `bad-input` for no table, and for a tensor's name that a table's tensors could have.
 */
export async function saveModelTo(model: SavedModel, sink: Sink, options: SaveOptions = {}): Promise<Sizes> {
  const { provenance, metadata, tables: given, ...others } = model
  if (given.size === 0) throw new SlimbedError('bad-input', 'save: a model needs a table')
  const tables = new Map<string, Table>()
  for (const [name, table] of given) tables.set(name, await writable(table))
  return writeRest(planFile({ ...others, tables }, provenance, { metadata }), sink, options)
}

/** The bytes of an artefact's file. Rejects as `saveTo` does. */
export async function save({ provenance, table, ...others }: Saved): Promise<Uint8Array> {
  const plan = planFile({ ...others, table: await writable(table) }, provenance)
  const file = new Uint8Array(plan.sizes.file)
  await writeRest(plan, { write: async (bytes, at) => file.set(bytes, at) }, {})
  return file
}
