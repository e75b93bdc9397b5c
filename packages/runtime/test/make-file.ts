import { crc32 as zlibCrc32 } from 'node:zlib'

/** One tensor of a file made by hand. */
export interface Entry {
  readonly dtype: string
  readonly shape: readonly unknown[]
  readonly bytes: Uint8Array
}

/** What a hand-made file says; everything may be wrong. */
export interface FileParts {
  readonly tensors: Readonly<Record<string, Entry>>
  readonly manifest?: unknown
  /** The manifest's text, instead of `manifest`. */
  readonly text?: string
  readonly metadata?: Readonly<Record<string, unknown>>
  /** Offsets that replace the right ones. */
  readonly offsets?: Readonly<Record<string, readonly [unknown, unknown]>>
  /** Bytes after the last tensor. */
  readonly tail?: Uint8Array
  /** Bytes of the blocks that have a checksum each. */
  readonly blockBytes?: number
}

export const crc = (bytes: Uint8Array): string => zlibCrc32(bytes).toString(16).padStart(8, '0')

/** The header of a safetensors file around its JSON. */
export function withHeader(json: string, data: Uint8Array = new Uint8Array(0)): Uint8Array {
  const text = Buffer.from(json)
  const length = Buffer.alloc(8)
  length.writeBigUInt64LE(BigInt(text.length))
  return Uint8Array.from(Buffer.concat([length, text, data]))
}

/** A file written by the plainest means, its checksums right whatever it says. */
export function makeFile({
  tensors,
  manifest,
  text,
  metadata,
  offsets = {},
  tail,
  blockBytes = 512
}: FileParts): Uint8Array {
  const chunks: Uint8Array[] = []
  const entries: [string, unknown][] = []
  const sums: Uint8Array[] = []
  let at = 0
  for (const [name, { dtype, shape, bytes }] of Object.entries(tensors)) {
    entries.push([
      name,
      { dtype, shape, data_offsets: Object.hasOwn(offsets, name) ? offsets[name] : [at, at + bytes.length] }
    ])
    for (let from = 0; from < bytes.length; from += blockBytes) {
      const sum = Buffer.alloc(4)
      sum.writeUInt32LE(zlibCrc32(bytes.subarray(from, from + blockBytes)))
      sums.push(sum)
    }
    chunks.push(bytes)
    at += bytes.length
  }
  const complete = {
    format: 1,
    checksums: { blockBytes, crc32: Buffer.concat(sums).toString('base64') },
    ...(manifest as object)
  }
  const slimbed = text ?? JSON.stringify(complete)
  const facts = metadata ?? { checksum: '00000000', slimbed }
  let json = JSON.stringify({ __metadata__: facts, ...Object.fromEntries(entries) })
  while (Buffer.byteLength(json) % 8 !== 0) json += ' '
  const zeroed = withHeader(json)
  const file = Buffer.concat([zeroed, ...chunks, tail ?? new Uint8Array(0)])
  const digits = file.indexOf('"checksum":"00000000"')
  if (digits >= 0) file.write(crc(zeroed), digits + 12)
  return Uint8Array.from(file)
}

export const f32 = (shape: readonly number[], ...values: number[]): Entry => ({
  dtype: 'F32',
  shape,
  bytes: new Uint8Array(Float32Array.from(values).buffer)
})

export const u8 = (shape: readonly number[], ...values: number[]): Entry => ({
  dtype: 'U8',
  shape,
  bytes: Uint8Array.from(values)
})

export const u32 = (shape: readonly number[], ...values: number[]): Entry => ({
  dtype: 'U32',
  shape,
  bytes: new Uint8Array(Uint32Array.from(values).buffer)
})
