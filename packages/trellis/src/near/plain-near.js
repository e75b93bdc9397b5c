/** @import { LevelJob } from '../leaf/level-job.js' */
/** @import { Directions } from './choose-near.js' */
import { below, tabled, tablesOf, width as tableWidth } from '../leaf/level-tables.js'
import { tokenOf } from '../leaf/plain-levels.js'

/** More than any path costs. */
const unreachable = 1e30
/** Columns after which the costs are made small again. */
const rebase = 256
const tokens = 64

const { fround } = Math

/**
 * `Σ aᵢ bᵢ` in four sums, that of every fourth product, which are added in pairs at last.
 * @param {Float32Array} a
 * @param {number} i
 * @param {Float32Array} b
 * @param {number} j
 * @param {number} count
 */
function dot(a, i, b, j, count) {
  let [s0, s1, s2, s3] = [0, 0, 0, 0]
  for (let at = 0; at < count; at += 4) {
    s0 = fround(s0 + fround(a[i + at] * b[j + at]))
    s1 = fround(s1 + fround(a[i + at + 1] * b[j + at + 1]))
    s2 = fround(s2 + fround(a[i + at + 2] * b[j + at + 2]))
    s3 = fround(s3 + fround(a[i + at + 3] * b[j + at + 3]))
  }
  return fround(fround(s0 + s1) + fround(s2 + s3))
}

/**
 * As in the kernel: what is best done about errors so far, for each column.
 * @param {Float32Array} near `dim × width`
 * @param {number} dim
 * @param {number} width
 */
function eliminate(near, dim, width) {
  const inverse = new Float32Array(width * width)
  for (let a = 0; a < width; a++) inverse[a * width + a] = 1
  const pulls = new Float32Array(dim * width)
  const charges = new Float32Array(dim)
  for (let j = dim - 1; j >= 0; j--) {
    const at = j * width
    for (let a = 0; a < width; a++) pulls[at + a] = dot(inverse, a * width, near, at, width)
    charges[j] = fround(1 + dot(pulls, at, near, at, width))
    const share = fround(1 / charges[j])
    for (let a = 0; a < width; a++) {
      const factor = fround(pulls[at + a] * share)
      for (let b = 0; b < width; b++) {
        inverse[a * width + b] = fround(inverse[a * width + b] - fround(factor * pulls[at + b]))
      }
    }
    for (let a = 0; a < width; a++) pulls[at + a] = fround(pulls[at + a] * share)
  }
  return { pulls, charges }
}

/**
 * `chooseNear` in JavaScript: float32 throughout, so that the levels are those of the compiled one.
 * @param {LevelJob} job
 * @param {number} width
 * @param {Directions} directions
 * @returns {Int32Array}
 */
export function plainNear(job, width, directions) {
  const { x, rows, dim, inverse, gains, contexts, tails, costs, quantizers, flips } = job
  const { values, prices } = tablesOf(job)
  const states = quantizers.length
  const half = states >> 1
  const out = new Int32Array(rows * dim)
  const near = new Float32Array(dim * width)
  const paths = new Int32Array(dim * states)
  // What the even and the odd level of each state cost, which they are, and their errors.
  const [price, level, error] = [new Float32Array(2 * states), new Int32Array(2 * states), new Float32Array(2 * states)]

  /** @param {number} own @param {number} k */
  const levelValue = (own, k) =>
    k < tabled ? values[own * tableWidth + k + below] : fround(2 * k - (own & 1) - tails[own])

  /** @param {number} own @param {number} k @param {number} y @param {number} charge */
  function costOf(own, k, y, charge) {
    const off = fround(y - levelValue(own, k))
    const bits = k < tabled ? prices[own * tableWidth + k + below] : costs[own * tokens + tokenOf(k)]
    return fround(fround(fround(off * off) * charge) + bits)
  }

  /** @param {number} s @param {number} own @param {number} z @param {number} target @param {number} charge */
  function options(s, own, z, target, charge) {
    const y = Math.min(Math.abs(target), 1000000)
    const top = Math.floor(fround(fround(y + (own & 1)) * 0.5)) + 1
    for (let parity = 0; parity < 2; parity++) {
      let k = top - ((top ^ parity) & 1)
      let least = costOf(own, k, y, charge)
      const lower = costOf(own, k - 2, y, charge)
      if (lower < least) [least, k] = [lower, k - 2]
      if (parity === 0) {
        const zero = fround(fround(fround(y * y) * charge) + prices[own * tableWidth + below])
        if (!(least < zero)) [least, k] = [zero, 0]
      }
      const value = k > 0 ? levelValue(own, k) : 0
      price[2 * s + parity] = least
      level[2 * s + parity] = target < 0 ? -k : k
      error[2 * s + parity] = fround((target < 0 ? -value : value) - z)
    }
  }

  for (let row = 0, start = 0; row < rows; row++, start += dim) {
    directions(row, near)
    const { pulls, charges } = eliminate(near, dim, width)
    let [from, to] = [new Float32Array(states).fill(unreachable), new Float32Array(states)]
    let [sums, next] = [new Float32Array(states * width), new Float32Array(states * width)]
    from[0] = 0
    for (let j = 0; j < dim; j++) {
      const z = fround(x[start + j] * inverse)
      const context = contexts[j] + gains[row]
      for (let s = 0; s < states; s++) {
        const target = fround(z - dot(pulls, j * width, sums, s * width, width))
        options(s, context + quantizers[s], z, target, charges[j])
      }
      for (let state = 0; state < states; state++) {
        const [low, high, input] = [state >> 1, (state >> 1) + half, state & 1]
        const [atLow, atHigh] = [2 * low + (flips[low] ^ input), 2 * high + (flips[high] ^ input)]
        const [costLow, costHigh] = [fround(from[low] + price[atLow]), fround(from[high] + price[atHigh])]
        const wins = costHigh < costLow
        const [before, at] = wins ? [high, atHigh] : [low, atLow]
        to[state] = wins ? costHigh : costLow
        paths[j * states + state] = 2 * level[at] + (wins ? 1 : 0)
        for (let a = 0; a < width; a++) {
          next[state * width + a] = fround(sums[before * width + a] + fround(error[at] * near[j * width + a]))
        }
      }
      ;[from, to, sums, next] = [to, from, next, sums]
      if (j % rebase === rebase - 1) {
        const least = from[0]
        for (let s = 0; s < states; s++) from[s] -= least
      }
    }
    let state = 0
    for (let s = 1; s < states; s++) if (from[s] < from[state]) state = s
    for (let j = dim - 1; j >= 0; j--) {
      const found = paths[j * states + state]
      out[start + j] = found >> 1
      state = (state >> 1) + (found & 1 ? half : 0)
    }
  }
  return out
}
