import type { BlockChecksums, JsonObject, Manifest, ManifestNode, Table } from '@slimbed/runtime'
import { crc32, hex8 } from '@slimbed/runtime/format'
import type { Part } from './contents.js'

/** A JSON object whose entries stay in order: names that are whole numbers would come first in an object of ours. */
const inOrder = (entries: readonly (readonly [string, string])[]): string =>
  `{${entries.map(([name, json]) => `${JSON.stringify(name)}:${json}`).join(',')}}`

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

/** The contents of a header, except where the tensors are. */
export interface HeaderFacts {
  /** The tree of the one table, or those of all by name. */
  readonly trees: Pick<Manifest, 'table' | 'tables'>
  /** Other entries of the metadata. */
  readonly metadata: ReadonlyMap<string, string>
  readonly provenance: JsonObject
  readonly extra: JsonObject | undefined
  readonly checksums: BlockChecksums
}

/**
 * The first bytes of a file, up to the data buffer. Their number does not depend on the values of the checksums; it is at least `least`,
 * filled up with spaces.
 */
export function headerOf(
  parts: readonly Part[],
  { trees, metadata: others, provenance, extra, checksums }: HeaderFacts,
  least = 0
): Uint8Array {
  const manifest = {
    format: 1,
    ...trees,
    checksums,
    provenance,
    ...(extra ? { extra } : {})
  }
  const metadata = [
    ['checksum', '00000000'],
    ['slimbed', JSON.stringify(manifest)]
  ] as const
  const free = [...others].filter(([key]) => metadata.every(([name]) => name !== key))
  const tensors = parts.map(
    ({ name, dtype, shape, begin, end }) =>
      [name, JSON.stringify({ dtype, shape, data_offsets: [begin, end] })] as const
  )
  const texts = [...metadata, ...free].map(([key, text]) => [key, JSON.stringify(text)] as const)
  const json = new TextEncoder().encode(inOrder([['__metadata__', inOrder(texts)], ...tensors]))
  const header = new Uint8Array(Math.max(least, 8 + Math.ceil(json.length / 8) * 8)).fill(32, 8)
  header.set(json, 8)
  new DataView(header.buffer).setBigUint64(0, BigInt(header.length - 8), true)
  const digits = 8 + '{"__metadata__":{"checksum":"'.length
  header.set(new TextEncoder().encode(hex8(crc32(header))), digits)
  return header
}
