import { sumsPerRow } from './compare.js'

// Plain JavaScript, as what it builds on: threads run it too, from the sources and from the build.

/** Numbers of a band, and of all rows, among the totals: rows, error, norm, cosine; weighted error and norm, largest error. */
export const [ofBand, ofAll] = [4, 3]

/**
 * Adds the sums that `compareRows` has of each row from `start` on, in order, to totals in which all rows weigh 1.
 * @param {readonly number[]} edges where bands of rows end; the last at the last row or beyond
 * @param {Float64Array} totals `ofBand` for each band, then `ofAll`
 * @param {number} start
 * @param {Float64Array} sums
 */
export function addBands(edges, totals, start, sums) {
  const all = edges.length * ofBand
  const rows = sums.length / sumsPerRow
  let [wholeError, wholeNorm, most] = [totals[all], totals[all + 1], totals[all + 2]]
  for (let row = 0, band = 0; row < rows; band++) {
    const end = Math.min(rows, edges[band] - start)
    if (end <= row) continue
    const own = band * ofBand
    let [error, norm, cosine] = [totals[own + 1], totals[own + 2], totals[own + 3]]
    totals[own] += end - row
    for (let at = row * sumsPerRow; row < end; row++, at += sumsPerRow) {
      const aa = sums[at]
      const bb = sums[at + 1]
      const ee = sums[at + 3]
      error += ee
      norm += aa
      cosine += aa > 0 && bb > 0 ? sums[at + 2] / Math.sqrt(aa * bb) : aa === bb ? 1 : 0
      wholeError += ee
      wholeNorm += aa
      most = Math.max(most, sums[at + 4])
    }
    totals[own + 1] = error
    totals[own + 2] = norm
    totals[own + 3] = cosine
  }
  totals[all] = wholeError
  totals[all + 1] = wholeNorm
  totals[all + 2] = most
}
