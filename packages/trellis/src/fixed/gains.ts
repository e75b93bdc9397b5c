import { normsOf } from './classes.js'
import type { FixedCode } from './code.js'

/** Octaves between classes at most, where there are bits for it. */
const octaves = 0.2
const mostGainBits = 8
/** The share of rows below which rows have no classes of their own. */
const rare = 1 / 200

/** Where the smallest rows but a few and the largest lie, in octaves. */
function rangeOf(x: Float32Array, code: Pick<FixedCode, 'scale' | 'bits'>): readonly [number, number] {
  const found = normsOf(x, code).filter((norm) => norm > 0)
  if (found.length === 0) return [0, 0]
  found.sort()
  return [Math.log2(found[Math.floor(found.length * rare)]), Math.log2(found[found.length - 1])]
}

/** Bits for the gains of rows like these, `most` at most. */
export function gainBitsFor(x: Float32Array, code: Pick<FixedCode, 'scale' | 'bits'>, most: number): number {
  const [bottom, top] = rangeOf(x, code)
  return Math.min(mostGainBits, most, Math.max(1, Math.ceil(Math.log2((top - bottom) / octaves + 1))))
}

/** Gains for rows like these, evenly spaced in octaves: `2^gainBits`. */
export function gainsFor(x: Float32Array, code: Pick<FixedCode, 'scale' | 'bits'>, gainBits: number): Float32Array {
  const [bottom, top] = rangeOf(x, code)
  const last = 2 ** gainBits - 1
  return Float32Array.from({ length: last + 1 }, (_, i) => 2 ** (bottom + ((top - bottom) * i) / last))
}
