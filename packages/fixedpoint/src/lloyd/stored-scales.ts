import { type LogScale, type Nonuniform, scalesByCode } from '@slimbed/core/kinds/nonuniform'
import { toFloat16 } from '@slimbed/core/numbers'
import { storedScale } from '../stored-scale.js'

/** Scales as they are stored, and what they then are. */
export interface StoredScales {
  readonly tensor: Nonuniform['scale']
  readonly logScale: LogScale | undefined
  readonly values: Float64Array
}

const { max } = Math

/** The ratio at which 254 steps lead from `least` to `most`, found without functions that differ between machines. */
function ratioFor(least: number, most: number): number {
  let [low, high] = [1, 2]
  for (let turn = 0; turn < 53; turn++) {
    const middle = (low + high) / 2
    if (scalesByCode({ least, ratio: middle })[255] < most) low = middle
    else high = middle
  }
  return high
}

/** Scales in a byte each, the nearest to each of 255 that are evenly spaced in their logarithm; 0 stays 0. */
function logScalesOf(scales: Float64Array, shape: readonly number[]): StoredScales {
  let [least, most] = [Infinity, 0]
  for (const scale of scales) {
    if (scale > 0) least = Math.min(least, scale)
    most = max(most, scale)
  }
  if (most === 0) least = most = 1
  least = max(least, most / 2 ** 253)
  const logScale = { least, ratio: ratioFor(least, most) }
  const table = scalesByCode(logScale)
  const codes = Uint8Array.from(scales, (scale) => {
    if (scale === 0) return 0
    let [low, high] = [1, 255]
    while (high - low > 1) {
      const middle = (low + high) >> 1
      if (table[middle] <= scale) low = middle
      else high = middle
    }
    return scale - table[low] <= table[high] - scale ? low : high
  })
  return { tensor: { dtype: 'U8', shape, data: codes }, logScale, values: Float64Array.from(codes, (c) => table[c]) }
}

/** float16 holds these well enough. */
const isHalf = (scale: number): boolean => scale === 0 || (scale >= 2 ** -18 && scale <= 65504)

/** Scales, `shape`, as `type` if they fit; `most` is the largest that is stored. */
export function storeScales(
  scales: Float64Array,
  shape: readonly number[],
  type: 'f16' | 'f32' | 'log8',
  most: number
): StoredScales {
  const held = scales.map((scale) => Math.min(scale, most))
  if (type === 'log8') return logScalesOf(held, shape)
  const half = type === 'f16' && held.every(isHalf)
  const values = held.map((scale) => (scale === 0 ? 0 : storedScale(scale, half, false, most)))
  const data = Float32Array.from(values)
  const tensor = half
    ? ({ dtype: 'F16', shape, data: toFloat16(data) } as const)
    : ({ dtype: 'F32', shape, data } as const)
  return { tensor, logScale: undefined, values }
}
