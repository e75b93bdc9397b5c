import type { FixedCode } from './code.js'

/** Octaves between classes at most, where there are bits for it. */
const octaves = 0.2
const mostGainBits = 8

/** The root mean square of each row over the columns that are coded, in units of their scales. */
function norms(x: Float32Array, scale: Float32Array, bits: Uint8Array): Float64Array {
  const dim = scale.length
  const count = bits.reduce((sum, some) => sum + (some > 0 ? 1 : 0), 0)
  return Float64Array.from({ length: x.length / dim }, (_, row) => {
    let sum = 0
    for (let j = 0, at = row * dim; j < dim; j++, at++) if (bits[j] > 0) sum += (x[at] / scale[j]) ** 2
    return Math.sqrt(sum / Math.max(1, count))
  })
}

/** Where the smallest rows but a few and the largest lie, in octaves. */
function rangeOf(x: Float32Array, scale: Float32Array, bits: Uint8Array): readonly [number, number] {
  const found = norms(x, scale, bits).filter((norm) => norm > 0)
  if (found.length === 0) return [0, 0]
  found.sort()
  return [Math.log2(found[Math.floor(found.length / 200)]), Math.log2(found[found.length - 1])]
}

/** Bits for the gains of rows like these. */
export function gainBitsFor(x: Float32Array, scale: Float32Array, bits: Uint8Array): number {
  const [bottom, top] = rangeOf(x, scale, bits)
  return Math.min(mostGainBits, Math.max(1, Math.ceil(Math.log2((top - bottom) / octaves + 1))))
}

/** Gains for rows like these, evenly spaced in octaves: `2^gainBits`; undefined for 0. */
export function gainsFor(x: Float32Array, scale: Float32Array, bits: Uint8Array, gainBits: number) {
  if (gainBits === 0) return undefined
  const [bottom, top] = rangeOf(x, scale, bits)
  const last = 2 ** gainBits - 1
  return Float32Array.from({ length: last + 1 }, (_, i) => 2 ** (bottom + ((top - bottom) * i) / last))
}

/** The class of gain of each row: the nearest as a logarithm. */
export function classesOf(x: Float32Array, { dim, scale, bits, gains }: Omit<FixedCode, 'levels'>): Uint8Array {
  if (!gains) return new Uint8Array(x.length / dim)
  const last = gains.length - 1
  const [bottom, top] = [Math.log2(gains[0]), Math.log2(gains[last])]
  const step = (top - bottom) / last || 1
  return Uint8Array.from(norms(x, scale, bits), (norm) =>
    Math.min(last, Math.max(0, Math.round((Math.log2(norm + 1e-30) - bottom) / step)))
  )
}
