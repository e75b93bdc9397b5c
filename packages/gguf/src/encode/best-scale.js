/** @import { Grid } from './grid.js' */
import { blockSize, putEvent, sortEvents, valueAt } from './events.js'
import { fromHalf, largestHalf, toHalf } from './half.js'

const magnitudes = new Float64Array(blockSize)
/** For each value, where the levels of its side begin, and where its own one is. */
const sides = new Uint16Array(blockSize)
const levelOf = new Uint16Array(blockSize)

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
 * products / squares, rounded: the squared error is a parabola of it. `lowest` is above 0: at a scale that reaches the largest value, less is lost than
 * that value.
 * @param {Grid} grid
 * @param {number} lowest
 * @param {number} highest
 * @param {number} sign
 */
function sweep(grid, lowest, highest, sign) {
  const { levels, until } = grid
  settle(grid, highest)
  const limit = 1 / lowest
  let last = 0
  let count = 0
  for (let i = 0; i < blockSize; i++) {
    const size = magnitudes[i]
    for (let at = levelOf[i]; ; at++) {
      // Infinite at the last level of a side, and for zeros.
      const inverse = until[at] / size
      if (!(inverse < limit)) break
      putEvent(count++, inverse, i)
      if (inverse > last) last = inverse
    }
  }
  // The first bits of an inverse may have changed.
  sortEvents(count, (1 - 1e-9) / highest, last * (1 + 1e-9))
  for (let e = 0; ; e++) {
    if (products > 0 && products * products > bestGain * squares) take(toHalf(products / squares), sign)
    if (e === count) break
    const i = valueAt(e)
    const before = levels[levelOf[i]]
    const after = levels[++levelOf[i]]
    products += magnitudes[i] * (after - before)
    squares += after * after - before * before
  }
}

/** Below this, half floats are so far apart that the nearest one to the best number need not be the best of them: all are tried. */
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
    const highest = reach * fitting
    if (highest < coarse) {
      const most = Math.min(1023, Math.ceil(2 * Math.max(positive, negative) * 2 ** 24))
      for (let bits = 1; bits <= most; bits++) tryBits(grid, bits, sign)
    } else if (fitting < largestHalf) {
      // A lower scale loses more by the largest value alone.
      const room = Math.sqrt(Math.max(0, total - bestGain))
      sweep(grid, Math.max(up - room / lastUp, other - room / lastDown), highest, sign)
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
