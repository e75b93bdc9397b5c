import type { Score } from './outcome.js'

/** A figure of one task. */
export type FrontScore = Pick<Score, 'kind' | 'task' | 'measure' | 'value'>

/** What is to be small: squared error, the same with rows counted by their weights, 1 − mean cosine, or the share of neighbours that is lost. */
export type FrontMeasure = 'error' | 'weighted' | 'cosine' | 'kept'

/** A pipeline that was run, what its file takes, and what it lost. */
export interface FrontPoint {
  readonly pipeline: string
  /** The names of its stages. */
  readonly family: string
  /** Of the whole file. */
  readonly bytes: number
  readonly relativeError: number
  /** With weights. */
  readonly weightedError?: number
  readonly meanCosine: number
  /** The share of the 10 nearest rows that is kept. */
  readonly neighboursKept: number
  /** That compressing took. */
  readonly seconds: number
  readonly scores?: readonly FrontScore[]
}

/** Pipelines of many sizes of one table: what `slimbed sweep --json` prints. */
export interface Front {
  readonly input: { readonly path: string; readonly rows: number; readonly dim: number }
  readonly measure: FrontMeasure
  /** The folder of the tasks. */
  readonly tasks?: string
  /** The scores of the table itself. */
  readonly original?: readonly FrontScore[]
  /** Small files first. */
  readonly points: readonly FrontPoint[]
}

const losses: Readonly<Record<FrontMeasure, (point: FrontPoint) => number>> = {
  error: ({ relativeError }) => relativeError ** 2,
  weighted: ({ weightedError, relativeError }) => (weightedError ?? relativeError) ** 2,
  cosine: ({ meanCosine }) => 1 - meanCosine,
  kept: ({ neighboursKept }) => 1 - neighboursKept
}

/** The points that no smaller file beats, small files first: each loses less, by the measure, than all before it. */
export function frontOf(points: readonly FrontPoint[], measure: FrontMeasure): FrontPoint[] {
  const lossOf = losses[measure]
  const order = [...points].sort((a, b) => a.bytes - b.bytes || lossOf(a) - lossOf(b))
  let least = Infinity
  return order.filter((point) => {
    if (lossOf(point) >= least) return false
    least = lossOf(point)
    return true
  })
}
