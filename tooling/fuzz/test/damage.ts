import { gunzipSync, gzipSync } from 'node:zlib'
import { crc32, hex8 } from '@slimbed/runtime/format'
import { mutate, type Random } from './mutate.js'

// Most damage ends at a length or a checksum that does not fit. Here some files are made to fit again after it, so that what lies
// behind is tried, too: this is what a file made to harm looks like.

const isGzip = (bytes: Uint8Array) => bytes[0] === 0x1f && bytes[1] === 0x8b
const isNpy = (bytes: Uint8Array) => bytes[0] === 0x93 && bytes[1] === 0x4e

/** The length of the header of a safetensors file, if it is one. */
function headerLength(bytes: Uint8Array): number | undefined {
  if (bytes.length < 10 || bytes[8] !== 0x7b) return undefined
  const length = Number(Buffer.from(bytes).readBigUInt64LE(0))
  return length <= bytes.length - 8 ? length : undefined
}

function withLength(header: Uint8Array, data: Uint8Array): Uint8Array {
  const length = Buffer.alloc(8)
  length.writeBigUInt64LE(BigInt(header.length))
  return Buffer.concat([length, header, data])
}

/** An artefact with the checksums of what it holds; as it was where its header cannot be read. */
function withChecksums(bytes: Uint8Array): Uint8Array {
  const length = headerLength(bytes)
  if (length === undefined) return bytes
  try {
    const data = bytes.subarray(8 + length)
    const json = JSON.parse(Buffer.from(bytes.subarray(8, 8 + length)).toString('utf8'))
    const manifest = JSON.parse(json.__metadata__.slimbed)
    for (const [name, entry] of Object.entries<{ data_offsets?: [number, number] }>(json)) {
      if (entry.data_offsets) manifest.checksums[name] = hex8(crc32(data.subarray(...entry.data_offsets)))
    }
    json.__metadata__ = { ...json.__metadata__, slimbed: JSON.stringify(manifest), checksum: '00000000' }
    const text = JSON.stringify(json)
    const padded = Buffer.from(text.padEnd(text.length + ((8 - (Buffer.byteLength(text) % 8)) % 8)))
    const file = Buffer.from(withLength(padded, data))
    const key = '"checksum":"'
    file.write(hex8(crc32(file.subarray(0, 8 + padded.length))), file.indexOf(key) + key.length)
    return file
  } catch {
    return bytes
  }
}

/** Damage of one part of a safetensors file: the header or the data, not where they meet. */
function damageParts(random: Random, bytes: Uint8Array, length: number) {
  const [header, data] = [bytes.subarray(8, 8 + length), bytes.subarray(8 + length)]
  const inHeader = random() < 0.6
  const damaged = mutate(random, inHeader ? header : data)
  const whole = inHeader ? withLength(damaged.bytes, data) : withLength(header, damaged.bytes)
  const fits = random() < 0.7
  return {
    bytes: fits ? withChecksums(whole) : whole,
    how: [inHeader ? 'header' : 'data', ...damaged.how, ...(fits ? ['checksums'] : [])]
  }
}

/** A `.npy` file whose header's length is that of its first line. */
function withNpyLength(bytes: Uint8Array): Uint8Array {
  const out = Buffer.from(bytes)
  const end = out.indexOf('\n', 10)
  if (end > 0 && out.length > 12) {
    if (out[6] === 1) out.writeUInt16LE((end - 9) & 0xffff, 8)
    else out.writeUInt32LE(Math.max(0, end - 11), 8)
  }
  return out
}

/** One damaged file made of a valid one, and how. */
export function damage(random: Random, bytes: Uint8Array): { bytes: Uint8Array; how: string[] } {
  const made = random() < 0.6
  if (made && isGzip(bytes)) {
    const { bytes: inner, how } = damage(random, gunzipSync(bytes))
    return { bytes: gzipSync(inner), how: ['gzip', ...how] }
  }
  const length = headerLength(bytes)
  if (made && length !== undefined) return damageParts(random, bytes, length)
  const damaged = mutate(random, bytes)
  if (made && isNpy(bytes)) return { bytes: withNpyLength(damaged.bytes), how: [...damaged.how, 'length'] }
  return damaged
}
