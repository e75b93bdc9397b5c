import type { Json, JsonObject } from '@slimbed/runtime'
import { summaryOf } from '@slimbed/runtime/kinds'
import { bandsOf, showBands } from './bands.js'
import type { Description, NodeDescription } from './describe.js'
import { showDetails } from './details.js'
import { printable } from './text/printable.js'
import { alignColumns } from './text/table.js'
import { treePrefixes } from './text/tree.js'
import { bytes, count, counted, shape, smaller } from './text/units.js'
import { showTexts } from './texts.js'

/** The most nodes that are shown to a person. */
const mostNodes = 200

const detail = ({ tensors, ...node }: NodeDescription): string =>
  summaryOf({ ...node, tensors: Object.fromEntries(tensors.map((tensor) => [tensor.name, tensor])) })

/** A tree, a node a line. */
export function showNodes(nodes: readonly NodeDescription[], root = 'table'): string {
  const shown = nodes.slice(0, mostNodes)
  const names = shown.map(({ path }) => (path === '' ? [] : path.split('.')))
  const prefixes = treePrefixes(names.map(({ length }) => length))
  const lines = shown.map((node, i) => [
    `${prefixes[i]}${names[i]?.at(-1) ?? root}`,
    node.kind,
    shape(node),
    bytes(node.totalBytes),
    node.bitsPerWeight.toFixed(2),
    detail(node)
  ])
  const table = alignColumns([['node', 'kind', 'shape', 'bytes', 'bits/weight', ''], ...lines], 'llrrrl')
  const more = nodes.length - shown.length
  return more > 0 ? `${table}\n  … and ${counted(more, 'more node')}: --json shows all` : table
}

const show = (value: Json | undefined): string =>
  printable(typeof value === 'string' ? value : (JSON.stringify(value) ?? ''))

/** How a table was made. */
export function showProvenance(provenance: JsonObject): string {
  const { versions } = provenance
  const packages =
    typeof versions === 'object' && versions
      ? Object.entries(versions).map(([name, version]) => `${printable(name)} ${show(version)}`)
      : []
  const known = ['pipeline', 'weights', 'seed', 'backend'].filter((key) => provenance[key] !== undefined)
  const lines = known.map((key) => [key, show(provenance[key])])
  return alignColumns([...lines, ...(packages.length > 0 ? [['made by', packages.join(', ')]] : [])], 'll')
}

/** What an artefact is made of, as a person reads it. */
export function showDescription(description: Description): string {
  const { rows, dim, words, counts, sharing, ngrams, texts, provenance } = description
  const dense = bytes(rows * dim * 4)
  const overview = [
    [description.path, bytes(description.bytes), ''],
    [
      'table',
      bytes(description.tableBytes),
      `${shape(description)}, ${dense} as float32: ${smaller(description.ratio)}`
    ],
    ['', '', `${description.bitsPerWeight.toFixed(2)} bits per weight`],
    ...(sharing.rows > 0
      ? [['', '', `${count(sharing.rows)} of ${count(rows)} rows share ${counted(sharing.shared, 'row')}`]]
      : []),
    ...(words > 0
      ? [['vocabulary', bytes(description.vocabularyBytes), `${count(words)} words${counts ? ' with counts' : ''}`]]
      : []),
    ...(ngrams
      ? [['n-grams', bytes(ngrams.bytes), `${shape(ngrams.nodes[0])}, for words that the table does not have`]]
      : []),
    ...(texts ? [['texts', bytes(texts.bytes), showTexts(texts)]] : [])
  ]
  const bands = bandsOf(provenance.measured)
  return [
    alignColumns(overview, 'lrl'),
    showNodes(description.nodes),
    ...(ngrams ? [showNodes(ngrams.nodes, 'n-grams')] : []),
    showProvenance(provenance),
    showDetails(provenance.stages),
    ...(bands.length > 0 ? [showBands(bands, provenance.weights !== 'uniform')] : [])
  ]
    .filter((part) => part !== '')
    .join('\n\n')
}
