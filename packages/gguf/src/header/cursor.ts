import { SlimbedError } from '@slimbed/runtime'

/** Thrown where a header goes on behind the bytes that have been read of a file, up to `end` at least. */
export class NeedsMore extends Error {
  readonly end: number

  constructor(end: number) {
    super(`bytes up to ${end} are needed`)
    this.end = end
  }
}

/** Reads numbers and strings one after another; every length is checked before anything is taken. */
export interface Cursor {
  /** The offset of the next byte. */
  at(): number
  uint32(): number
  /** A 64-bit number, at most what a number holds exactly: `what` is named in the error. */
  uint64(what: string): number
  /** Passes over so many bytes, and returns them. */
  take(count: number, what: string): Uint8Array
  /** The bytes from `start` to the next one. */
  since(start: number): Uint8Array
  /** The bytes of a string, after their number. */
  string(what: string): Uint8Array
  /** A number of things that take at least `least` bytes each, which must fit into the file. */
  count(least: number, what: string): number
  /** Throws `corrupt-file`, naming the place. */
  fail(message: string): never
}

/** Reads `bytes`, the first ones of a file of `size` bytes called `name`, little-endian. Its functions throw `corrupt-file`, and `NeedsMore`. */
export function cursorOn(bytes: Uint8Array, { name, size }: { readonly name: string; readonly size: number }): Cursor {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  let at = 0
  const fail = (message: string): never => {
    throw new SlimbedError('corrupt-file', `${name}, byte ${at}: ${message}`)
  }
  function pass(count: number, what: string): number {
    if (!(count <= size - at)) fail(`expected ${count} bytes of ${what}; the file ends after ${size - at}`)
    if (count > bytes.length - at) throw new NeedsMore(at + count)
    at += count
    return at - count
  }
  function uint64(what: string): number {
    const start = pass(8, what)
    const value = view.getUint32(start, true) + view.getUint32(start + 4, true) * 2 ** 32
    return Number.isSafeInteger(value) ? value : fail(`${what}: expected a number below 2⁵³`)
  }
  const take = (count: number, what: string) => bytes.subarray(pass(count, what), at)
  return {
    at: () => at,
    uint32: () => view.getUint32(pass(4, 'a number'), true),
    uint64,
    take,
    since: (start) => bytes.subarray(start, at),
    string: (what) => take(uint64(`the length of ${what}`), what),
    count(least, what) {
      const count = uint64(`the number of ${what}`)
      return count * least <= size - at ? count : fail(`${count} ${what}, for which the file is too short`)
    },
    fail
  }
}
