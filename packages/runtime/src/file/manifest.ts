import { fail, isObject, parseObject, quote } from '../check.js'
import type { Json, JsonObject } from '../table/table.js'
import type { SafetensorsHeader } from './safetensors.js'

/** One node of the table's tree, as stored in a file. */
export interface ManifestNode {
  readonly kind: string
  readonly config?: JsonObject
  readonly children?: Readonly<Record<string, ManifestNode>>
}

/** The checksums of a file. Each tensor is divided into blocks; the last block may be shorter. */
export interface BlockChecksums {
  /** Size of a block in bytes: 512 to 1,048,576. */
  readonly blockBytes: number
  /** CRC-32 of every block, 4 bytes each, little-endian, in base64: tensors in the order of the file, blocks in order. */
  readonly crc32: string
}

/** The description of an artefact's tensors. */
export interface Manifest {
  readonly format: 1
  /** The tree of the table, in a file of one table. */
  readonly table?: ManifestNode
  /** In a model instead: the tree of each table, by the name of the tensor that it replaces. */
  readonly tables?: Readonly<Record<string, ManifestNode>>
  /** The checksums of all tensors. */
  readonly checksums: BlockChecksums
  /** How the table was made: pipeline, seed, versions, measured error. Free-form. */
  readonly provenance: JsonObject
  /** The description of the `extra` tensors, in files that have some. */
  readonly extra?: JsonObject
}

/** The largest depth of a tree of nodes. */
export const maxDepth = 64
/** The largest number of nodes in a tree. */
export const maxNodes = 1_000_000
/** The largest nesting of a manifest's JSON: two levels for each node, and some for provenance. */
const maxNesting = 256

/** Whether a value has more than so many levels of objects and arrays. */
const nestsDeeper = (value: Json, levels: number): boolean =>
  value instanceof Object && (levels === 0 || Object.values(value).some((part) => nestsDeeper(part, levels - 1)))

/**
 * Reads the manifest from the header of a file. `verify` is called before the manifest is parsed.
 *
 * Throws `unsupported` for a safetensors file without a manifest or for a newer format, and `corrupt-file`.
 */
export function parseManifest({ metadata }: SafetensorsHeader, verify?: () => void): Manifest {
  const text = metadata.get('slimbed')
  const checksum = metadata.get('checksum')
  if (text === undefined && checksum === undefined) {
    fail('unsupported', 'a plain safetensors file, not a slimbed artefact; compress it first')
  }
  if (text === undefined || checksum === undefined) {
    fail('corrupt-file', `__metadata__ has no "${text === undefined ? 'slimbed' : 'checksum'}"`)
  }
  verify?.()
  const json = parseObject(text, 'the manifest')
  if (nestsDeeper(json, maxNesting)) fail('corrupt-file', `the manifest nests deeper than ${maxNesting} levels`)
  const { format, table, tables, checksums = {}, provenance = {}, extra } = json
  if (format !== 1) {
    fail(
      'unsupported',
      `format ${quote(JSON.stringify(format) ?? 'none')} of the manifest, expected 1; a newer @slimbed/runtime may read it`
    )
  }
  const objects = {
    ...(tables ? { tables } : { table }),
    checksums,
    provenance,
    ...(extra !== undefined && { extra })
  }
  for (const [name, value] of Object.entries(objects)) {
    if (!isObject(value)) fail('corrupt-file', `the manifest: "${name}" must be a JSON object`)
  }
  return { format, ...(objects as object as Omit<Manifest, 'format'>) }
}
