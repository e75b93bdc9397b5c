import { fail, quote } from './check.js'
import { crc32, hex8 } from './crc32.js'
import type { SafetensorsHeader } from './safetensors.js'
import type { Json, JsonObject } from './table.js'

/** One node of the expression, as a file holds it. */
export interface ManifestNode {
  readonly kind: string
  readonly config?: JsonObject
  readonly children?: Readonly<Record<string, ManifestNode>>
}

/** What an artefact says besides its tensors. */
export interface Manifest {
  readonly format: 1
  readonly table: ManifestNode
  /** CRC-32 of every tensor by name, eight lower-case hex digits. */
  readonly checksums: Readonly<Record<string, string>>
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

/** Whether `value` is a JSON object. */
export const isObject = (value: Json | undefined): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

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

/** Throws `corrupt-file` unless `checksum` is the CRC-32 of the header with the checksum's digits taken as 0. */
function checkHeader(header: Uint8Array, checksum: string): void {
  const key = new TextEncoder().encode('"checksum":"')
  let at = header.indexOf(key[0]!)
  while (at >= 0 && !key.every((byte, i) => header[at + i] === byte)) at = header.indexOf(key[0]!, at + 1)
  if (at < 0 || !/^[0-9a-f]{8}$/.test(checksum)) {
    fail('corrupt-file', '__metadata__: expected "checksum":"…" with eight lower-case hex digits and no spaces')
  }
  const zeroed = header.slice()
  zeroed.fill(48, at + key.length, at + key.length + 8)
  const found = hex8(crc32(zeroed))
  if (found !== checksum) {
    fail(
      'corrupt-file',
      `bytes 0 to ${header.length}: the header has checksum ${found}, expected ${checksum}: the file is damaged`
    )
  }
}

/**
 * The manifest of a slimbed artefact, from the first bytes of the file and its parsed header.
 *
 * Throws `unsupported` for a safetensors file that is none or for a newer format, and `corrupt-file`.
 */
export function parseManifest(bytes: Uint8Array, { metadata, dataStart }: SafetensorsHeader, verify = true): Manifest {
  const text = metadata.get('slimbed')
  const checksum = metadata.get('checksum')
  if (text === undefined) {
    if (checksum !== undefined) fail('corrupt-file', '__metadata__ has a checksum but no "slimbed" manifest')
    fail(
      'unsupported',
      'a plain safetensors file, not a slimbed artefact: its __metadata__ has no "slimbed"; compress it first'
    )
  }
  if (checksum === undefined) fail('corrupt-file', '__metadata__ has a "slimbed" manifest but no "checksum"')
  if (verify) checkHeader(bytes.subarray(0, dataStart), checksum)
  if (nestsTooDeep(text)) fail('corrupt-file', `the manifest nests deeper than ${maxNesting} levels`)
  let json: Json
  try {
    json = JSON.parse(text)
  } catch {
    fail('corrupt-file', 'the manifest, "slimbed" in __metadata__, is not JSON')
  }
  if (!isObject(json)) fail('corrupt-file', 'the manifest must be a JSON object')
  const { format, table, checksums = {}, provenance = {}, extra } = json
  if (format !== 1) {
    const found = quote(JSON.stringify(format) ?? 'none')
    fail(
      'unsupported',
      `format ${found} of the manifest: this reader knows format 1; a newer @slimbed/runtime may read it`
    )
  }
  if (!isObject(table)) fail('corrupt-file', 'the manifest: "table" must be an object')
  if (!isObject(checksums)) fail('corrupt-file', 'the manifest: "checksums" must be an object of strings')
  if (!isObject(provenance)) fail('corrupt-file', 'the manifest: "provenance" must be an object')
  if (extra !== undefined && !isObject(extra)) fail('corrupt-file', 'the manifest: "extra" must be an object')
  return {
    format,
    table: table as JsonObject & ManifestNode,
    checksums: checksums as Record<string, string>,
    provenance,
    ...(extra ? { extra } : {})
  }
}

/** Throws `corrupt-file` unless every tensor has the checksum that the manifest gives. */
export function verifyTensors(file: Uint8Array, { tensors }: SafetensorsHeader, { checksums }: Manifest): void {
  for (const { name, begin, end } of tensors.values()) {
    const expected = Object.hasOwn(checksums, name) ? checksums[name] : undefined
    if (expected === undefined) fail('corrupt-file', `tensor ${quote(name)}: the manifest gives no checksum`)
    const found = hex8(crc32(file.subarray(begin, end)))
    if (found === expected) continue
    fail(
      'corrupt-file',
      `tensor ${quote(name)} (bytes ${begin} to ${end}): checksum ${found}, expected ${quote(`${expected}`)}: damaged`
    )
  }
}
