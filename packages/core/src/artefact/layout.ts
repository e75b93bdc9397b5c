import {
  bytesPerElement,
  crc32,
  type Extra,
  elements,
  hex8,
  isName,
  type Json,
  type JsonObject,
  type Manifest,
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
import { deferredOf } from '../matrix/deferred.js'
import { encodedOf } from '../matrix/encoded.js'
import type { Matrix } from '../matrix/matrix.js'

/** A tensor of any element type that is written as it is. */
export interface PlainTensor {
  readonly name: string
  /** The element type, as safetensors names it. */
  readonly dtype: string
  readonly shape: readonly number[]
  readonly bytes: number
  /** Its bytes in order, little-endian; each piece is used up before the next is asked for. */
  chunks(): AsyncIterable<Uint8Array>
}

/** One tensor of a file to be: where it goes, from the start of the data buffer, and where its bytes come from. */
export interface Part {
  readonly name: string
  readonly dtype: string
  readonly shape: readonly number[]
  readonly begin: number
  readonly end: number
  readonly source: Tensor['data'] | Matrix | PlainTensor
}

/** What a file holds: one table without a name, or tables by name and tensors besides. */
export interface Contents {
  readonly table?: Table
  readonly tables?: ReadonlyMap<string, Table>
  readonly tensors?: readonly PlainTensor[]
  readonly vocabulary?: Vocabulary | undefined
  readonly extra?: Extra | undefined
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
  if (path.length === 1 && reserved.includes(path[0])) refuse(`a child of the root cannot be called "${path[0]}"`)
  if (lossy(table.config)) refuse(`${where}: config holds a number that JSON cannot`)
}

/** `element` is the bytes of one element: below 1 for packed types. */
type Unplaced = Omit<Part, 'begin' | 'end'> & { readonly bytes: number; readonly element: number }

const sized = (name: string, { dtype, shape }: Pick<Tensor, 'dtype' | 'shape'>, source: Part['source']): Unplaced => ({
  name,
  dtype,
  shape,
  source,
  bytes: elements(shape) * bytesPerElement[dtype],
  element: bytesPerElement[dtype]
})

/** A tensor in memory under its full name. Throws `bad-input` when its data does not have its shape. */
function held(name: string, tensor: Tensor): Unplaced {
  const { shape, data } = tensor
  if (data.length !== elements(shape)) refuse(`tensor "${name}" is [${shape}] but has ${data.length} elements`)
  return sized(name, tensor, data)
}

/** A tensor whose data may not be there yet. */
function later(name: string, tensor: Tensor): Unplaced {
  const { dtype, shape } = tensor
  async function* chunks() {
    const { buffer, byteOffset, byteLength } = tensor.data
    yield new Uint8Array(buffer, byteOffset, byteLength)
  }
  return sized(name, tensor, { name, dtype, shape, bytes: elements(shape) * bytesPerElement[dtype], chunks })
}

function tensorsOfExtra({ config, tensors }: Extra): Unplaced[] {
  if (lossy(config)) refuse('extra: config holds a number that JSON cannot')
  return Object.entries(tensors).map(([name, tensor]) => {
    if (!isName(name)) refuse(`extra: names are made of A-Z a-z 0-9 _ -, not ${JSON.stringify(name)}`)
    return held(`extra.${name}`, tensor)
  })
}

function tensorsOfTable(table: Table, prefix: string): Unplaced[] {
  const found: Unplaced[] = []
  let nodes = 0
  for (const { path, table: node } of walk(table)) {
    if (++nodes > maxNodes) refuse(`a table has at most ${maxNodes} nodes`)
    checkNode(path, node)
    const deferred = deferredOf(node)
    const encoded = encodedOf(node)
    for (const [key, tensor] of Object.entries(node.tensors)) {
      const name = prefix + [...path, key].join('.')
      found.push(deferred ? sized(name, tensor, deferred) : encoded ? later(name, tensor) : held(name, tensor))
    }
  }
  return found
}

function tensorsOfWords({ bytes, offsets, counts, size }: Vocabulary, tables: readonly Table[]): Unplaced[] {
  const odd = tables.find(({ rows }) => rows !== size)
  if (odd) refuse(`${size} words for a table of ${odd.rows} rows`)
  return [
    sized('vocabulary.bytes', { dtype: 'U8', shape: [bytes.length] }, bytes),
    sized('vocabulary.offsets', { dtype: 'U32', shape: [offsets.length] }, offsets),
    ...(counts ? [sized('vocabulary.counts', { dtype: 'F64', shape: [size] }, counts)] : [])
  ]
}

/** Throws `bad-input` for a name that would be taken for a table's or the vocabulary's, or that comes twice. */
function checkNames(tensors: readonly PlainTensor[], tables: ReadonlyMap<string, Table>): void {
  const seen = new Set(tables.keys())
  if (seen.has('')) refuse('a table needs a name')
  for (const { name } of tensors) {
    const taken = name.startsWith('vocabulary.') || [...tables.keys()].find((table) => name.startsWith(`${table}/`))
    if (taken || name === '__metadata__') refuse(`a tensor cannot be called ${JSON.stringify(name)} here: rename it`)
    if (seen.has(name)) refuse(`two tensors are called ${JSON.stringify(name)}`)
    seen.add(name)
  }
}

function tensorsOf({ table, tables = new Map(), tensors = [], vocabulary, extra }: Contents): Unplaced[] {
  checkNames(tensors, tables)
  const all = [...(table ? [table] : []), ...tables.values()]
  return [
    ...(table ? tensorsOfTable(table, '') : []),
    ...[...tables].flatMap(([name, own]) => tensorsOfTable(own, `${name}/`)),
    ...(vocabulary ? tensorsOfWords(vocabulary, all) : []),
    ...(extra ? tensorsOfExtra(extra) : []),
    ...tensors.map((own) => {
      const { name, dtype, shape, bytes } = own
      // Those without elements come first, where every alignment is right.
      const element = bytes === 0 ? 8 : bytes / elements(shape)
      return { name, dtype, shape, bytes, source: own, element }
    })
  ]
}

/** The tensors of a file in order: by falling element size, so that each is aligned, then by name. Throws `bad-input`. */
export function layOut(contents: Contents): Part[] {
  const sorted = tensorsOf(contents).sort((a, b) => b.element - a.element || (a.name < b.name ? -1 : 1))
  let at = 0
  return sorted.map(({ bytes, element: _, ...part }) => {
    const begin = at
    at += bytes
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
  /** The tree of the one table, or those of all by name. */
  readonly trees: Pick<Manifest, 'table' | 'tables'>
  /** What the metadata say besides. */
  readonly metadata: ReadonlyMap<string, string>
  readonly provenance: JsonObject
  readonly extra: JsonObject | undefined
  /** CRC-32 of each part, in their order. */
  readonly checksums: readonly number[]
}

/** The first bytes of a file, up to the data buffer: as long for any checksums, and at least `least` bytes, of spaces at the end. */
export function headerOf(
  parts: readonly Part[],
  { trees, metadata: others, provenance, extra, checksums }: HeaderFacts,
  least = 0
): Uint8Array {
  const manifest = {
    format: 1,
    ...trees,
    checksums: Object.fromEntries(parts.map(({ name }, i) => [name, hex8(checksums[i])])),
    provenance,
    ...(extra ? { extra } : {})
  }
  const entries = parts.map(({ name, dtype, shape, begin, end }) => [
    name,
    { dtype, shape, data_offsets: [begin, end] }
  ])
  const metadata = { checksum: '00000000', slimbed: JSON.stringify(manifest) }
  const free = Object.fromEntries([...others].filter(([key]) => !Object.hasOwn(metadata, key)))
  const json = new TextEncoder().encode(
    JSON.stringify({ __metadata__: { ...metadata, ...free }, ...Object.fromEntries(entries) })
  )
  const header = new Uint8Array(Math.max(least, 8 + Math.ceil(json.length / 8) * 8)).fill(32, 8)
  header.set(json, 8)
  new DataView(header.buffer).setBigUint64(0, BigInt(header.length - 8), true)
  const digits = 8 + '{"__metadata__":{"checksum":"'.length
  header.set(new TextEncoder().encode(hex8(crc32(header))), digits)
  return header
}
