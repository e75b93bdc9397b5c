import type { EightBitFloats } from './eight-bits.js'

/** How rows of floats of 8 bits are quantized whose ends tell their scales. */
export interface EightBitGrids {
  readonly dim: number
  /** Bits of a code, 1 to 8. */
  readonly bits: number
  readonly zero: number
  /** The scale of a row in which all values lie between 0 and that of a code: 256. */
  readonly scales: Float32Array
  /** The same where the row may be done in float32, infinity where not. */
  readonly quick: Float32Array
}

/** Integers of up to 24 bits are float32. */
const whole = 2 ** 24

/** Adding and subtracting it rounds a float64 of magnitude below 2^51 to an integer, half to even. */
const rounder = 1.5 * 2 ** 52
/** The same for a float32 of magnitude below 2^22. */
const rounder32 = 1.5 * 2 ** 23

const { fround } = Math

/** The code of a value in float64, as `encodeRows` has it, and in float32, as the loop over floats of 8 bits has it. */
function codesOf(value: number, scale: number, zero: number, top: number): readonly [number, number] {
  const low = Math.floor(zero)
  const place = fround(fround(fround(value * fround(1 / scale)) + (zero - low)) + (rounder32 + low))
  return [
    Math.min(Math.max(value / scale + zero, 0), top) + rounder - rounder,
    Math.min(fround(place), rounder32 + top) - rounder32
  ]
}

/** The multiple of which all floats of a type are multiples. */
const grainOf = ({ bias, fraction }: EightBitFloats): number => 2 ** (1 - bias - fraction)

/**
 * Whether rows of `dim` values with this scale may be done in float32: every code is that of float64 (each of the few values is tried), and
 * no sum is rounded. Values and levels are multiples of a power of two, the *grain*, so sums of their products are integers in units of that.
 */
function isExact(type: EightBitFloats, scale: number, reach: readonly number[], grids: EightBitGrids): boolean {
  const { dim, bits, zero } = grids
  const top = 2 ** bits - 1
  // A float16 has 11 bits: half a step is at most 2^11 units of its last one.
  const unit = 2 ** (Math.floor(Math.log2(scale)) - 10)
  if (!(scale > 2 ** -60 && scale < 2 ** 60) || !Number.isInteger(scale / unit)) return false
  const grain = grainOf(type)
  // Squares of errors, four at a time: half a step is less than 2^11 units, which are no more than the grain.
  if (unit / 2 > grain) return false
  const steps = Math.max(zero, top - zero)
  const most = reach.reduce((large, value) => Math.max(large, Math.abs(value)), 0)
  // A lane adds up a quarter of a row, of products of a value and half steps, and of squares of half steps.
  if ((most / grain) * 2 * steps * (dim / 4) > whole || (2 * steps) ** 2 * (dim / 4) > whole) return false
  return reach.every((value) => {
    const [code, quick] = codesOf(value, scale, zero, top)
    return code === quick && Math.abs(value - (code - zero) * scale) <= scale / 2
  })
}

/**
 * The grids of rows of floats of 8 bits. `scaleOf` is the scale of values from `min` to `max`: for those on both sides of 0 the larger one of both sides.
 * `zero` is a multiple of a half.
 */
export function eightBitGrids(
  type: EightBitFloats,
  { dim, bits, zero }: Pick<EightBitGrids, 'dim' | 'bits' | 'zero'>,
  scaleOf: (min: number, max: number) => number
): EightBitGrids {
  const scales = type.values.map((value) => scaleOf(Math.min(value, 0), Math.max(value, 0)))
  const grids = { dim, bits, zero, scales, quick: new Float32Array(256) }
  const known = new Map<number, boolean>([[0, true]])
  for (const [code, scale] of scales.entries()) {
    let exact = known.get(scale)
    if (exact === undefined) {
      const reach = [...type.values].filter((_, other) => scales[other] <= scale)
      exact = isExact(type, scale, reach, grids)
      known.set(scale, exact)
    }
    grids.quick[code] = exact ? scale : Infinity
  }
  return grids
}
