/** Weighted numbers that a scale is fitted to. Only the first `count` elements of each array are used. */
export interface Points {
  count: number
  readonly values: Float64Array
  /** Not negative. */
  readonly weights: Float64Array
}

/** Room for `capacity` points of weight 1. */
export const createPoints = (capacity: number): Points => ({
  count: 0,
  values: new Float64Array(capacity),
  weights: new Float64Array(capacity).fill(1)
})

/** Adds `shift` to every value. */
export function shiftPoints({ count, values }: Points, shift: number): void {
  for (let i = 0; i < count; i++) values[i] = values[i] + shift
}

/** `Σ w x²`. */
export function sumOfSquares({ count, values, weights }: Points): number {
  let sum = 0
  for (let i = 0; i < count; i++) sum += weights[i] * values[i] * values[i]
  return sum
}

const totalBins = 2 ** 22
const mostBins = 2 ** 16
const fewestBins = 2 ** 10

/** Weighted histograms of several sets of values, for sets that are too large to keep in memory. */
interface Histograms {
  /**
   * Adds `count` values from `x[at]` on to set `set`, with the weights from `weights[from]` on, `step` apart: 0 for one
   * weight of all.
   */
  add(set: number, x: Float32Array, at: number, count: number, weights: Float32Array, from: number, step: number): void
  /** The means and weights of the bins of a set that are not empty; valid until the next call. */
  points(set: number): Points
}

/**
 * One histogram for each set of values within `centres[set] ± radii[set]`. Bins are equally wide in the fourth root of the
 * distance from the centre: narrow near the centre, so that a far outlier does not push all other values into one bin.
 */
export function createHistograms(centres: Float64Array, radii: Float64Array): Histograms {
  const sets = centres.length
  const bins = Math.max(fewestBins, Math.min(mostBins, 2 ** Math.floor(Math.log2(totalBins / sets))))
  const side = bins / 2
  const sums = new Float64Array(sets * bins)
  const weights = new Float64Array(sets * bins)
  const points = createPoints(bins)
  return {
    add(set, x, at, count, given, from, step) {
      const centre = centres[set]
      const rate = 1 / radii[set]
      const middle = set * bins + side
      for (let i = 0; i < count; i++) {
        const value = x[at + i]
        const weight = given[from + i * step]
        const offset = value - centre
        const place = Math.floor(Math.min(Math.sqrt(Math.sqrt(Math.abs(offset) * rate)) * side, side - 1))
        const bin = offset < 0 ? middle - 1 - place : middle + place
        sums[bin] = sums[bin] + weight * value
        weights[bin] = weights[bin] + weight
      }
    },
    points(set) {
      let count = 0
      for (let bin = set * bins; bin < (set + 1) * bins; bin++) {
        const weight = weights[bin]
        if (weight === 0) continue
        points.values[count] = sums[bin] / weight
        points.weights[count++] = weight
      }
      points.count = count
      return points
    }
  }
}
