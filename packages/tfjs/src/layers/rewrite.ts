import { objectOf } from '../model/check.js'
import type { TfjsInput } from '../model/read.js'
import { readWeights, storedAs } from '../model/weights.js'
import { chooseTables } from '../rewrite/choose.js'
import { intoFiles } from '../rewrite/into.js'
import { makeTable } from '../rewrite/make-table.js'
import type { RewriteTfjsOptions, RewrittenTfjs, TfjsTableReport } from '../rewrite/options.js'
import { compareWith } from '../rewrite/verify.js'
import { findLayerTables } from './find.js'
import { openLayers } from './run-layers.js'
import { type LayersModel, layersOf } from './types.js'
import { type WrittenLayers, writeLayersModel, writeLayersOf } from './write.js'

/** Reads a layers model. Rejects with `corrupt-file` for what is none, and as reading its files does. */
export async function readLayersModel({ json, read }: TfjsInput): Promise<LayersModel> {
  const fields = objectOf(json, 'model.json')
  return { ...layersOf(fields), weights: await readWeights(fields.weightsManifest, read) }
}

/** `rewriteTfjs` of a layers model: tables behind `Embedding` layers, in stock layers. */
export async function rewriteLayers(input: TfjsInput, options: RewriteTfjsOptions): Promise<RewrittenTfjs> {
  const model = await readLayersModel(input)
  const tables = chooseTables(findLayerTables(model), options.tables)
  const { shardName = 'model' } = options
  const written: WrittenLayers[] = []
  const reports: TfjsTableReport[] = []
  let version = ''
  const files = {
    write: (found: (typeof tables)[number], table: Parameters<typeof writeLayersOf>[2]) =>
      writeLayersOf(model, found, table),
    compose: (all: readonly WrittenLayers[]) => writeLayersModel(model, all, shardName)
  }
  for (const [i, found] of tables.entries()) {
    const made = await makeTable(found, options, () => intoFiles(files, written, tables.slice(i)))
    const own = files.write(found, made.table)
    const verified = await compareWith([() => openLayers(own)], found, made.table, options)
    version = verified.version
    written.push(own)
    const { name, rows, dim, weight } = found
    const after = own.embeddings.bytes.length + (own.kernel?.bytes.length ?? 0)
    reports.push({
      ...{ name, rows, dim, stored: storedAs(weight.spec), lookups: 1, ...made },
      bytes: { before: weight.bytes.length, after },
      verified: verified.compared
    })
  }
  return { ...files.compose(written), tables: reports, version }
}
