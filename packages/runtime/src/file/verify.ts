import { fail, isInteger, quote } from '../check.js'
import { crc32 } from './crc32.js'
import type { Manifest } from './manifest.js'
import type { SafetensorsEntry, SafetensorsHeader } from './safetensors.js'

/** The checksums of a file's tensors. */
export interface TensorChecks {
  readonly blockBytes: number
  /**
   * Throws `corrupt-file` unless the bytes have the checksums in the manifest. They begin at byte `from` of the tensor, a multiple of
   * `blockBytes`, and end at the end of a block or of the tensor.
   */
  check(bytes: Uint8Array, entry: SafetensorsEntry, from?: number): void
  /**
   * Throws as `check` does, of a file whose first `to` bytes are there, or all, and whose first `from` have been checked: each tensor up to the last whole
   * block of these bytes.
   */
  checkFile(file: Uint8Array, from: number, to: number): void
}

/** Compares bytes with checksums. */
export interface Checksums {
  /** Throws `corrupt-file` unless the header has the checksum in its metadata. `bytes` begin with the header. */
  header(bytes: Uint8Array, header: SafetensorsHeader): void
  /** The checks of the file's tensors. Throws `corrupt-file` if the number of checksums is wrong. */
  tensors(header: SafetensorsHeader, manifest: Manifest): TensorChecks
}

function verifyHeader(bytes: Uint8Array, { dataStart, metadata }: SafetensorsHeader): void {
  // Not `slice`, which does not copy a Buffer.
  const header = new Uint8Array(bytes.subarray(0, dataStart))
  const checksum = metadata.get('checksum') ?? ''
  const key = '"checksum":"'
  // A character for each byte.
  const at = new TextDecoder('latin1').decode(header).indexOf(key)
  if (at < 0 || !/^[0-9a-f]{8}$/.test(checksum)) {
    fail('corrupt-file', '__metadata__: expected "checksum":"…" of eight lower-case hex digits')
  }
  header.fill(48, at + key.length, at + key.length + 8)
  if (crc32(header) !== Number.parseInt(checksum, 16))
    fail('corrupt-file', `bytes 0 to ${dataStart}: wrong checksum: damaged`)
}

/** Reads the checksums of a file's blocks. Throws `corrupt-file` if there are more or fewer than blocks. */
function tensorChecks({ tensors }: SafetensorsHeader, { checksums }: Manifest): TensorChecks {
  const { blockBytes, crc32: text } = checksums
  const first = new Map<string, number>()
  let count = 0
  for (const { name, begin, end } of [...tensors.values()].sort((a, b) => a.begin - b.begin)) {
    first.set(name, count)
    count += Math.ceil((end - begin) / blockBytes)
  }
  let sums = new Uint8Array()
  try {
    // Text of a wrong length is not decoded.
    if (text.length === 4 * Math.ceil((4 * count) / 3)) {
      const units = atob(text)
      // Not `from`, which would make a list of them first: ten megabytes for a file of 4 GB.
      sums = new Uint8Array(units.length).map((_, i) => units.charCodeAt(i))
    }
  } catch {}
  if (sums.length !== 4 * count || !isInteger(blockBytes, 512, 2 ** 20)) {
    fail('corrupt-file', 'the manifest must have a checksum for each block, in base64, of 512 to 1048576 bytes')
  }
  const all = new Uint32Array(sums.buffer)
  function check(bytes: Uint8Array, { name, begin }: SafetensorsEntry, from = 0): void {
    const place = first.get(name)! + from / blockBytes
    for (let at = 0; at < bytes.length; at += blockBytes) {
      const block = bytes.subarray(at, at + blockBytes)
      if (crc32(block) === all[place + at / blockBytes]) continue
      const start = begin + from + at
      const where = `tensor ${quote(name)} (bytes ${start} to ${start + block.length})`
      fail('corrupt-file', `${where}: wrong checksum: damaged`)
    }
  }
  return {
    blockBytes,
    check,
    checkFile(file, from, to) {
      for (const entry of tensors.values()) {
        const { begin, end } = entry
        const [start, stop] = [from, to].map((at) =>
          at < end ? Math.max(begin, at - ((at - begin) % blockBytes)) : end
        )
        check(file.subarray(start, stop), entry, start - begin)
      }
    }
  }
}

/** Compares a file with its checksums: for `loadTable`. */
export const checksums: Checksums = { header: verifyHeader, tensors: tensorChecks }
