import type { Matrix } from '@slimbed/core'
import type { EightBitFloats, EightBitMatrix } from '@slimbed/core/blocks'

/** The values of codes by the formulas of IEEE 754, with NaN where `nan` says and an infinity at `infinity`. */
const typeOf = (fraction: number, bias: number, infinity: number, nan: number): EightBitFloats => {
  const values = Float32Array.from({ length: 256 }, (_, code) => {
    const [size, sign] = [code & 127, code < 128 ? 1 : -1]
    if (size >= nan) return Number.NaN
    if (size === infinity) return sign * Infinity
    const [exponent, part] = [size >> fraction, (size % 2 ** fraction) / 2 ** fraction]
    return sign * (exponent === 0 ? part * 2 ** (1 - bias) : (1 + part) * 2 ** (exponent - bias))
  })
  return { fraction, bias, infinity, nan, values }
}

/** The types of floats of 8 bits. */
export const eightBitTypes = { E4M3: typeOf(3, 7, 128, 127), E5M2: typeOf(2, 15, 124, 125) }

/** Rows of floats of 8 bits, some of zeros, with a few larger ones; as they are stored, or as float32 alone. */
export function eightBitTable(rows: number, dim: number, stored: boolean, spoilt?: number, by = 127): Matrix {
  const { E4M3: type } = eightBitTypes
  const codes = Uint8Array.from({ length: rows * dim }, (_, i) => {
    const word = Math.imul(i + 1, 2654435761) ^ Math.imul(i >> 7, 40503)
    return (Math.floor(i / dim) % 97 === 0 ? 0 : (word >>> 25) % 76) | ((word & 1) << 7)
  })
  if (spoilt !== undefined) codes[spoilt] = by
  const valuesOf = (start: number, count: number) =>
    Float32Array.from(codes.subarray(start * dim, (start + count) * dim), (code) => type.values[code])
  const read: Matrix['read'] = async (start, count) => {
    const values = valuesOf(start, count)
    const at = values.findIndex((value) => !Number.isFinite(value))
    if (at >= 0) throw new Error(`the table has no number at ${start * dim + at}`)
    return values
  }
  const eightBits = {
    type,
    read: async (start: number, count: number) => codes.subarray(start * dim, (start + count) * dim)
  }
  const unchecked: EightBitMatrix = { rows, dim, read: async (...of) => valuesOf(of[0], of[1]), eightBits }
  return { rows, dim, read, unchecked: stored ? unchecked : { rows, dim, read: unchecked.read } }
}
