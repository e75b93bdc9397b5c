import type { Matrix, Table } from '@slimbed/runtime'
import { sumsPerRow } from '../tensor/kernels/compare.js'
import type { VisitSums } from '../tensor/types.js'
import { bandEdges, bandOf } from './bands.js'
import type { Distortion, Measurement } from './measurement.js'
import { costsOf } from './unmeasured.js'

const root = (error: number, norm: number) => (error === 0 ? 0 : Math.sqrt(error / norm))

/** Sums over the rows of one band. */
interface Sums {
  rows: number
  error: number
  norm: number
  cosine: number
}

const none = (): Sums => ({ rows: 0, error: 0, norm: 0, cosine: 0 })

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

/** Adds up the sums that a pass reports for the rows of a matrix. */
export function createSums(original: Matrix, weights: Float32Array | undefined) {
  const edges = bandEdges(original.rows)
  const band = bandOf(original.rows, edges, weights)
  let sums = edges.map(none)
  let weighted = { error: 0, norm: 0 }
  let maxError = 0
  const visit: VisitSums = (start, found) => {
    for (let at = 0, row = start; at < found.length; at += sumsPerRow, row++) {
      const aa = found[at]
      const bb = found[at + 1]
      const ee = found[at + 3]
      maxError = Math.max(maxError, found[at + 4])
      const sum = sums[band(row)]
      sum.rows++
      sum.error += ee
      sum.norm += aa
      sum.cosine += aa > 0 && bb > 0 ? found[at + 2] / Math.sqrt(aa * bb) : aa === bb ? 1 : 0
      const w = weights ? weights[row] : 1
      weighted.error += w * ee
      weighted.norm += w * aa
    }
  }
  return {
    /** Begins at the first row, whatever was added before. */
    start(): VisitSums {
      sums = edges.map(none)
      weighted = { error: 0, norm: 0 }
      maxError = 0
      return visit
    },
    /** The measurement that results from the sums. */
    measurementOf: (table: Table): Measurement => ({
      ...distortion(sums.reduce(added)),
      ...costsOf(original, table),
      ...(weights && { weightedError: root(weighted.error, weighted.norm) }),
      ...(!Number.isNaN(maxError) && { maxError }),
      bands: sums.map(distortion)
    })
  }
}
