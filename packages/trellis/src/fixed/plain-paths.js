/** @import { PathJob } from './path-job.js' */

/** More than any path costs. */
const unreachable = 1e30
/** Costs that are held at a time: 16 MiB. */
const mostCosts = 2 ** 22

const { fround } = Math

/**
 * Columns of a row that are decided together.
 * @param {number} states
 */
export const segmentOf = (states) => Math.floor(mostCosts / states)

/**
 * `choosePaths` in JavaScript: float32 throughout, so that the states are those of the compiled one.
 * @param {PathJob} job
 * @returns {Uint16Array}
 */
export function plainPaths({ y, rows, dim, states, weights, bits, books, levels, starts }) {
  const out = new Uint16Array(rows * dim)
  const segment = Math.min(dim, segmentOf(states))
  const costs = Array.from({ length: segment + 1 }, () => new Float32Array(states))
  const least = new Float32Array(states)

  /**
   * @param {number} j
   * @param {number} value
   * @param {Float32Array} from
   * @param {Float32Array} to
   */
  function step(j, value, from, to) {
    const count = bits[j]
    const groups = states >> count
    for (let group = 0; group < groups; group++) {
      let low = from[group]
      for (let s = group + groups; s < states; s += groups) if (from[s] < low) low = from[s]
      least[group] = low
    }
    const [weight, book] = [weights[j], books[j]]
    for (let s = 0; s < states; s++) {
      const off = fround(value - levels[book + s])
      to[s] = least[s >> count] + fround(weight * fround(off * off))
    }
  }

  for (let row = 0, begin = 0; row < rows; row++, begin += dim) {
    let start = starts[row]
    for (let first = 0; first < dim; first += segment) {
      const end = Math.min(dim, first + segment)
      costs[0].fill(unreachable)
      costs[0][start] = 0
      for (let j = first; j < end; j++) {
        const [from, to] = [costs[j - first], costs[j - first + 1]]
        if (bits[j] === 0) to.set(from)
        else step(j, y[begin + j], from, to)
      }
      const last = costs[end - first]
      let state = 0
      for (let s = 1; s < states; s++) if (last[s] < last[state]) state = s
      start = state
      for (let j = end - 1; j >= first; j--) {
        out[begin + j] = state
        if (bits[j] === 0) continue
        const from = costs[j - first]
        const groups = states >> bits[j]
        let before = state >> bits[j]
        for (let s = before + groups; s < states; s += groups) if (from[s] < from[before]) before = s
        state = before
      }
    }
  }
  return out
}
