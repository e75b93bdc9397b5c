import { fail, isObject, parseObject, quote } from '../check.js'
import type { JsonObject } from '../table/table.js'
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

/** Whether brackets in `json` nest deeper than `maxNesting`. */
function nestsTooDeep(json: string): boolean {
  let depth = 0
  let inString = false
  for (let i = 0; i < json.length; i++) {
    const unit = json.charCodeAt(i)
    // A backslash outside of a string is no JSON.
    if (unit === 92) i++
    else if (unit === 34) inString = !inString
    else if (!inString) {
      // Square and curly brackets differ in one bit.
      if ((unit | 32) === 123 && ++depth > maxNesting) return true
      if ((unit | 32) === 125) depth--
    }
  }
  return false
}

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
  if (nestsTooDeep(text)) fail('corrupt-file', `the manifest nests deeper than ${maxNesting} levels`)
  const json = parseObject(text, 'the manifest')
  const { format, table, tables, checksums = {}, provenance = {}, extra } = json
  if (format !== 1) {
    const found = quote(JSON.stringify(format) ?? 'none')
    fail('unsupported', `format ${found} of the manifest, expected 1; a newer @slimbed/runtime may read it`)
  }
  const objects = {
    ...(tables === undefined ? { table } : { tables }),
    checksums,
    provenance,
    ...(extra === undefined ? {} : { extra })
  }
  for (const [name, value] of Object.entries(objects)) {
    if (!isObject(value)) fail('corrupt-file', `the manifest: "${name}" must be a JSON object`)
  }
  return { format, ...(objects as object as Omit<Manifest, 'format'>) }
}
