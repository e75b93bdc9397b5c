/** @import { Grid } from './grid.js' */
import { fromHalf, toHalf } from './half.js'

/** Values of a block. */
const blockSize = 32
/** Levels of a grid at most. */
const mostLevels = 256

const magnitudes = new Float64Array(blockSize)
/** For each value, where the levels of its side begin, and where its own one is. */
const sides = new Uint16Array(blockSize)
const levelOf = new Uint16Array(blockSize)
/** Scales at which the level of one value changes; the lowest bits of each say which value's. */
const events = new Float64Array(blockSize * mostLevels)
const eventWords = new Int32Array(events.buffer)
const valueMask = blockSize - 1

/** `Σ x l` and `Σ l²` over the values of a block, where l are their levels. */
let products = 0
let squares = 0

/** By how much the best scale so far lowers the squared error, and its bits. */
let bestGain = 0
let bestBits = 0

/**
 * Gives each value of the block the level that is nearest at a scale.
 * @param {Grid} grid
 * @param {number} scale above 0
 */
function settle({ levels, until, down, spaced }, scale) {
  products = 0
  squares = 0
  const [lastUp, lastDown] = [down - 1, levels.length - 1]
  for (let i = 0; i < blockSize; i++) {
    const ratio = magnitudes[i] / scale
    const side = sides[i]
    let at = side
    if (spaced) at = Math.min(side + Math.floor(ratio + 0.5), side === 0 ? lastUp : lastDown)
    else while (ratio >= until[at]) at++
    levelOf[i] = at
    const level = levels[at]
    products += magnitudes[i] * level
    squares += level * level
  }
}

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

/**
 * Tries a scale with the levels that are nearest at it.
 * @param {Grid} grid
 * @param {number} bits
 * @param {number} sign
 */
function tryBits(grid, bits, sign) {
  if (bits === 0) return
  settle(grid, fromHalf(bits))
  take(bits, sign)
}

/**
 * Walks through all assignments of levels that are nearest at some scale from `highest` down to `lowest`. For each the best scale is
 * products / squares, rounded: the squared error is a parabola of it.
 * @param {Grid} grid
 * @param {number} lowest
 * @param {number} highest
 * @param {number} sign
 */
function sweep(grid, lowest, highest, sign) {
  const { levels, until } = grid
  settle(grid, highest)
  let count = 0
  for (let i = 0; i < blockSize; i++) {
    const magnitude = magnitudes[i]
    // At the last level of a side the scale is 0.
    for (let at = levelOf[i]; ; at++) {
      const scale = magnitude / until[at]
      if (scale <= lowest) break
      events[count] = scale
      // The lower word comes first on every machine that runs this.
      eventWords[2 * count] = (eventWords[2 * count] & ~valueMask) | i
      count++
    }
  }
  events.subarray(0, count).sort()
  for (let e = count - 1; ; e--) {
    if (products > 0 && products * products > bestGain * squares) take(toHalf(products / squares), sign)
    if (e < 0) break
    const i = eventWords[2 * e] & valueMask
    const before = levels[levelOf[i]]
    const after = levels[++levelOf[i]]
    products += magnitudes[i] * (after - before)
    squares += after * after - before * before
  }
}

/** Below this, half floats are so far apart that the nearest one to the best number need not be the best of them. */
const coarse = 2 ** -19
/** About where the best scale is, as a part of the one that reaches the largest value. */
const usual = 0.96

/**
 * The bits of the half float that is the best scale of a block: with the nearest level for each value, the squared error is least. 0 where no
 * scale is better than zeros.
 * @param {Float32Array} x
 * @param {number} at where the block begins
 * @param {Grid} grid
 */
export function bestScale(x, at, grid) {
  const { levels, down, even, reach } = grid
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
  const lastUp = levels[down - 1]
  const lastDown = levels[levels.length - 1]
  for (let sign = 1; sign >= (even ? 1 : -1); sign -= 2) {
    const up = (sign > 0 ? positive : negative) / lastUp
    const other = (sign > 0 ? negative : positive) / lastDown
    const fitting = Math.max(up, other)
    for (let i = 0; i < blockSize; i++) sides[i] = x[at + i] >= 0 === sign > 0 ? 0 : down
    tryBits(grid, toHalf(usual * fitting), sign)
    // A lower scale loses more by the largest value alone.
    const room = Math.sqrt(Math.max(0, total - bestGain))
    sweep(grid, Math.max(up - room / lastUp, other - room / lastDown, 0), reach * fitting, sign)
    if (reach * fitting < coarse) {
      const most = Math.min(1023, Math.ceil(2 * Math.max(positive, negative) * 2 ** 24))
      for (let bits = 1; bits <= most; bits++) tryBits(grid, bits, sign)
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
export function codesAt(x, at, grid, scale, codes) {
  for (let i = 0; i < blockSize; i++) {
    const value = x[at + i]
    sides[i] = value >= 0 === scale >= 0 ? 0 : grid.down
    magnitudes[i] = Math.abs(value)
  }
  if (scale === 0) levelOf.fill(0)
  else settle(grid, Math.abs(scale))
  for (let i = 0; i < blockSize; i++) codes[i] = grid.codes[levelOf[i]]
}
