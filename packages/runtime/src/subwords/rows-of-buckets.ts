import { fail } from '../check.js'

/**
 * The buckets that have a row, ascending, from a file: each as its distance from the one before it, the first from −1, as 7 bits a byte,
 * the low ones first, with bit 7 set in all bytes but the last.
 *
 * Throws `corrupt-file` unless there are `rows` of them below `bucket`.
 */
export function readBuckets(bytes: Uint8Array, rows: number, bucket: number): Uint32Array {
  const found = new Uint32Array(rows)
  let count = 0
  let last = -1
  for (let i = 0, gap = 0, unit = 1; i < bytes.length; i++) {
    gap += (bytes[i] & 127) * unit
    unit *= 128
    // Five bytes hold every bucket.
    if (unit > 2 ** 35) break
    if (bytes[i] & 128) continue
    last += gap
    if (gap < 1 || last >= bucket || count === rows) break
    found[count++] = last
    ;[gap, unit] = [0, 1]
    if (i === bytes.length - 1 && count === rows) return found
  }
  if (bytes.length === 0 && rows === 0) return found
  return fail('corrupt-file', `n-grams: expected ${rows} buckets below ${bucket}, ascending`)
}

/** What `readBuckets` reads. */
export function packBuckets(buckets: ArrayLike<number>): Uint8Array {
  const bytes: number[] = []
  for (let i = 0, last = -1; i < buckets.length; i++) {
    let gap = buckets[i] - last
    for (; gap > 127; gap = Math.floor(gap / 128)) bytes.push((gap % 128) | 128)
    bytes.push(gap)
    last = buckets[i]
  }
  return Uint8Array.from(bytes)
}

/** Finds the row of a bucket, or −1, by the buckets that have one, ascending. */
export const rowFinder =
  (buckets: Uint32Array) =>
  (bucket: number): number => {
    let low = 0
    for (let high = buckets.length; low < high; ) {
      const middle = (low + high) >>> 1
      if (buckets[middle] < bucket) low = middle + 1
      else high = middle
    }
    return buckets[low] === bucket ? low : -1
  }
