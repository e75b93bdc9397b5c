import type { Builder } from './builder.js'
import { wholeNumbers } from './numbers.js'
import { add, divide, gather, int, multiply, remainder, rowsOf, toInt } from './operations.js'

/** Rows of bits, the lowest bit of a byte first; every row begins on a byte. */
export interface BitRows {
  readonly rows: number
  readonly rowBytes: number
  /** `rows × rowBytes`. */
  readonly bytes: Uint8Array
}

/** Rows of bits that were taken: their bytes as int32, `[…ids, rowBytes]`. */
export interface TakenBits {
  readonly taken: string
  readonly rowBytes: number
}

/** The rows `ids` of rows of bits, which lie in the file once for all that is read from them. */
export const bitsOf = (
  b: Builder,
  key: string,
  { rows, rowBytes, bytes }: BitRows,
  ids: string | undefined
): TakenBits => ({ taken: toInt(b, rowsOf(b, `${key}.bits`, [rows, rowBytes], bytes, ids)), rowBytes })

/**
 * The whole numbers that stand in rows of bits at `starts`, `width` bits each, as int32: `[…ids, starts]`. A start may lie before the row:
 * bits there are 0. `width` is at most 16.
 *
 * Bytes are first joined to numbers of two or three bytes, as few as there are places where one begins; each number is one of these, shifted.
 */
export function windows(
  b: Builder,
  key: string,
  { taken: all, rowBytes }: TakenBits,
  starts: readonly number[],
  width: number
): string {
  const firsts = starts.map((start) => Math.floor(start / 8))
  const shifts = starts.map((start, i) => start - 8 * firsts[i])
  const joined = Math.ceil((Math.max(...shifts) + width) / 8)
  const places = [...new Set(firsts)].sort((x, y) => x - y)
  let words: string | undefined
  for (let i = 0; i < joined; i++) {
    const inside = places.map((place) => place + i >= 0 && place + i < rowBytes)
    const at = places.map((place, j) => (inside[j] ? place + i : 0))
    const factors = inside.map((is) => (is ? 256 ** i : 0))
    const taken = gather(b, all, wholeNumbers(b, `${key}.at${i}`, at), 1)
    const plain = factors.every((factor) => factor === 1)
    const part = plain ? taken : multiply(b, taken, wholeNumbers(b, `${key}.unit${i}`, factors))
    words = words === undefined ? part : add(b, words, part)
  }
  const spread = firsts.map((first) => places.indexOf(first))
  const same = spread.length === places.length && spread.every((place, i) => place === i)
  let numbers = words ?? all
  if (!same) numbers = gather(b, numbers, wholeNumbers(b, `${key}.word`, spread), 1)
  if (shifts.some((shift) => shift > 0)) {
    const units = shifts.map((shift) => 2 ** shift)
    numbers = divide(b, numbers, wholeNumbers(b, `${key}.shift`, units))
  }
  return remainder(b, numbers, int(b, 2 ** width))
}

/** Rows of bits without gaps as rows that begin on a byte each. */
export function alignRows(stream: Uint8Array, rows: number, rowBits: number): BitRows {
  const rowBytes = Math.ceil(rowBits / 8)
  if (rowBits % 8 === 0) return { rows, rowBytes, bytes: stream }
  const bytes = new Uint8Array(rows * rowBytes)
  for (let row = 0; row < rows; row++) {
    for (let i = 0, from = row * rowBits; i < rowBits; i++, from++) {
      const bit = (stream[from >> 3] >> (from & 7)) & 1
      bytes[row * rowBytes + (i >> 3)] |= bit << (i & 7)
    }
  }
  return { rows, rowBytes, bytes }
}
