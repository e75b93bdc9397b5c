import type { Matrix, Table } from '@slimbed/runtime'
import { sumsPerRow } from '../tensor/kernels/compare.js'
import { addBands, ofAll, ofBand } from '../tensor/kernels/tally.js'
import type { Tally } from '../tensor/types.js'
import { bandEdges, bandOf } from './bands.js'
import type { Distortion, Measurement } from './measurement.js'
import { costsOf } from './unmeasured.js'

const root = (error: number, norm: number) => (error === 0 ? 0 : Math.sqrt(error / norm))

/** Sums over the rows of one band. */
interface Sums {
  readonly rows: number
  readonly error: number
  readonly norm: number
  readonly cosine: number
}

const distortion = ({ rows, error, norm, cosine }: Sums): Distortion => ({
  rows,
  relativeError: root(error, norm),
  meanCosine: rows === 0 ? 1 : cosine / rows
})

const added = (x: Sums, y: Sums): Sums => ({
  rows: x.rows + y.rows,
  error: x.error + y.error,
  norm: x.norm + y.norm,
  cosine: x.cosine + y.cosine
})

/** What is added up of the sums that a pass has of the rows of a matrix, and what the totals say. */
export function createSums(original: Matrix, weights: Float32Array | undefined) {
  const edges = bandEdges(original.rows)
  const band = bandOf(original.rows, edges, weights)
  const all = edges.length * ofBand
  const tally: Tally = {
    size: all + ofAll,
    edges: weights ? undefined : edges,
    add(totals, start, found) {
      if (!weights) {
        addBands(edges, totals, start, found)
        return
      }
      for (let at = 0, row = start; at < found.length; at += sumsPerRow, row++) {
        const aa = found[at]
        const bb = found[at + 1]
        const ee = found[at + 3]
        const own = band(row) * ofBand
        totals[own]++
        totals[own + 1] += ee
        totals[own + 2] += aa
        totals[own + 3] += aa > 0 && bb > 0 ? found[at + 2] / Math.sqrt(aa * bb) : aa === bb ? 1 : 0
        const w = weights[row]
        totals[all] += w * ee
        totals[all + 1] += w * aa
        totals[all + 2] = Math.max(totals[all + 2], found[at + 4])
      }
    },
    merge(totals, later) {
      for (let i = 0; i < all + 2; i++) totals[i] += later[i]
      totals[all + 2] = Math.max(totals[all + 2], later[all + 2])
    }
  }
  const sumsOf = (totals: Float64Array, i: number): Sums => {
    const [rows, error, norm, cosine] = totals.subarray(i * ofBand, (i + 1) * ofBand)
    return { rows, error, norm, cosine }
  }
  return {
    tally,
    /** The measurement that results from the totals. */
    measurementOf(table: Table, totals: Float64Array): Measurement {
      const sums = edges.map((_, i) => sumsOf(totals, i))
      const [error, norm, maxError] = totals.subarray(all)
      const whole = sums.reduce(added)
      return {
        ...distortion(whole),
        ...costsOf(original, table),
        squaredNorm: whole.norm,
        ...(weights && { weightedError: root(error, norm), weightedNorm: norm }),
        ...(!Number.isNaN(maxError) && { maxError }),
        bands: sums.map(distortion)
      }
    }
  }
}
