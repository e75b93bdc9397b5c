/** @import { Grid, Side } from './grid.js' */
import { fromHalf, toHalf } from './half.js'

/** Values of a block. */
export const blockSize = 32

/** The most levels on one side of a grid. */
const mostLevels = 128

const magnitudes = new Float64Array(blockSize)
/** For each value, the side it is on and its level. */
const sides = /** @type {Side[]} */ (new Array(blockSize))
const levelOf = new Uint8Array(blockSize)
/** Scales at which the level of one value changes; the lowest bits of each say which value's. */
const events = new Float64Array(blockSize * mostLevels)
const eventWords = new Int32Array(events.buffer)
const valueMask = blockSize - 1

/** `Σ x l` and `Σ l²` over the values of a block, where l are their levels. */
let products = 0
let squares = 0

/**
 * Gives each value of the block the level that is nearest at a scale.
 * @param {number} scale above 0
 */
function settle(scale) {
  products = 0
  squares = 0
  for (let i = 0; i < blockSize; i++) {
    const { levels, from } = sides[i]
    const ratio = magnitudes[i] / scale
    let level = 0
    // Few steps for values near zero, and for many levels a guess that equal spacing gives.
    if (from.length > 32) level = Math.min(Math.floor(ratio + 0.5), from.length)
    else while (level < from.length && ratio >= from[level]) level++
    levelOf[i] = level
    products += magnitudes[i] * levels[level]
    squares += levels[level] * levels[level]
  }
}

/** What is found of the best scale: by how much it lowers the squared error, and its bits. */
let bestGain = 0
let bestBits = 0

/**
 * Takes a scale with the levels that values have, if it is better than the best so far.
 * @param {number} bits
 * @param {number} sign
 */
function take(bits, sign) {
  const scale = fromHalf(bits)
  const gain = scale * (2 * products - scale * squares)
  if (gain > bestGain) {
    bestGain = gain
    bestBits = sign < 0 ? bits | 0x8000 : bits
  }
}

/** @param {number} bits @param {number} sign */
function trySettled(bits, sign) {
  if (bits === 0) return
  settle(fromHalf(bits))
  take(bits, sign)
}

/**
 * Walks through all assignments of levels that are nearest at some scale from `highest` down to `lowest`. For each the best scale is
 * products / squares, rounded: the squared error is a parabola of it.
 * @param {number} lowest
 * @param {number} highest
 * @param {number} sign
 */
function sweep(lowest, highest, sign) {
  settle(highest)
  let count = 0
  for (let i = 0; i < blockSize; i++) {
    const { from } = sides[i]
    const magnitude = magnitudes[i]
    for (let k = levelOf[i]; k < from.length; k++) {
      const scale = magnitude / from[k]
      if (scale < lowest) break
      events[count] = scale
      // The lower word comes first on every machine that runs this.
      eventWords[2 * count] = (eventWords[2 * count] & ~valueMask) | i
      count++
    }
  }
  events.subarray(0, count).sort()
  for (let e = count; ; e--) {
    if (products > 0 && products * products > bestGain * squares) take(toHalf(products / squares), sign)
    if (e === 0) break
    const i = eventWords[2 * (e - 1)] & valueMask
    const { levels } = sides[i]
    const before = levels[levelOf[i]]
    const after = levels[++levelOf[i]]
    products += magnitudes[i] * (after - before)
    squares += after * after - before * before
  }
}

/** Below this, half floats are so far apart that the nearest one to the best number need not be the best of them. */
const coarse = 2 ** -19

/**
 * The bits of the half float that is the best scale of a block: with the nearest level for each value, the squared error is least. 0 where no
 * scale is better than zeros.
 * @param {Float32Array} x
 * @param {number} at where the block begins
 * @param {Grid} grid
 */
export function bestScale(x, at, { up, down, even, reach }) {
  let total = 0
  let positive = 0
  let negative = 0
  for (let i = 0; i < blockSize; i++) {
    const value = x[at + i]
    total += value * value
    if (value > positive) positive = value
    else if (-value > negative) negative = -value
    magnitudes[i] = Math.abs(value)
  }
  bestGain = 0
  bestBits = 0
  if (total === 0) return 0
  const [lastUp, lastDown] = [up.levels[up.levels.length - 1], down.levels[down.levels.length - 1]]
  for (let sign = 1; sign >= (even ? 1 : -1); sign -= 2) {
    const largestUp = (sign > 0 ? positive : negative) / lastUp
    const largestDown = (sign > 0 ? negative : positive) / lastDown
    for (let i = 0; i < blockSize; i++) sides[i] = x[at + i] >= 0 === sign > 0 ? up : down
    const fitting = Math.max(largestUp, largestDown)
    trySettled(toHalf(fitting), sign)
    trySettled(toHalf(largestUp), sign)
    trySettled(toHalf(largestDown), sign)
    // A lower scale loses more by the largest value alone.
    const room = Math.sqrt(Math.max(0, total - bestGain))
    const lowest = Math.max(largestUp - room / lastUp, largestDown - room / lastDown, 0)
    sweep(lowest, reach * fitting, sign)
    if (reach * fitting < coarse) {
      const most = Math.min(1023, Math.ceil(2 * Math.max(positive, negative) * 2 ** 24))
      for (let bits = 1; bits <= most; bits++) trySettled(bits, sign)
    }
  }
  return bestBits
}

/**
 * Writes the codes of a block, those of the levels that are nearest at a scale.
 * @param {Float32Array} x
 * @param {number} at where the block begins
 * @param {Grid} grid
 * @param {number} scale with its sign
 * @param {Uint8Array} codes gets 32
 */
export function codesAt(x, at, { up, down }, scale, codes) {
  for (let i = 0; i < blockSize; i++) {
    const value = x[at + i]
    sides[i] = value >= 0 === scale >= 0 ? up : down
    magnitudes[i] = Math.abs(value)
  }
  if (scale === 0) levelOf.fill(0)
  else settle(Math.abs(scale))
  for (let i = 0; i < blockSize; i++) codes[i] = sides[i].codes[levelOf[i]]
}
