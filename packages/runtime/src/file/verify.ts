import { fail, quote } from '../check.js'
import { crc32, hex8 } from './crc32.js'
import type { Manifest } from './manifest.js'
import type { SafetensorsEntry, SafetensorsHeader } from './safetensors.js'

/** Refuses bytes that are not what was saved. */
export interface Checksums {
  /** Throws `corrupt-file` unless the first bytes of a file have the checksum that its metadata gives. */
  header(bytes: Uint8Array, header: SafetensorsHeader): void
  /** Throws `corrupt-file` unless the bytes of a tensor have the checksum that the manifest gives. */
  tensor(bytes: Uint8Array, entry: SafetensorsEntry, checksums: Manifest['checksums']): void
}

function verifyHeader(bytes: Uint8Array, { dataStart, metadata }: SafetensorsHeader): void {
  // Not `slice`, which of a Buffer is no copy.
  const header = new Uint8Array(bytes.subarray(0, dataStart))
  const checksum = metadata.get('checksum') ?? ''
  const key = new TextEncoder().encode('"checksum":"')
  let at = header.indexOf(key[0])
  while (at >= 0 && !key.every((byte, i) => header[at + i] === byte)) at = header.indexOf(key[0], at + 1)
  if (at < 0 || !/^[0-9a-f]{8}$/.test(checksum)) {
    fail('corrupt-file', '__metadata__: expected "checksum":"…" of eight lower-case hex digits')
  }
  header.fill(48, at + key.length, at + key.length + 8)
  const found = hex8(crc32(header))
  if (found !== checksum)
    fail('corrupt-file', `bytes 0 to ${dataStart}: checksum ${found}, expected ${checksum}: damaged`)
}

function verifyTensor(
  bytes: Uint8Array,
  { name, begin, end }: SafetensorsEntry,
  checksums: Manifest['checksums']
): void {
  const expected = Object.hasOwn(checksums, name) ? checksums[name] : undefined
  if (expected === undefined) fail('corrupt-file', `tensor ${quote(name)}: the manifest gives no checksum`)
  const found = hex8(crc32(bytes))
  if (found === expected) return
  const where = `tensor ${quote(name)} (bytes ${begin} to ${end})`
  fail('corrupt-file', `${where}: checksum ${found}, expected ${quote(`${expected}`)}: damaged`)
}

/** Compares what was read with the checksums that the file gives: for `loadTable`. */
export const checksums: Checksums = { header: verifyHeader, tensor: verifyTensor }
