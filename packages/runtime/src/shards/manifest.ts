import { fail, isInteger, isObject, maxDim, maxRows, parseObject } from '../check.js'
import { crc32, hex8 } from '../file/crc32.js'
import type { JsonObject } from '../table/table.js'

/** One part of a table in shards: a file with some of the rows, which is an artefact by itself. */
export interface ShardPart {
  /** The name of the file, beside the manifest. */
  readonly file: string
  readonly rows: number
  /** Of the file. */
  readonly bytes: number
  /** CRC-32 of the header of the file, in eight hexadecimal digits: it holds the checksums of all blocks of the file. */
  readonly header: string
}

/** What a table in shards consists of. */
export interface ShardsManifest {
  readonly rows: number
  readonly dim: number
  /** In the order of the rows. */
  readonly parts: readonly ShardPart[]
  /** How the table was made. Free-form. */
  readonly provenance: JsonObject
}

/** The name of the manifest in the folder of its parts. */
export const shardsFile = 'slimbed.shards.json'

/** What a manifest begins with; eight digits follow. */
const begin = '{"checksum":"'
const mostParts = 100_000
const mostBytes = 2 ** 26

/** Names that stay in the folder, on every system. */
const isFileName = (name: unknown): name is string =>
  typeof name === 'string' && /^[A-Za-z0-9][\w.-]{0,200}\.safetensors$/.test(name)

/** The CRC-32 of a manifest, its own digits taken as zeros. */
function checksumOf(bytes: Uint8Array): string {
  const plain = bytes.slice()
  plain.fill(48, begin.length, begin.length + 8)
  return hex8(crc32(plain))
}

function partOf(entry: unknown, index: number): ShardPart {
  const { file, rows, bytes, header } = (isObject(entry as JsonObject) ? entry : {}) as JsonObject
  const good =
    isFileName(file) &&
    isInteger(rows, 1, maxRows) &&
    isInteger(bytes, 8, Number.MAX_SAFE_INTEGER) &&
    typeof header === 'string' &&
    /^[0-9a-f]{8}$/.test(header)
  if (good) return { file, rows, bytes, header }
  return fail(
    'corrupt-file',
    `part ${index} of the manifest must have the name of a .safetensors file beside it, rows, bytes and a checksum`
  )
}

/** Reads a manifest of shards. Throws `corrupt-file` for one that is damaged, or names files elsewhere, and `unsupported` for a later version. */
export function parseShards(bytes: Uint8Array): ShardsManifest {
  const digits = new TextDecoder().decode(bytes.subarray(0, begin.length + 8))
  if (bytes.length > mostBytes || !digits.startsWith(begin)) fail('corrupt-file', 'this is no manifest of shards')
  if (digits.slice(begin.length) !== checksumOf(bytes)) {
    fail('corrupt-file', 'the manifest of shards is damaged: its checksum does not fit')
  }
  const { format, rows, dim, parts, provenance } = parseObject(bytes, 'the manifest of shards')
  if (format !== 1) fail('unsupported', `shards of format ${JSON.stringify(format)}; this version reads format 1`)
  if (!isInteger(rows, 1, maxRows) || !isInteger(dim, 1, maxDim) || !Array.isArray(parts)) {
    return fail('corrupt-file', 'the manifest of shards must have rows, dim and parts')
  }
  if (parts.length > mostParts) fail('corrupt-file', `${parts.length} shards are more than ${mostParts}`)
  const found = parts.map(partOf)
  const sum = found.reduce((all, part) => all + part.rows, 0)
  if (sum !== rows) fail('corrupt-file', `the shards have ${sum} rows, the table ${rows}`)
  if (new Set(found.map(({ file }) => file)).size < found.length) fail('corrupt-file', 'a shard is named twice')
  return { rows, dim, parts: found, provenance: isObject(provenance) ? provenance : {} }
}

/** The bytes of a manifest of shards. */
export function formatShards({ rows, dim, parts, provenance }: ShardsManifest): Uint8Array {
  const json = JSON.stringify({ checksum: '00000000', format: 1, rows, dim, parts, provenance })
  const bytes = new TextEncoder().encode(json)
  bytes.set(new TextEncoder().encode(checksumOf(bytes)), begin.length)
  return bytes
}
