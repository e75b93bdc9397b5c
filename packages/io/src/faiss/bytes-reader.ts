import { SlimbedError } from '@slimbed/runtime'

/** Reads numbers one after another; every length is checked before anything is taken. */
export interface BytesReader {
  /** Four characters that say what follows. */
  tag(): string
  byte(): number
  int32(): number
  /** A 64-bit count, at most what a number holds exactly. */
  count(): number
  /** A vector: its length in elements, then these. */
  floats(): Float32Array
  bytes(): Uint8Array
  /** Throws `corrupt-file`, naming the place. */
  fail(message: string): never
}

/** Reads `bytes`, all of a file called `name`, little-endian. Its functions throw `corrupt-file` beyond the end. */
export function bytesReader(bytes: Uint8Array, name: string): BytesReader {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  let at = 0
  const fail = (message: string): never => {
    throw new SlimbedError('corrupt-file', `${name}, byte ${at}: ${message}`)
  }
  function take(size: number): number {
    if (!(size <= bytes.length - at)) fail(`expected ${size} bytes more; the file has ${bytes.length - at}`)
    at += size
    return at - size
  }
  function count(): number {
    const value = view.getBigUint64(take(8), true)
    return value <= Number.MAX_SAFE_INTEGER ? Number(value) : fail(`the length ${value}`)
  }
  return {
    tag: () => String.fromCharCode(...bytes.subarray(take(4), at)),
    byte: () => bytes[take(1)],
    int32: () => view.getInt32(take(4), true),
    count,
    floats() {
      const start = take(4 * count())
      return new Float32Array(bytes.slice(start, at).buffer)
    },
    bytes: () => bytes.slice(take(count()), at),
    fail
  }
}
