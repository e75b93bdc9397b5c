/** Where frequency bands end: 100, 1,000, 10,000 … rows, the last at `rows`. */
export function bandEdges(rows: number): number[] {
  const edges: number[] = []
  for (let edge = 100; edge < rows; edge *= 10) edges.push(edge)
  return [...edges, rows]
}

/** The last row of a band: rows of a higher weight, and those of its own weight up to it, are in the band or before it. */
interface Last {
  readonly weight: number
  readonly row: number
}

/** How many buckets the bits of a weight, which rise with it, are counted in: by the upper half, then by the lower one. */
const buckets = 2 ** 16

/** The bucket in which the count from the highest one down reaches `rank`, and the count of those above it. */
function bucketOf(counts: Float64Array, rank: number): { bucket: number; above: number } {
  let above = 0
  let bucket = buckets - 1
  for (; bucket > 0 && above + counts[bucket] < rank; bucket--) above += counts[bucket]
  return { bucket, above }
}

/** The rows on which bands end. It takes a few passes over the weights and no memory for each row: sorting would take much of both. */
function lastsOf(weights: Float32Array, edges: readonly number[]): Last[] {
  const bits = new Uint32Array(weights.buffer, weights.byteOffset, weights.length)
  const upper = new Float64Array(buckets)
  for (let row = 0; row < bits.length; row++) upper[(bits[row] & 0x7fffffff) >>> 16]++
  return edges.map((edge) => {
    const { bucket, above } = bucketOf(upper, edge)
    const lower = new Float64Array(buckets)
    for (let row = 0; row < bits.length; row++) {
      if ((bits[row] & 0x7fffffff) >>> 16 === bucket) lower[bits[row] & 0xffff]++
    }
    const within = bucketOf(lower, edge - above)
    const word = bucket * buckets + within.bucket
    let left = edge - above - within.above
    let row = -1
    while (left > 0 && row + 1 < bits.length) if ((bits[++row] & 0x7fffffff) === word) left--
    return { weight: weights[row], row }
  })
}

/** The band of each row: rows are ranked by falling weight, equal weights and no weights by row. */
export function bandOf(rows: number, edges: readonly number[], weights?: Float32Array): (row: number) => number {
  if (!weights) {
    return (row) => {
      let band = 0
      while (row >= edges[band]) band++
      return band
    }
  }
  // Every row is in the last band or before it.
  const lasts = rows === 0 ? [] : lastsOf(weights, edges.slice(0, -1))
  return (row) => {
    const weight = weights[row]
    let band = 0
    while (band < lasts.length) {
      const last = lasts[band]
      if (weight > last.weight || (weight === last.weight && row <= last.row)) break
      band++
    }
    return band
  }
}
