import { matrixFrom } from '@slimbed/core'
import { type KMeansOptions, kMeans } from '@slimbed/core/cluster'
import type { Matrix } from '@slimbed/runtime'
import { clusters } from '../quantized.js'

/** The rows of a matrix, each divided by its length; rows of zeros stay so. */
export function unitRows(matrix: Matrix): Matrix {
  const { rows, dim } = matrix
  return {
    rows,
    dim,
    async read(start, count) {
      const out = Float32Array.from(await matrix.read(start, count))
      for (let at = 0; at < out.length; at += dim) {
        let squares = 0
        for (let j = at; j < at + dim; j++) squares += out[j] * out[j]
        const share = squares > 0 ? 1 / Math.sqrt(squares) : 0
        for (let j = at; j < at + dim; j++) out[j] *= share
      }
      return out
    }
  }
}

/** The 256 levels of the factors of rows, ascending, and the nearest one of each. */
export async function levelsOf(
  factors: Float32Array,
  options: Omit<KMeansOptions, 'clusters'>
): Promise<{ readonly codes: Uint8Array; readonly levels: Float32Array }> {
  const count = Math.min(clusters, factors.length)
  const { centres } = await kMeans(matrixFrom(factors.length, 1, factors), { ...options, clusters: count })
  const levels = new Float32Array(clusters)
  const sorted = centres.data.slice().sort()
  levels.set(sorted)
  const codes = Uint8Array.from(factors, (factor) => {
    let [low, high] = [0, count - 1]
    while (low < high) {
      const middle = (low + high) >> 1
      if (factor > (sorted[middle] + sorted[middle + 1]) / 2) low = middle + 1
      else high = middle
    }
    return low
  })
  return { codes, levels }
}
