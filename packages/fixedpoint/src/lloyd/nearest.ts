/** How the code of the nearest level is found: `first[b]` is the lowest code of a value in bucket b of those from the least level on. */
export interface Finder {
  readonly levels: Float32Array
  /** Between each level and the next: values up to it belong to the lower one. */
  readonly borders: Float64Array
  readonly first: Uint8Array
  readonly least: number
  /** Buckets per unit. */
  readonly rate: number
}

const buckets = 2048

/** The finder of the nearest of some levels in rising order. */
export function finderOf(levels: Float32Array): Finder {
  const top = levels.length - 1
  const borders = Float64Array.from({ length: top }, (_, k) => (levels[k] + levels[k + 1]) / 2)
  const least = levels[0]
  const width = levels[top] - least
  const rate = width > 0 ? (buckets - 1) / width : 0
  const first = new Uint8Array(buckets)
  for (let b = 0, code = 0; b < buckets; b++) {
    // A little lower, so that rounding never puts a value into a bucket that begins above its code.
    while (code < top && rate > 0 && borders[code] < least + (b - 0.01) / rate) code++
    first[b] = code
  }
  return { levels, borders, first, least, rate }
}

/** The code of the level nearest to `value`. */
export function codeOf({ borders, first, least, rate }: Finder, value: number): number {
  const place = (value - least) * rate
  let code = first[place > 0 ? (place < buckets - 1 ? place | 0 : buckets - 1) : 0]
  while (code < borders.length && value > borders[code]) code++
  return code
}
