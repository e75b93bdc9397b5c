import { provenanceOfTable } from '@slimbed/core/artefact'
import type { JsonObject, TableShape } from '@slimbed/runtime'
import { tableBytes, walk } from '@slimbed/runtime/kinds'
import type { OpenModel } from '../open/artefact.js'
import { type Description, describeNode } from './describe.js'
import { showNodes, showProvenance } from './description.js'
import { printable } from './text/printable.js'
import { alignColumns } from './text/table.js'
import { bytes, count, counted, shape, smaller } from './text/units.js'

/** A table of a model. */
export interface TableDescription
  extends Pick<Description, 'rows' | 'dim' | 'tableBytes' | 'ratio' | 'bitsPerWeight' | 'nodes' | 'provenance'> {
  readonly tensor: string
}

/** What `slimbed inspect --json` prints of a model. */
export interface ModelDescription extends Pick<Description, 'path' | 'bytes' | 'vocabularyBytes' | 'words' | 'counts'> {
  readonly tables: readonly TableDescription[]
  /** Those that were kept as they were. */
  readonly tensors: readonly { name: string; dtype: string; shape: readonly number[]; bytes: number }[]
  readonly provenance: JsonObject
}

function describeTable(tensor: string, table: TableShape, provenance: JsonObject): TableDescription {
  const { rows, dim } = table
  const size = tableBytes(table)
  return {
    tensor,
    rows,
    dim,
    tableBytes: size,
    ratio: (rows * dim * 4) / size,
    bitsPerWeight: (8 * size) / (rows * dim),
    nodes: [...walk(table)].map((node) => describeNode(node.path, node.table)),
    provenance: provenanceOfTable(provenance, tensor)
  }
}

/** What a model is made of. */
export function describeModel(
  path: string,
  size: number,
  { shapes, entries, vocabulary, vocabularyBytes, manifest }: OpenModel
): ModelDescription {
  const { provenance } = manifest
  return {
    path,
    bytes: size,
    vocabularyBytes,
    words: vocabulary?.size ?? 0,
    counts: vocabulary?.counts !== undefined,
    tables: [...shapes].map(([name, table]) => describeTable(name, table, provenance)),
    tensors: entries.map(({ name, dtype, shape, begin, end }) => ({
      name,
      dtype,
      shape,
      bytes: end - begin
    })),
    provenance
  }
}

/** The most plain tensors that are shown to a person. */
const mostTensors = 50

function showTensors(tensors: ModelDescription['tensors']): string {
  const lines = tensors
    .slice(0, mostTensors)
    .map(({ name, dtype, shape, bytes: size }) => [printable(name), printable(dtype), shape.join(' × '), bytes(size)])
  const table = alignColumns([['kept as it was', '', '', 'bytes'], ...lines], 'lllr')
  const more = tensors.length - lines.length
  return more > 0 ? `${table}\n  … and ${counted(more, 'more tensor')}: --json shows all` : table
}

/** What a model is made of, as a person reads it. */
export function showModel({
  path,
  bytes: size,
  tables,
  tensors,
  words,
  counts,
  vocabularyBytes
}: ModelDescription): string {
  const overview = [
    [path, bytes(size), `${counted(tables.length, 'table')}, ${counted(tensors.length, 'other tensor')}`],
    ...(words > 0
      ? [['vocabulary', bytes(vocabularyBytes), `${count(words)} words${counts ? ' with counts' : ''}`]]
      : [])
  ]
  const parts = tables.flatMap((table) => {
    const what = `${shape(table)}, ${smaller(table.ratio)}, ${table.bitsPerWeight.toFixed(2)} bits per weight`
    const title = alignColumns([[printable(table.tensor), bytes(table.tableBytes), what]], 'lrl')
    return [title, showNodes(table.nodes), showProvenance(table.provenance)]
  })
  const kept = tensors.length > 0 ? [showTensors(tensors)] : []
  return [alignColumns(overview, 'lrl'), ...parts, ...kept].filter((part) => part !== '').join('\n\n')
}
