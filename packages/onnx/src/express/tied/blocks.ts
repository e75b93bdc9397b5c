import { floatsOf, type Table } from '@slimbed/core'
import { codesOf } from '@slimbed/runtime/kinds'
import { types } from '../../model/types.js'
import type { Builder } from '../builder.js'
import { add, cast, constant, float, gather, multiply, reshape, subtract, toInt } from '../operations.js'
import type { Tied } from './pattern.js'

/** What ONNX Runtime calls its own operators. */
const domain = 'com.microsoft'
/** Columns of a block that it takes. */
const blockSizes: readonly number[] = [16, 32, 64, 128, 256]
/** Vectors are rounded to 8 bits, block by block: many times quicker, and hardly worse than codes of 4 bits. */
const accuracyLevel = 4

/**
 * Codes of 4 or 8 bits in blocks with one zero for all, as `MatMulNBits` of ONNX Runtime has them; rows of the same tensor are decoded by standard operators. Undefined for another table.
 */
export function blocks(table: Table, key: string): Tied | undefined {
  const parts = codesOf(table)
  if (!parts || (parts.bits !== 4 && parts.bits !== 8) || typeof parts.zero !== 'number') return undefined
  const { bits, groupSize: size, codes, zero } = parts
  const { rows, dim } = table
  const count = dim / size
  const scale = floatsOf(parts.scale)
  if (!blockSizes.includes(size) || !Number.isInteger(count)) return undefined
  if (scale.length !== rows * count) return undefined
  const stored = (b: Builder) => constant(b, `${key}.codes`, [rows, count, (size * bits) / 8], codes)
  const scales = (b: Builder) => constant(b, `${key}.scale`, [rows, count], scale)
  /** What the zero is off the one that the operator has. */
  const moved = 2 ** (bits - 1) - zero
  const each = 8 / bits
  const list = Float32Array.from(
    { length: 256 * each },
    (_, i) => ((Math.floor(i / each) >> ((i % each) * bits)) & (2 ** bits - 1)) - zero
  )
  return {
    rows(ids, b) {
      const taken = gather(b, stored(b), ids)
      const levels =
        each === 1
          ? subtract(b, cast(b, taken, types.FLOAT), float(b, zero))
          : gather(b, constant(b, `${key}.list`, [256, each], list), toInt(b, taken))
      const own = reshape(b, gather(b, scales(b), ids), [-1, count, 1])
      return reshape(b, multiply(b, reshape(b, levels, [-1, count, size]), own), [-1, dim])
    },
    products(x, b) {
      const attributes = { K: dim, N: rows, bits, block_size: size, accuracy_level: accuracyLevel }
      const made = b.node('MatMulNBits', [x, stored(b), scales(b)], attributes, domain)
      if (moved === 0) return made
      const all = constant(b, `${key}.moved`, [size, 1], new Float32Array(size).fill(moved))
      const sums = reshape(b, b.node('MatMul', [reshape(b, x, [-1, count, size]), all]), [-1, count])
      const offset = b.node('Gemm', [sums, scales(b)], { transB: 1 })
      return add(b, made, b.node('Reshape', [offset, b.node('Shape', [made])]))
    }
  }
}
