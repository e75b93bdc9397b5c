import { type EightBitFloats, eightBitFloats } from '@slimbed/core/blocks'

/** Floats of 8 bits, as safetensors names them. */
export type EightBits = 'F8_E4M3' | 'F8_E5M2'

interface Layout {
  /** Bits of the fraction. */
  readonly fraction: number
  readonly bias: number
  /** Whether the largest exponent is that of infinity and no numbers; else it has numbers but for its last code. */
  readonly infinity: boolean
}

const layouts: Readonly<Record<EightBits, Layout>> = {
  F8_E4M3: { fraction: 3, bias: 7, infinity: false },
  F8_E5M2: { fraction: 2, bias: 15, infinity: true }
}

/** The value of each code (Micikevicius et al. 2022, table 1). */
function valuesOf({ fraction, bias, infinity }: Layout): Float32Array {
  const steps = 2 ** fraction
  const highest = 2 ** (7 - fraction) - 1
  return Float32Array.from({ length: 256 }, (_, code) => {
    const [exponent, part] = [(code & 127) >> fraction, code & (steps - 1)]
    const sign = code < 128 ? 1 : -1
    if (exponent === highest && infinity) return part === 0 ? sign * Infinity : Number.NaN
    if (exponent === highest && part === steps - 1) return Number.NaN
    return exponent === 0 ? (sign * part * 2 ** (1 - bias)) / steps : sign * (1 + part / steps) * 2 ** (exponent - bias)
  })
}

const types = new Map<EightBits, EightBitFloats>()

/** How floats of a type are told from their bytes. */
export function eightBitType(name: EightBits): EightBitFloats {
  const known = types.get(name)
  if (known) return known
  const { fraction, bias, infinity } = layouts[name]
  const highest = 128 - 2 ** fraction
  const special = infinity ? { infinity: highest, nan: highest + 1 } : { infinity: 128, nan: 127 }
  const type = { fraction, bias, ...special, values: valuesOf(layouts[name]) }
  types.set(name, type)
  return type
}

/** Floats of 8 bits as float32, which holds them exactly, in `out`. */
export function eightBits(
  bytes: Uint8Array,
  type: EightBits,
  out: Float32Array = new Float32Array(bytes.length)
): Float32Array {
  eightBitFloats(bytes, eightBitType(type), out)
  return out
}
