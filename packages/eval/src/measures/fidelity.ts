import {
  bandEdges,
  bandOf,
  type Distortion,
  expand,
  keptNeighbours,
  type Measurement,
  measure,
  SlimbedError,
  type Table
} from '@slimbed/core'
import type { EvalContext } from '../subject.js'
import { eigenspaceOverlap } from './eigenspace.js'

/** How far a table is from its original, over rows of like frequency. */
export interface BandFidelity extends Distortion {
  /** The share of the `k` nearest rows that are kept, over rows of the band spread evenly. */
  readonly neighbourOverlap: number
}

/** How far a table is from its original. */
export interface Fidelity extends Distortion {
  /** With weights. */
  readonly weightedError?: number
  /** Over rows spread evenly. */
  readonly neighbourOverlap: number
  /** Neighbours of each row asked about. */
  readonly k: number
  /** The eigenspace overlap score (May et al. 2019). */
  readonly eigenspaceOverlap: number
  /** The most frequent 100 rows, the next to 1,000, to 10,000 …; rows as they come without weights. */
  readonly bands: readonly BandFidelity[]
}

type Distorted = Pick<Measurement, 'rows' | 'relativeError' | 'meanCosine' | 'weightedError' | 'bands'>

/** Rows asked for neighbours over the whole table, and at most in each band. */
const queries = { all: 1000, band: 250 }
const neighbours = 10

/** `count` of some values at even distances. */
const spread = <T>(values: readonly T[], count: number): T[] =>
  Array.from(
    { length: Math.min(count, values.length) },
    (_, i) => values[Math.floor((i * values.length) / Math.min(count, values.length))]!
  )

const mean = (values: readonly number[]) =>
  values.length === 0 ? 1 : values.reduce((a, b) => a + b, 0) / values.length

/** The rows of each band. */
function membersOf(rows: number, weights: Float32Array | undefined): number[][] {
  const edges = bandEdges(rows)
  const band = bandOf(rows, edges, weights)
  const members = edges.map((): number[] => [])
  for (let row = 0; row < rows; row++) members[band(row)]!.push(row)
  return members
}

/** What cannot be measured of a table whose rows are not those of the original. */
function unknown(rows: number, weights: Float32Array | undefined): Distorted {
  const errors = { relativeError: Number.NaN, meanCosine: Number.NaN }
  const bands = membersOf(rows, weights).map((own) => ({ rows: own.length, ...errors }))
  return { rows, ...errors, ...(weights && { weightedError: Number.NaN }), bands }
}

/**
 * Errors, cosines and kept neighbours of a table, over all rows and by frequency, and the eigenspace overlap score.
 * `weights` are how often each row occurs. Errors and cosines are NaN where the table is `similarityOnly`: its rows tell only how
 * alike they are. Rejects with `bad-input` when the shapes differ, of such a table when the rows are not as many.
 */
export async function fidelity(
  original: Table,
  table: Table,
  context: EvalContext,
  weights?: Float32Array,
  { similarityOnly = false }: { readonly similarityOnly?: boolean | undefined } = {}
): Promise<Fidelity> {
  const { tensor, signal, progress } = context
  const matrix = await expand(original, tensor)
  if (similarityOnly && table.rows !== matrix.rows) {
    throw new SlimbedError('bad-input', `cannot compare: the table has ${table.rows} rows, the original ${matrix.rows}`)
  }
  const { rows, relativeError, meanCosine, weightedError, bands } = similarityOnly
    ? unknown(matrix.rows, weights)
    : await measure(matrix, table, {
        tensor,
        weights,
        signal,
        progress: (done, total) => progress?.('errors', done, total)
      })
  const all = spread(
    Array.from({ length: rows }, (_, row) => row),
    queries.all
  )
  const members = membersOf(rows, weights).map((own) => spread(own, queries.band))
  const picked = [...new Set([...all, ...members.flat()])]
  const shares = await keptNeighbours(matrix, table, picked, {
    tensor,
    k: neighbours,
    signal,
    progress: (done, total) => progress?.('neighbours', done, total)
  })
  const share = new Map(picked.map((row, i) => [row, shares[i]!]))
  const overlap = (own: readonly number[]) => mean(own.map((row) => share.get(row)!))
  return {
    rows,
    relativeError,
    meanCosine,
    ...(weightedError !== undefined && { weightedError }),
    neighbourOverlap: overlap(all),
    k: Math.min(neighbours, Math.max(0, rows - 1)),
    eigenspaceOverlap: await eigenspaceOverlap(original, table, context),
    bands: bands.map((band, i) => ({ ...band, neighbourOverlap: overlap(members[i]!) }))
  }
}
