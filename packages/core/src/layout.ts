import {
  bytesPerElement,
  crc32,
  type Extra,
  elements,
  hex8,
  isName,
  type Json,
  type JsonObject,
  type ManifestNode,
  maxDepth,
  maxNodes,
  reserved,
  SlimbedError,
  type Table,
  type Tensor,
  type Vocabulary,
  walk
} from '@slimbed/runtime'
import { deferredOf } from './deferred.js'
import type { Matrix } from './matrix.js'

/** One tensor of a file to be: where it goes, from the start of the data buffer, and where its bytes come from. */
export interface Part {
  readonly name: string
  readonly dtype: Tensor['dtype']
  readonly shape: readonly number[]
  readonly begin: number
  readonly end: number
  readonly source: Tensor['data'] | Matrix
}

function refuse(message: string): never {
  throw new SlimbedError('bad-input', `save: ${message}`)
}

/** Whether a value holds a number that JSON cannot. */
const lossy = (value: Json): boolean =>
  typeof value === 'number'
    ? !Number.isFinite(value)
    : typeof value === 'object' && !!value && Object.values(value).some(lossy)

function checkNode(path: readonly string[], table: Table): void {
  const where = path.length === 0 ? 'the root' : `node "${path.join('.')}"`
  if (path.length >= maxDepth) refuse(`${where} is deeper than ${maxDepth} levels`)
  for (const name of [...path.slice(-1), ...Object.keys(table.tensors)]) {
    if (!isName(name)) refuse(`${where}: names are made of A-Z a-z 0-9 _ -, not ${JSON.stringify(name)}`)
  }
  if (path.length === 1 && reserved.includes(path[0]!)) refuse(`a child of the root cannot be called "${path[0]}"`)
  if (lossy(table.config)) refuse(`${where}: config holds a number that JSON cannot`)
}

type Unplaced = Omit<Part, 'begin' | 'end'>

/** A tensor in memory under its full name. Throws `bad-input` when its data does not have its shape. */
function held(name: string, { dtype, shape, data }: Tensor): Unplaced {
  if (data.length !== elements(shape)) refuse(`tensor "${name}" is [${shape}] but has ${data.length} elements`)
  return { name, dtype, shape, source: data }
}

function extraTensors({ config, tensors }: Extra): Unplaced[] {
  if (lossy(config)) refuse('extra: config holds a number that JSON cannot')
  return Object.entries(tensors).map(([name, tensor]) => {
    if (!isName(name)) refuse(`extra: names are made of A-Z a-z 0-9 _ -, not ${JSON.stringify(name)}`)
    return held(`extra.${name}`, tensor)
  })
}

function tensorsOf(table: Table, vocabulary: Vocabulary | undefined): Unplaced[] {
  const found: Unplaced[] = []
  let nodes = 0
  for (const { path, table: node } of walk(table)) {
    if (++nodes > maxNodes) refuse(`a table has at most ${maxNodes} nodes`)
    checkNode(path, node)
    const deferred = deferredOf(node)
    for (const [key, tensor] of Object.entries(node.tensors)) {
      const name = [...path, key].join('.')
      const { dtype, shape } = tensor
      found.push(deferred ? { name, dtype, shape, source: deferred } : held(name, tensor))
    }
  }
  if (!vocabulary) return found
  const { bytes, offsets, counts, size } = vocabulary
  if (size !== table.rows) refuse(`${size} words for a table of ${table.rows} rows`)
  found.push({ name: 'vocabulary.bytes', dtype: 'U8', shape: [bytes.length], source: bytes })
  found.push({ name: 'vocabulary.offsets', dtype: 'U32', shape: [offsets.length], source: offsets })
  if (counts) found.push({ name: 'vocabulary.counts', dtype: 'F64', shape: [size], source: counts })
  return found
}

/** The tensors of a file in order: by falling element size, so that each is aligned, then by name. Throws `bad-input`. */
export function layOut(table: Table, vocabulary: Vocabulary | undefined, extra: Extra | undefined): Part[] {
  const sorted = [...tensorsOf(table, vocabulary), ...(extra ? extraTensors(extra) : [])].sort(
    (a, b) => bytesPerElement[b.dtype] - bytesPerElement[a.dtype] || (a.name < b.name ? -1 : 1)
  )
  let at = 0
  return sorted.map((part) => {
    const begin = at
    at += elements(part.shape) * bytesPerElement[part.dtype]
    return { ...part, begin, end: at }
  })
}

/** A table's tree as the manifest holds it. */
export function nodeOf({ kind, config, children }: Table): ManifestNode {
  const entries = Object.entries(children)
  return {
    kind,
    ...(Object.keys(config).length > 0 ? { config } : {}),
    ...(entries.length > 0
      ? { children: Object.fromEntries(entries.map(([name, child]) => [name, nodeOf(child)])) }
      : {})
  }
}

/** What a header says besides the tensors' places. */
export interface HeaderFacts {
  readonly node: ManifestNode
  readonly provenance: JsonObject
  readonly extra: JsonObject | undefined
  /** CRC-32 of each part, in their order. */
  readonly checksums: readonly number[]
}

/** The first bytes of a file, up to the data buffer: as long for any checksums. */
export function headerOf(parts: readonly Part[], { node, provenance, extra, checksums }: HeaderFacts): Uint8Array {
  const manifest = {
    format: 1,
    table: node,
    checksums: Object.fromEntries(parts.map(({ name }, i) => [name, hex8(checksums[i]!)])),
    provenance,
    ...(extra ? { extra } : {})
  }
  const entries = parts.map(({ name, dtype, shape, begin, end }) => [
    name,
    { dtype, shape, data_offsets: [begin, end] }
  ])
  const metadata = { checksum: '00000000', slimbed: JSON.stringify(manifest) }
  const json = new TextEncoder().encode(JSON.stringify({ __metadata__: metadata, ...Object.fromEntries(entries) }))
  const header = new Uint8Array(8 + Math.ceil(json.length / 8) * 8).fill(32, 8)
  header.set(json, 8)
  new DataView(header.buffer).setBigUint64(0, BigInt(header.length - 8), true)
  const digits = 8 + '{"__metadata__":{"checksum":"'.length
  header.set(new TextEncoder().encode(hex8(crc32(header))), digits)
  return header
}
