import { fromHalf, toHalf } from './half.js'

// Q4_1: `scale · code + least`, both half floats, codes 0 to 15.

const size = 32
const top = 15
/** Widths of the scales that a search begins with, in steps of the range: 15 clip nothing. */
const starts = [12.5, 13, 13.5, 14, 14.5, 15, 15.5, 16, 17, 18]
const mostRounds = 12

const codes = new Uint8Array(size)
let sumCodes = 0
let sumSquares = 0
let sumProducts = 0

/**
 * Gives each value its nearest code; returns whether one changed.
 * @param {Float32Array} x
 * @param {number} at
 * @param {number} scale above 0
 * @param {number} least
 */
function settle(x, at, scale, least) {
  let changed = false
  sumCodes = 0
  sumSquares = 0
  sumProducts = 0
  for (let i = 0; i < size; i++) {
    const ratio = Math.floor((x[at + i] - least) / scale + 0.5)
    const code = Math.max(0, Math.min(ratio, top))
    if (code !== codes[i]) changed = true
    codes[i] = code
    sumCodes += code
    sumSquares += code * code
    sumProducts += code * x[at + i]
  }
  return changed
}

/** The squared error with the codes that the values have. */
function errorOf(
  /** @type {Float32Array} */ x,
  /** @type {number} */ at,
  /** @type {number} */ scale,
  /** @type {number} */ least
) {
  let sum = 0
  for (let i = 0; i < size; i++) {
    const off = x[at + i] - scale * codes[i] - least
    sum += off * off
  }
  return sum
}

const best = { error: 0, scale: 0, least: 0 }

/**
 * Takes half floats as scale and least value if they are better than the best so far.
 * @param {Float32Array} x
 * @param {number} at
 * @param {number} scaleBits
 * @param {number} leastBits
 */
function tryBits(x, at, scaleBits, leastBits) {
  const [scale, least] = [fromHalf(scaleBits), fromHalf(leastBits)]
  if (scale > 0) settle(x, at, scale, least)
  else codes.fill(0)
  const error = errorOf(x, at, scale, least)
  if (error >= best.error) return
  best.error = error
  best.scale = scaleBits
  best.least = leastBits
}

/**
 * Half floats near a scale and a least value, and the least value that is best with each.
 * @param {Float32Array} x
 * @param {number} at
 * @param {number} scale
 * @param {number} least
 * @param {number} sum of the values
 */
function tryNear(x, at, scale, least, sum) {
  const bits = toHalf(scale)
  for (let near = Math.max(bits - 1, 0); near <= Math.min(bits + 1, 0x7bff); near++) {
    const own = fromHalf(near)
    if (own > 0) settle(x, at, own, least)
    tryBits(x, at, near, toHalf((sum - own * sumCodes) / size))
  }
}

/**
 * Finds scale and least value of a block, as bits of half floats: from some scales on, codes and least squares take turns until nothing
 * changes. What the range alone gives is tried too, so it is never worse than that.
 * @param {Float32Array} x
 * @param {number} at where the block begins
 * @returns {{ readonly scale: number, readonly least: number }} the same object for every block
 */
export function bestLine(x, at) {
  let low = x[at]
  let high = x[at]
  let sum = 0
  for (let i = 0; i < size; i++) {
    low = Math.min(low, x[at + i])
    high = Math.max(high, x[at + i])
    sum += x[at + i]
  }
  best.error = Infinity
  tryBits(x, at, 0, toHalf(sum / size))
  tryBits(x, at, toHalf((high - low) / top), toHalf(low))
  if (high === low) return best
  const middle = (low + high) / 2
  for (const steps of starts) {
    let scale = (high - low) / steps
    let least = middle - (scale * top) / 2
    codes.fill(255)
    for (let round = 0; round < mostRounds && settle(x, at, scale, least); round++) {
      const spread = size * sumSquares - sumCodes * sumCodes
      if (spread === 0) break
      scale = (size * sumProducts - sumCodes * sum) / spread
      least = (sum - scale * sumCodes) / size
      if (scale <= 0) break
    }
    if (scale > 0) tryNear(x, at, scale, least, sum)
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
  if (scale > 0) settle(x, at, scale, least)
  else codes.fill(0)
  out.set(codes)
}
