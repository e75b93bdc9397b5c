import { expand, type Matrix, type Table } from '@slimbed/core'
import { bandEdges, bandOf, type Distortion, keptNeighbours, measure } from '@slimbed/core/measure'
import type { EvalContext } from '../subject.js'
import { eigenspaceOverlap } from './eigenspace.js'

/** Errors of rows; absent for a table that keeps only similarities between rows. */
type Errors = Partial<Omit<Distortion, 'rows'>>

/** How far a table is from its original, over rows of similar frequency. */
export interface BandFidelity extends Errors {
  readonly rows: number
  /** The share of the `k` nearest rows that are kept, over rows of the band spread evenly. */
  readonly neighbourOverlap: number
}

/** How far a table is from its original. */
export interface Fidelity extends Errors {
  readonly rows: number
  /** With weights. */
  readonly weightedError?: number
  /** Over rows spread evenly. */
  readonly neighbourOverlap: number
  /** Neighbours of each row asked about. */
  readonly k: number
  /** The eigenspace overlap score (May et al. 2019). */
  readonly eigenspaceOverlap: number
  /** The most frequent 100 rows, the next to 1,000, to 10,000 …; without weights, rows are taken in their order. */
  readonly bands: readonly BandFidelity[]
}

/** Options of `fidelity`. */
export interface FidelityOptions {
  /** How often each row occurs. */
  readonly weights?: Float32Array | undefined
  /** Whether the table keeps only similarities between rows, as codes do: then there are no errors. */
  readonly similarityOnly?: boolean | undefined
}

/** The number of rows whose neighbours are compared, over the whole table and at most in each band. */
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
  for (let row = 0; row < rows; row++) members[band(row)].push(row)
  return members
}

/** Errors over all rows and by band. A table that keeps only similarities has no errors, just numbers of rows. */
async function errorsOf(original: Matrix, table: Table, context: EvalContext, options: FidelityOptions) {
  const { rows } = original
  const { weights } = options
  if (options.similarityOnly) {
    return { rows, bands: membersOf(rows, weights).map((own): { rows: number } & Errors => ({ rows: own.length })) }
  }
  const { tensor, signal, progress } = context
  const report = (done: number, total: number) => progress?.('errors', done, total)
  const made = await measure(original, table, { tensor, weights, signal, progress: report })
  const { relativeError, meanCosine, weightedError, bands } = made
  return { rows, relativeError, meanCosine, ...(weightedError !== undefined && { weightedError }), bands }
}

/**
 * Errors, cosines and kept neighbours of a table, over all rows and by frequency, and the eigenspace overlap score. Rejects with
 * `bad-input` if the tables have different numbers of rows, or different numbers of columns without `similarityOnly`.
 */
export async function fidelity(
  original: Table,
  table: Table,
  context: EvalContext,
  options: FidelityOptions = {}
): Promise<Fidelity> {
  const { tensor, signal, progress } = context
  const matrix = await expand(original, tensor)
  const { rows } = matrix
  const { bands, ...errors } = await errorsOf(matrix, table, context, options)
  const all = spread(
    Array.from({ length: rows }, (_, row) => row),
    queries.all
  )
  const members = membersOf(rows, options.weights).map((own) => spread(own, queries.band))
  const picked = [...new Set([...all, ...members.flat()])]
  const shares = await keptNeighbours(matrix, table, picked, {
    tensor,
    k: neighbours,
    signal,
    progress: (done, total) => progress?.('neighbours', done, total)
  })
  const share = new Map(picked.map((row, i) => [row, shares[i]]))
  const overlap = (own: readonly number[]) => mean(own.map((row) => share.get(row)!))
  return {
    ...errors,
    neighbourOverlap: overlap(all),
    k: Math.min(neighbours, Math.max(0, rows - 1)),
    eigenspaceOverlap: await eigenspaceOverlap(original, table, context),
    bands: bands.map((band, i) => ({ ...band, neighbourOverlap: overlap(members[i]) }))
  }
}
