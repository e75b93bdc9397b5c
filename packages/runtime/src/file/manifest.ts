import { fail, isObject, parseObject, quote } from '../check.js'
import type { JsonObject } from '../table/table.js'
import type { SafetensorsHeader } from './safetensors.js'

/** One node of the expression, as a file holds it. */
export interface ManifestNode {
  readonly kind: string
  readonly config?: JsonObject
  readonly children?: Readonly<Record<string, ManifestNode>>
}

/** The checksums of a file: each tensor is cut into blocks of so many bytes, the last of which may be shorter. */
export interface BlockChecksums {
  /** 512 to 1,048,576. */
  readonly blockBytes: number
  /** CRC-32 of every block, 4 bytes each, little-endian, in base64: tensors in the order of the file, blocks in order. */
  readonly crc32: string
}

/** What an artefact says besides its tensors. */
export interface Manifest {
  readonly format: 1
  /** The tree of the one table that the file is. */
  readonly table?: ManifestNode
  /** In place of it, the trees of the tables that a model has, by the names of the tensors that they stand for. */
  readonly tables?: Readonly<Record<string, ManifestNode>>
  /** Of every block of every tensor. */
  readonly checksums: BlockChecksums
  /** How the table was made: pipeline, seed, versions, measured error. Free-form. */
  readonly provenance: JsonObject
  /** What the file's `extra` tensors are. Only files that have some have it. */
  readonly extra?: JsonObject
}

/** The deepest a tree of nodes may be. */
export const maxDepth = 64
/** The most nodes a tree may have. */
export const maxNodes = 1_000_000
/** The deepest the JSON of a manifest may nest: two for each node, and room for what provenance holds. */
const maxNesting = 256

/** Whether brackets nest deeper in `json` than a manifest may. */
function nestsTooDeep(json: string): boolean {
  let depth = 0
  let inString = false
  for (let i = 0; i < json.length; i++) {
    const unit = json.charCodeAt(i)
    if (inString) {
      if (unit === 92) i++
      else if (unit === 34) inString = false
    } else if (unit === 34) inString = true
    else if (unit === 91 || unit === 123) {
      if (++depth > maxNesting) return true
    } else if (unit === 93 || unit === 125) depth--
  }
  return false
}

/**
 * The manifest of a slimbed artefact, from the header of its file; `verify` is called before anything is made of the manifest.
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
