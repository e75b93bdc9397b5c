import { fail } from '../check.js'

/** Scales in a byte each: code 0 is 0, code c is `least · ratio^(c − 1)`. */
export interface LogScale {
  /** A finite number above 0. */
  readonly least: number
  /** 1 to 2. */
  readonly ratio: number
}

/** The scale of each code, float64, multiplied step by step. Throws `bad-input` for numbers out of bounds. */
export function scalesByCode({ least, ratio }: LogScale): Float64Array {
  const scales = new Float64Array(256)
  for (let code = 1, scale = least; code < 256; code++, scale *= ratio) scales[code] = scale
  if (!(least > 0 && ratio >= 1 && ratio <= 2 && scales[255] < Infinity)) {
    fail('bad-input', `nonuniform: expected scales from above 0 on, 1 to 2 times apart, got ${least}, ${ratio}`)
  }
  return scales
}

/** The scales that some codes stand for. */
export function logScales(given: LogScale, codes: Uint8Array): Float64Array {
  const scales = scalesByCode(given)
  return Float64Array.from(codes, (code) => scales[code])
}
