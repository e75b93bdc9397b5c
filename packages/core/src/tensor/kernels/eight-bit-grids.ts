import type { EightBitFloats } from './eight-bits.js'

/** How rows of floats of 8 bits are quantized whose ends tell their scales. */
export interface EightBitGrids {
  readonly dim: number
  /** Bits of a code, 1 to 8. */
  readonly bits: number
  readonly zero: number
  /** The grid of a row in which all values lie between 0 and that of a code, of all grids in the order of their scales: 256. */
  readonly ranks: Uint8Array
  /** Their numbers, so many bytes each, as the compiled loop reads them. */
  readonly grids: Uint8Array
  readonly gridBytes: number
}

/** Codes of more bits are looked up, by those of the values; for fewer, their least values are searched. */
const mostSearched = 4

/**
 * Bytes of a grid: its scale as float32; 1 where the loop over integers has codes and sums of float64, as 32 bits; the units of half a step, as 32 bits; a unit as float64, from byte 16;
 * the lower bytes of 16 powers of two, from byte 32, and the upper ones; a search tree of 16 bytes, from byte 64, or the codes of 256 values, from byte 80.
 */
const bytesOfGrid = (bits: number): number => (bits > mostSearched ? 336 : 80)

/** Adding and subtracting it rounds a float64 of magnitude below 2^51 to an integer, half to even. */
const rounder = 1.5 * 2 ** 52

/** The place of a code in the order of the values: −128 to 127. */
const keyOf = (code: number): number => (code < 128 ? code : 127 - code)

/** The grid with one scale, of the values that rows with it may have. */
interface Grid {
  readonly scale: number
  /** The codes of these values among those of the type. */
  readonly reach: readonly number[]
}

/** The multiple of which all floats of a type are multiples. */
const grainOf = ({ bias, fraction }: EightBitFloats): number => 2 ** (1 - bias - fraction)

/** The code of a value, as `encodeRows` has it. */
const codeOf = (value: number, scale: number, { bits, zero }: Pick<EightBitGrids, 'bits' | 'zero'>): number =>
  Math.min(Math.max(value / scale + zero, 0), 2 ** bits - 1) + rounder - rounder

/**
 * Of what all values, levels and errors of a grid are multiples: half of the last one of the 11 bits of a float16. Undefined where the loop over integers would not do: errors are to
 * have 16 bits, and sums of them no more than float64 holds.
 */
function unitOf(type: EightBitFloats, { scale, reach }: Grid, shape: Pick<EightBitGrids, 'bits' | 'zero'>) {
  const { fraction, values } = type
  const unit = 2 ** (Math.floor(Math.log2(scale)) - 11)
  const grain = grainOf(type)
  if (!(scale > 2 ** -60 && scale < 2 ** 60) || !Number.isInteger(scale / (2 * unit)) || unit > grain) return undefined
  if ((fraction !== 2 && fraction !== 3) || !(shape.zero >= 0 && shape.zero < 2 ** shape.bits)) return undefined
  const exact = reach.every((code) => {
    const value = values[code]
    const error = value - (codeOf(value, scale, shape) - shape.zero) * scale
    // A power of two for each of 16 exponents.
    return Math.abs(error) <= scale / 2 && Math.abs(value) < 2 ** (16 + fraction) * grain
  })
  return exact ? unit : undefined
}

/** Writes the numbers of a grid. */
function writeGrid(type: EightBitFloats, grid: Grid, shape: Pick<EightBitGrids, 'bits' | 'zero'>, out: DataView): void {
  const { scale, reach } = grid
  const { bits } = shape
  out.setFloat32(0, scale, true)
  const unit = unitOf(type, grid, shape)
  if (unit === undefined) return
  out.setInt32(4, 1, true)
  out.setInt32(8, scale / (2 * unit), true)
  out.setFloat64(16, unit, true)
  for (let i = 0; i < 16; i++) {
    const power = ((grainOf(type) / unit) * 2 ** i) % 2 ** 16
    out.setUint8(32 + i, power & 255)
    out.setUint8(48 + i, power >> 8)
  }
  if (bits > mostSearched) {
    for (const code of reach) out.setUint8(80 + code, codeOf(type.values[code], scale, shape))
    return
  }
  // Of the values whose codes are this one or more.
  const least = new Array<number>(2 ** mostSearched).fill(128)
  for (const code of reach) {
    const own = codeOf(type.values[code], scale, shape)
    least[own] = Math.min(least[own], keyOf(code))
  }
  for (let i = least.length - 2; i >= 0; i--) least[i] = Math.min(least[i], least[i + 1])
  // Node 2^depth + i has the place before the least value to its right.
  for (let depth = 0; depth < mostSearched; depth++) {
    for (let i = 0; i < 2 ** depth; i++) {
      out.setInt8(64 + 2 ** depth + i, least[(2 * i + 1) * 2 ** (mostSearched - 1 - depth)] - 1)
    }
  }
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
  // What is no number is last.
  const all = [...new Set(scales)].sort((a, b) => (Number.isNaN(a) ? 1 : Number.isNaN(b) ? -1 : a - b))
  const ranks = Uint8Array.from(scales, (scale) => (Number.isNaN(scale) ? all.length - 1 : all.indexOf(scale)))
  const gridBytes = bytesOfGrid(bits)
  const grids = new Uint8Array(all.length * gridBytes)
  for (const [rank, scale] of all.entries()) {
    const reach = [...scales.keys()].filter((code) => scales[code] <= scale)
    writeGrid(type, { scale, reach }, { bits, zero }, new DataView(grids.buffer, rank * gridBytes, gridBytes))
  }
  return { dim, bits, zero, ranks, grids, gridBytes }
}
