import { closeSync, openSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Matrix } from '@slimbed/core'
import { type EightBitFloats, type EightBitMatrix, type EightBitRows, eightBitsOf } from '@slimbed/core/blocks'
import { onTestFinished } from 'vitest'

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

let made = 0

/** The same table in two files, of which the second may be shorter than it was. */
export async function inFiles(table: Matrix, dim: number, missing = 0): Promise<Matrix> {
  const own = table.unchecked && eightBitsOf(table.unchecked)
  if (!table.unchecked || !own) throw new Error('a table as it is stored was expected')
  const codes = await own.read(0, table.rows)
  const middle = 12_345 * dim
  const name = join(tmpdir(), `slimbed-eight-bits-${process.pid}-${made++}`)
  const paths = [`${name}-0`, `${name}-1`]
  writeFileSync(paths[0], codes.subarray(0, middle))
  writeFileSync(paths[1], codes.subarray(middle, codes.length - missing))
  const descriptors = paths.map((path) => openSync(path, 'r'))
  onTestFinished(() => {
    for (const fd of descriptors) closeSync(fd)
    for (const path of paths) rmSync(path)
  })
  const found: EightBitRows['inFiles'] = (start, count, work) => {
    const [at, end] = [start * dim, (start + count) * dim]
    const before = { fd: descriptors[0], at, length: Math.min(end, middle) - at }
    const after = { fd: descriptors[1], at: Math.max(at, middle) - middle, length: end - Math.max(at, middle) }
    return work([before, after].filter(({ length }) => length > 0))
  }
  const read: EightBitRows['read'] = async (start, count) => {
    if ((start + count) * dim > codes.length - missing) throw new Error('the file is shorter than it was')
    return own.read(start, count)
  }
  const unchecked: EightBitMatrix = { ...table.unchecked, eightBits: { type: own.type, read, inFiles: found } }
  return { ...table, unchecked }
}
