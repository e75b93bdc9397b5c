import type { Points } from '../points.js'

/** Numbers in rising order, each with a weight: `sums` and `weights` are running totals, with a 0 in front. */
export interface Sorted {
  readonly values: Float64Array
  /** Σ w of the first i of them. */
  readonly weights: Float64Array
  /** Σ w x of the first i of them. */
  readonly sums: Float64Array
}

/** Running totals over points in rising order. */
export function sorted({ count, values, weights }: Points): Sorted {
  const [w, wx] = [new Float64Array(count + 1), new Float64Array(count + 1)]
  for (let i = 0; i < count; i++) {
    w[i + 1] = w[i] + weights[i]
    wx[i + 1] = wx[i] + weights[i] * values[i]
  }
  return { values: values.subarray(0, count), weights: w, sums: wx }
}

/** How many of the numbers are at most `limit`. */
function countUpTo(values: Float64Array, limit: number): number {
  let [low, high] = [0, values.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if (values[middle] <= limit) low = middle + 1
    else high = middle
  }
  return low
}

const bins = 512

/**
 * Levels whose density is about the cube root of that of the numbers, which is best where there are many (Panter and Dite 1951). The fourth
 * root is the same on every machine.
 */
function firstLevels({ values, weights }: Sorted, count: number): Float64Array {
  const [low, high] = [values[0], values[values.length - 1]]
  const edges = Float64Array.from({ length: bins + 1 }, (_, i) => low + ((high - low) * i) / bins)
  const density = new Float64Array(bins)
  for (let i = 0, before = 0; i < bins; i++) {
    const upTo = i === bins - 1 ? values.length : countUpTo(values, edges[i + 1])
    density[i] = Math.sqrt(Math.sqrt(weights[upTo] - weights[before]))
    before = upTo
  }
  const total = density.reduce((sum, value) => sum + value, 0)
  const levels = new Float64Array(count)
  for (let k = 0, bin = 0, sum = 0; k < count; k++) {
    const goal = ((k + 0.5) * total) / count
    while (bin < bins - 1 && sum + density[bin] < goal) sum += density[bin++]
    levels[k] = edges[bin] + ((goal - sum) / (density[bin] || 1)) * (edges[bin + 1] - edges[bin])
  }
  return levels
}

const mostRounds = 2000
const settled = 1e-7

/**
 * `count` levels of least squared error for the numbers, in rising order (Lloyd 1982, method I). With `zero`, one of them is 0.
 */
export function fitLevels(data: Sorted, count: number, zero: boolean): Float64Array {
  const { values, weights, sums } = data
  if (values.length === 0) return new Float64Array(count)
  const levels = firstLevels(data, count)
  let fixed = -1
  if (zero) {
    for (let k = 0; k < count; k++) if (fixed < 0 || Math.abs(levels[k]) < Math.abs(levels[fixed])) fixed = k
    levels[fixed] = 0
  }
  const width = values[values.length - 1] - values[0]
  for (let round = 0; round < mostRounds; round++) {
    let moved = 0
    for (let k = 0, first = 0; k < count; k++) {
      const next = k === count - 1 ? values.length : countUpTo(values, (levels[k] + levels[k + 1]) / 2)
      const weight = weights[next] - weights[first]
      if (k !== fixed && weight > 0) {
        const mean = (sums[next] - sums[first]) / weight
        moved = Math.max(moved, Math.abs(mean - levels[k]))
        levels[k] = mean
      }
      first = next
    }
    if (moved <= settled * width) break
  }
  return levels.sort()
}
