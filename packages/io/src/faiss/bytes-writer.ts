import { GrowingBytes } from '../source/growing.js'

/** Writes numbers one after another, little-endian. */
export interface BytesWriter {
  /** Four characters that say what follows. */
  tag(text: string): void
  byte(value: number): void
  int32(value: number): void
  /** A 64-bit count. */
  count(value: number): void
  /** A vector: its length in elements, then these. */
  floats(values: Float32Array): void
  /** The bytes so far, in an array of their own. */
  finish(): Uint8Array
}

/** What `bytesReader` reads again. */
export function bytesWriter(): BytesWriter {
  const out = new GrowingBytes()
  const view = new DataView(new ArrayBuffer(8))
  const append = (size: number) => out.append(new Uint8Array(view.buffer, 0, size))
  const count = (value: number) => {
    view.setBigUint64(0, BigInt(value), true)
    append(8)
  }
  return {
    tag: (text) => out.append(new TextEncoder().encode(text)),
    byte: (value) => out.appendByte(value),
    int32(value) {
      view.setInt32(0, value, true)
      append(4)
    },
    count,
    floats(values) {
      count(values.length)
      out.append(new Uint8Array(values.buffer, values.byteOffset, values.byteLength))
    },
    finish: () => out.finish()
  }
}
