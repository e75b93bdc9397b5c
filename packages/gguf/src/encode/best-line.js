import { fromHalf, toHalf } from './half.js'

// Q4_1: `scale · code + least`, both half floats, codes 0 to 15.

const size = 32
const top = 15
/** Steps in the range of the values that searches begin with: 15 clip nothing. */
const starts = [12.5, 13, 13.5, 14, 14.5, 15, 15.5, 16, 17, 18]
/** Codes and least squares take turns so many times at most. */
const mostRounds = 12

/** The values of a block, less the smallest, and their codes. */
const values = new Float64Array(size)
const codes = new Uint8Array(size)
/** Sums over the block: of the values, their squares, the codes, their squares, and products of both. */
let sumValues = 0
let sumSquares = 0
let sumCodes = 0
let sumCodeSquares = 0
let sumProducts = 0

/**
 * Gives each value its nearest code; returns whether one changed.
 * @param {number} scale above 0
 * @param {number} least
 */
function settle(scale, least) {
  const steps = 1 / scale
  const offset = 0.5 - least * steps
  let changed = false
  sumCodes = 0
  sumCodeSquares = 0
  sumProducts = 0
  for (let i = 0; i < size; i++) {
    const step = values[i] * steps + offset
    const code = step < 1 ? 0 : step >= top ? top : step | 0
    if (code !== codes[i]) changed = true
    codes[i] = code
    sumCodes += code
    sumCodeSquares += code * code
    sumProducts += code * values[i]
  }
  return changed
}

/** The squared error of a line with the codes that the values have. @param {number} scale @param {number} least */
function errorOf(scale, least) {
  const products = scale * (2 * sumProducts - scale * sumCodeSquares)
  return sumSquares - products - least * (2 * (sumValues - scale * sumCodes) - size * least)
}

const best = { error: 0, scale: 0, least: 0 }

/** The line that is best before it is rounded to half floats. */
const line = { error: 0, scale: 0, least: 0 }

/** Looks for a line from a scale and a least value on. @param {number} scale @param {number} least */
function descend(scale, least) {
  codes.fill(255)
  let [slope, start] = [scale, least]
  for (let round = 0; round < mostRounds && settle(slope, start); round++) {
    const spread = size * sumCodeSquares - sumCodes * sumCodes
    if (spread === 0) return
    slope = (size * sumProducts - sumCodes * sumValues) / spread
    start = (sumValues - slope * sumCodes) / size
    if (!(slope > 0)) return
  }
  const error = errorOf(slope, start)
  if (error >= line.error) return
  line.error = error
  line.scale = slope
  line.least = start
}

/**
 * Takes half floats as scale and least value if they are better than the best so far.
 * @param {number} scaleBits
 * @param {number} leastBits
 * @param {number} low the smallest value
 */
function tryBits(scaleBits, leastBits, low) {
  const [scale, least] = [fromHalf(scaleBits), fromHalf(leastBits) - low]
  sumCodes = 0
  sumCodeSquares = 0
  sumProducts = 0
  if (scale > 0) settle(scale, least)
  const error = errorOf(scale, least)
  if (error >= best.error) return
  best.error = error
  best.scale = scaleBits
  best.least = leastBits
}

/**
 * Finds scale and least value of a block, as bits of half floats. What the range alone gives is tried too, so it is never worse than that.
 * @param {Float32Array} x
 * @param {number} at where the block begins
 * @returns {{ readonly scale: number, readonly least: number }} the same object for every block
 */
export function bestLine(x, at) {
  let low = x[at]
  let high = x[at]
  for (let i = 1; i < size; i++) {
    const value = x[at + i]
    if (value < low) low = value
    if (value > high) high = value
  }
  sumValues = 0
  sumSquares = 0
  for (let i = 0; i < size; i++) {
    const value = x[at + i] - low
    values[i] = value
    sumValues += value
    sumSquares += value * value
  }
  const range = high - low
  best.error = Infinity
  tryBits(0, toHalf(low + sumValues / size), low)
  tryBits(toHalf(range / top), toHalf(low), low)
  line.error = Infinity
  for (const steps of range > 0 ? starts : []) descend(range / steps, (range - (range * top) / steps) / 2)
  if (line.error === Infinity) return best
  const bits = toHalf(line.scale)
  for (let near = Math.max(bits - 1, 1); near <= Math.min(bits + 1, 0x7bff); near++) {
    const scale = fromHalf(near)
    settle(scale, line.least)
    tryBits(near, toHalf(low + (sumValues - scale * sumCodes) / size), low)
  }
  return best
}

/**
 * Writes the codes of a block.
 * @param {Float32Array} x
 * @param {number} at where the block begins
 * @param {number} scale
 * @param {number} least
 * @param {Uint8Array} out gets 32
 */
export function lineCodes(x, at, scale, least, out) {
  for (let i = 0; i < size; i++) {
    const code = scale > 0 ? Math.floor((x[at + i] - least) / scale + 0.5) : 0
    out[i] = Math.max(0, Math.min(code, top))
  }
}
