import type { Dense, Table } from '@slimbed/core'
import { packRuns, scale } from '@slimbed/core/kinds/trellis'
import { encodeBasis } from '../basis/encode-basis.js'
import { lengthsOf } from '../basis/precision.js'
import { waterLevel } from '../spectrum.js'
import { scaledRows } from './matrices.js'
import type { MetricAxes } from './metric-axes.js'

/** Axes as they are stored: what errors count altogether makes no difference, so it is taken as 1 along the axis where they count most. */
export interface StoredAxes {
  /** What coefficients are multiplied by: `scale(householder)`. */
  readonly right: Table
  /** What rows are multiplied by to get coefficients, as rows: the inverse of `right`, turned. */
  readonly basis: Dense
}

/** Levels of scales in an octave, and the most octaves below the largest. */
const perOctave = 4
const mostOctaves = 24
/** States of the machine that axes are coded with. */
const basisStates = 256

/** Stores axes as fine as pays for rows of `bits` bits each. */
export function storeAxes(
  { axes, scales, variances }: MetricAxes,
  rows: number,
  bits: number,
  block: number
): StoredAxes {
  const { dim } = axes
  const noise = waterLevel(variances, bits)
  const stored = encodeBasis(axes, lengthsOf(variances, dim, rows, noise, { scales }), basisStates, block)
  const data = new Float32Array(dim * dim)
  for (let i = 0; i < dim; i++) stored.readRow(i, data.subarray(i * dim, (i + 1) * dim))
  const largest = scales.reduce((most, value) => Math.max(most, value), 0)
  const ids = Array.from(scales, (value) =>
    Math.min(Math.round(perOctave * Math.log2(largest / value)), perOctave * mostOctaves)
  )
  const count = Math.max(...ids) + 1
  const factors = Float32Array.from({ length: count }, (_, id) => 2 ** (id / perOctave))
  return {
    right: scale({ runs: packRuns(ids, count), factors }, stored),
    basis: scaledRows(
      { rows: dim, dim, data },
      ids.map((id) => 1 / factors[id])
    )
  }
}
