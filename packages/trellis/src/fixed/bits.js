/** @import { FixedCode } from './code.js' */

/**
 * The bits that tell the gain of a row.
 * @param {Pick<FixedCode, 'gains'>} code
 */
export const gainBitsOf = ({ gains }) => (gains ? Math.log2(gains.length) : 0)

/**
 * The bits of a row.
 * @param {Pick<FixedCode, 'bits' | 'gains'>} code
 */
export const rowBitsOf = (code) => code.bits.reduce((sum, count) => sum + count, gainBitsOf(code))

/**
 * The numbers of bits above 0 that occur, ascending.
 * @param {Uint8Array} bits
 */
export const numbersOf = (bits) => [...new Set(bits)].filter((count) => count > 0).sort((a, b) => a - b)

/**
 * Some bits in the opposite order.
 * @param {number} bits
 * @param {number} count
 */
export function reversed(bits, count) {
  let out = 0
  for (let i = 0; i < count; i++) out |= ((bits >> i) & 1) << (count - 1 - i)
  return out
}
