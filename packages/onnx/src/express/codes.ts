import { types } from '../model/types.js'
import type { Builder } from './builder.js'
import { byteRows, valueRows, wholeNumbers } from './numbers.js'
import { cast, constant, gather, reshape, rowsOf } from './operations.js'
import { bitsOf, windows } from './windows.js'

/** Codes of rows: a little-endian stream of bits for each, which begins on a byte. */
export interface Codes {
  readonly rows: number
  readonly dim: number
  readonly bits: number
  /** `rows × ⌈dim · bits / 8⌉`. */
  readonly codes: Uint8Array
}

/** The codes themselves, int32: `[…ids, dim]`. */
export function codeNumbers(
  b: Builder,
  key: string,
  { rows, dim, bits, codes }: Codes,
  ids: string | undefined
): string {
  const starts = Array.from({ length: dim }, (_, j) => j * bits)
  const taken = bitsOf(b, key, { rows, rowBytes: codes.length / rows, bytes: codes }, ids)
  return windows(b, key, taken, starts, bits)
}

/** What the codes stand for, `levels[code]`, float32: `[…ids, dim]`. Up to 8 bits. */
export function codeLevels(
  b: Builder,
  key: string,
  given: Codes,
  levels: Float32Array,
  ids: string | undefined
): string {
  const { rows, dim, bits, codes } = given
  const each = 8 / bits
  if (!Number.isInteger(each) || dim % each !== 0) {
    return gather(b, constant(b, `${key}.levels`, [levels.length], levels), codeNumbers(b, key, given, ids))
  }
  const list = Float32Array.from({ length: 256 * each }, (_, i) => {
    const [byte, place] = [Math.floor(i / each), i % each]
    return levels[(byte >> (place * bits)) & (levels.length - 1)]
  })
  return byteRows(b, key, codes, rows, list, ids)
}

/** The codes less `zero`, float32: `[…ids, dim]`. */
export function codeDistances(b: Builder, key: string, given: Codes, zero: number, ids: string | undefined): string {
  const { rows, dim, bits, codes } = given
  if (bits === 8 && zero === 128) {
    return cast(
      b,
      rowsOf(
        b,
        `${key}.codes`,
        [rows, dim],
        Int8Array.from(codes, (code) => code - 128),
        ids
      ),
      types.FLOAT
    )
  }
  if (bits < 8)
    return codeLevels(
      b,
      key,
      given,
      Float32Array.from({ length: 2 ** bits }, (_, code) => code - zero),
      ids
    )
  const numbers = bits === 8 ? rowsOf(b, `${key}.codes`, [rows, dim], codes, ids) : codeNumbers(b, key, given, ids)
  const values = cast(b, numbers, types.FLOAT)
  return zero === 0 ? values : b.node('Sub', [values, constant(b, `${key}.zero`, [], Float32Array.of(zero))])
}

/** Numbers that groups of columns share: one row for all rows of a table, or one for each. */
export interface Grid {
  readonly values: Float32Array
  readonly groupSize: number
  readonly dim: number
}

/** `opType` of every value and the number of its group. */
export function withGrid(
  b: Builder,
  key: string,
  opType: 'Mul' | 'Sub',
  x: string,
  grid: Grid,
  ids: string | undefined
): string {
  const { values, groupSize, dim } = grid
  const groups = Math.ceil(dim / groupSize)
  const groupOf = Array.from({ length: dim }, (_, j) => Math.floor(j / groupSize))
  if (values.length === groups) {
    const spread = groups === 1 ? values : Float32Array.from(groupOf, (group) => values[group])
    return b.node(opType, [x, constant(b, key, groups === 1 ? [] : [dim], spread)])
  }
  const own = valueRows(b, key, values, groups, ids)
  if (groups === 1) return b.node(opType, [x, own])
  if (dim % groupSize !== 0) {
    return b.node(opType, [x, gather(b, own, wholeNumbers(b, `${key}.group`, groupOf), 1)])
  }
  const [apart, each] = [reshape(b, x, [-1, groups, groupSize]), reshape(b, own, [-1, groups, 1])]
  return reshape(b, b.node(opType, [apart, each]), [-1, dim])
}
