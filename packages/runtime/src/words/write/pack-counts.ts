/** Counts as numbers of levels. */
export interface PackedCounts {
  /** The level of each count. */
  readonly codes: Uint8Array
  /** At most 256 counts, rising. */
  readonly levels: Float32Array
}

const mostLevels = 256
const largest = 2 ** 128 - 2 ** 104

/**
 * Counts in a byte each. Up to 256 different ones stay as they are, as float32. Of more, those that lie together on a logarithmic
 * scale become their mean: the scale has 255 equal parts from the smallest count to the largest, and 0 stays 0.
 */
export function packCounts(counts: Float64Array): PackedCounts {
  const rounded = Float32Array.from(counts, (count) => Math.min(count, largest))
  const different = new Set(rounded)
  const positive = rounded.filter((count) => count > 0)
  const least = Math.log(positive.reduce((a, b) => Math.min(a, b), Infinity))
  const most = Math.log(positive.reduce((a, b) => Math.max(a, b), 0))
  const parts = mostLevels - 1
  const partOf = (count: number): number =>
    count > 0 ? Math.min(parts - 1, Math.floor(((Math.log(count) - least) / (most - least)) * parts)) : -1
  const keyOf = different.size > mostLevels ? partOf : (count: number) => count
  const sums = new Map<number, [sum: number, members: number]>()
  for (const count of rounded) {
    const [sum, members] = sums.get(keyOf(count)) ?? [0, 0]
    sums.set(keyOf(count), [sum + count, members + 1])
  }
  const keys = [...sums.keys()].sort((a, b) => a - b)
  const numbers = new Map(keys.map((key, i) => [key, i]))
  return {
    codes: Uint8Array.from(rounded, (count) => numbers.get(keyOf(count))!),
    levels: Float32Array.from(keys, (key) => sums.get(key)![0] / sums.get(key)![1])
  }
}
