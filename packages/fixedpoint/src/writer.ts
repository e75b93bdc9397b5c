import { codeBytes, packCodes } from '@slimbed/core'
import type { Codes } from './encode.js'
import type { Layout } from './layout.js'

/** Gathers the codes of a matrix block by block, packed. */
export interface Writer {
  /** `rows × ⌈dim · bits / 8⌉` bytes, whole after the last `end`. */
  readonly packed: Uint8Array
  /** Where the codes of rows `start … start + count` are to be written: row-major in `codes` from `offset` on. */
  begin(start: number, count: number): { codes: Codes; offset: number }
  /** Packs what was written since `begin`. */
  end(start: number, count: number): void
}

/** A writer of the codes of a layout's matrix. Codes of 8 bits need no packing: they are written in place. */
export function createWriter({ rows, dim }: Layout, bits: number): Writer {
  const packed = new Uint8Array(rows * codeBytes(dim, bits))
  if (bits === 8) return { packed, begin: (start) => ({ codes: packed, offset: start * dim }), end: () => {} }
  let room: Codes = new Uint8Array(0)
  return {
    packed,
    begin(_, count) {
      const size = count * dim
      if (room.length < size) room = bits < 8 ? new Uint8Array(size) : new Uint16Array(size)
      return { codes: room, offset: 0 }
    },
    end: (start, count) => packCodes(room.subarray(0, count * dim), dim, bits, packed, start)
  }
}
