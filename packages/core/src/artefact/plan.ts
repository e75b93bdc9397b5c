import type { JsonObject, Sizes, Table } from '@slimbed/runtime'
import { checkEndianness } from '@slimbed/runtime/format'
import { blocksOfPart, checksumsOf, suitedBlockBytes } from './block-checksums.js'
import type { Contents, Part } from './contents.js'
import { type HeaderFacts, headerOf, nodeOf } from './header.js'
import { listTensors, wordPrefix } from './list-tensors.js'

/** The tensors of a file in order: by falling element size, so that each is aligned, then by name. Throws `bad-input`. */
function placeTensors(contents: Contents): Part[] {
  const sorted = listTensors(contents).sort((a, b) => b.element - a.element || (a.name < b.name ? -1 : 1))
  let at = 0
  return sorted.map(({ bytes, element: _, ...part }) => {
    const begin = at
    at += bytes
    return { ...part, begin, end: at }
  })
}

/** Where each part of a file is written. */
export interface Plan {
  readonly parts: readonly Part[]
  readonly facts: HeaderFacts
  /** Size of a block in bytes; each block has a checksum. */
  readonly blockBytes: number
  /** Where the tensors begin, in bytes from the start of the file. */
  readonly dataStart: number
  readonly sizes: Sizes
}

/** Options of the header. */
export interface HeaderOptions {
  readonly metadata?: ReadonlyMap<string, string> | undefined
  /** The least size of the header, in bytes. */
  readonly least?: number
  /** Size of a block in bytes, if part of the file has been written already. */
  readonly blockBytes?: number | undefined
}

/** Plans a file. Throws `bad-input` for contents that a file cannot hold. */
export function planFile(
  contents: Contents,
  provenance: JsonObject,
  { metadata = new Map(), least = 0, blockBytes: chosen }: HeaderOptions = {}
): Plan {
  checkEndianness()
  const { table, tables = new Map<string, Table>(), extra } = contents
  const parts = placeTensors(contents)
  const trees = table
    ? { table: nodeOf(table) }
    : { tables: Object.fromEntries([...tables].map(([name, own]) => [name, nodeOf(own)])) }
  const blockBytes = chosen ?? suitedBlockBytes(parts.at(-1)?.end ?? 0)
  const checksums = checksumsOf(
    blockBytes,
    parts.map((part) => new Uint32Array(blocksOfPart(part, blockBytes)))
  )
  const facts = { trees, metadata, provenance, extra: extra?.config, checksums }
  const dataStart = headerOf(parts, facts, least).length
  const file = dataStart + (parts.at(-1)?.end ?? 0)
  const words = parts.filter(({ name }) => contents.vocabulary && name.startsWith(wordPrefix))
  const vocabulary = words.reduce((sum, { begin, end }) => sum + end - begin, 0)
  return { parts, facts, blockBytes, dataStart, sizes: { file, vocabulary, table: file - vocabulary } }
}
