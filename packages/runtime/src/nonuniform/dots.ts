/** From this many rows on, a table of the sums for each byte pays off. */
const worthTable = 512

/** The inner products of the codes in each byte of a row with the query, `⌈dim · bits / 8⌉ × 256`; undefined where they do not help. */
export function byteSums(
  levels: Float32Array,
  bits: number,
  query: Float64Array,
  rows: number
): Float64Array | undefined {
  if (rows < worthTable || (bits !== 1 && bits !== 2 && bits !== 4)) return undefined
  const each = 8 / bits
  const sums = new Float64Array(Math.ceil(query.length / each) * 256)
  for (let at = 0; at < sums.length; at++) {
    const first = (at >> 8) * each
    for (let i = 0; i < each && first + i < query.length; i++) {
      sums[at] += levels[(at >> (i * bits)) & (2 ** bits - 1)] * query[first + i]
    }
  }
  return sums
}

/** Adds up the sums of the bytes of every row. */
export function dotsByByte(
  codes: Uint8Array,
  sums: Float64Array,
  rowBytes: number,
  rows: number,
  out: Float64Array
): void {
  for (let i = 0, at = 0; i < rows; i++) {
    let sum = 0
    for (let j = 0; j < rowBytes; j++) sum += sums[(j << 8) | codes[at++]]
    out[i] = sum
  }
}
