/** @import { LevelJob } from './level-job.js' */

/** Levels with a place of their own in a context's tables; tokens of a context. */
const plain = 16
const tokens = 64
/** More than any path costs. */
const unreachable = 1e30
/** Columns after which the costs are made small again. */
const rebase = 256

const { fround } = Math

/**
 * The token of a magnitude.
 * @param {number} k
 */
export function tokenOf(k) {
  if (k < plain) return k
  const exponent = 31 - Math.clz32(k)
  return 8 + 2 * exponent + ((k >> (exponent - 1)) & 1)
}

/**
 * `chooseLevels` in JavaScript: float32 throughout, so that the levels are those of the compiled one.
 * @param {LevelJob} job
 * @returns {Int32Array}
 */
export function plainLevels({ x, rows, dim, inverse, gains, contexts, levels, tails, costs, quantizers, flips }) {
  const states = quantizers.length
  const half = states >> 1
  const out = new Int32Array(rows * dim)
  const four = new Float32Array(4)
  const kept = new Int32Array(4 * dim)
  const won = new Uint8Array(states * dim)
  let from = new Float32Array(states)
  let to = new Float32Array(states)

  /**
   * What level k costs in a context.
   * @param {number} y
   * @param {number} k
   * @param {number} context
   */
  function costOf(y, k, context) {
    const level = k < plain ? levels[context * plain + k] : fround(2 * k - (context & 1) - tails[context])
    const off = fround(y - level)
    return fround(fround(off * off) + costs[context * tokens + tokenOf(k)])
  }

  /**
   * Keeps the best even and odd level of one quantizer, and what they cost.
   * @param {number} y
   * @param {number} context
   * @param {number} at
   * @param {number} place
   */
  function candidates(y, context, at, place) {
    const q = context & 1
    const floor = Math.floor(fround(fround(y + q) * 0.5))
    let even = floor + (floor & 1)
    let best = fround(fround(y * y) + costs[context * tokens])
    let level = 0
    for (let i = 0; i < 2 && even > 0; i++, even -= 2) {
      const cost = costOf(y, even, context)
      if (cost < best) {
        best = cost
        level = even
      }
    }
    four[at] = best
    kept[place] = level
    let odd = floor + 1 - (floor & 1)
    best = costOf(y, odd, context)
    level = odd
    odd -= 2
    if (odd > 0) {
      const cost = costOf(y, odd, context)
      if (cost < best) {
        best = cost
        level = odd
      }
    }
    four[at + 1] = best
    kept[place + 1] = level
  }

  for (let row = 0, start = 0; row < rows; row++, start += dim) {
    from.fill(unreachable)
    from[0] = 0
    for (let j = 0, decided = 0; j < dim; j++, decided += states) {
      const y = Math.min(Math.abs(fround(x[start + j] * inverse)), 1000000)
      const context = contexts[j] + gains[row]
      candidates(y, context, 0, 4 * j)
      candidates(y, context + 1, 2, 4 * j + 2)
      for (let i = 0; i < half; i++) {
        const branch = 2 * quantizers[i] + flips[i]
        const a = four[branch]
        const b = four[branch ^ 1]
        const evenLow = fround(from[i] + a)
        const evenHigh = fround(from[i + half] + b)
        const oddLow = fround(from[i] + b)
        const oddHigh = fround(from[i + half] + a)
        const next = decided + 2 * i
        won[next] = evenHigh < evenLow ? 1 : 0
        to[2 * i] = Math.min(evenLow, evenHigh)
        won[next + 1] = oddHigh < oddLow ? 1 : 0
        to[2 * i + 1] = Math.min(oddLow, oddHigh)
      }
      const swap = from
      from = to
      to = swap
      if (j % rebase === rebase - 1) {
        const least = from[0]
        for (let s = 0; s < states; s++) from[s] -= least
      }
    }
    let state = 0
    for (let s = 1; s < states; s++) if (from[s] < from[state]) state = s
    for (let j = dim - 1; j >= 0; j--) {
      const before = (state >> 1) + (won[j * states + state] ? half : 0)
      const odd = (state & 1) ^ flips[before]
      const k = kept[4 * j + 2 * quantizers[before] + odd]
      out[start + j] = x[start + j] < 0 ? -k : k
      state = before
    }
  }
  return out
}
