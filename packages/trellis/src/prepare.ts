import { type Context, type Matrix, matrixFrom } from '@slimbed/core'
import { scaledBy } from '@slimbed/core/numbers'
import { clustererOf } from './cluster.js'
import { type Goal, goalOf } from './goal.js'
import type { Options } from './options.js'
import { takeSample } from './sample.js'
import { scaleFor } from './scale-for.js'
import { axesOf, type Shaping } from './shape.js'

/** What is known of a matrix before its shape is chosen. */
export interface Prepared extends Shaping {
  /** Its rows times `scale`, a power of two that keeps squares within float32. */
  readonly matrix: Matrix
  readonly scale: number
  readonly goal: Goal
  /** Whether rows are coded along principal axes: of few rows, these would take more bytes than they save. */
  readonly principal: boolean
  /** Whether rows are so few that their own axes are to be tried as well. */
  readonly few: boolean
}

/** Rows for each column from which on principal axes are tried, and from which on they always pay. */
const [leastRows, fewRows] = [2, 16]

/** Reads a matrix once, or twice where its numbers are very small or large. The sample has `most` values, if given. */
export async function prepare(given: Matrix, options: Options, context: Context, most?: number): Promise<Prepared> {
  const { rows, dim } = given
  const { tensor, signal } = context
  const first = await takeSample(given, true, context, most)
  const scale = scaleFor(first.energy / (rows * dim))
  const matrix = scale === 1 ? given : scaledBy(given, scale)
  const sample = scale === 1 ? first : await takeSample(matrix, false, context, most)
  const [gram] = await tensor.gram(matrixFrom(sample.rows, dim, sample.data), { signal })
  const principal = options.basis === 'klt' && dim > 1 && rows >= leastRows * dim
  const leading = await axesOf(gram, dim, principal || options.clusters !== 0, context)
  const few = principal && rows < fewRows * dim
  const goal = goalOf(options, given, sample.energy)
  const clusterer = clustererOf(sample, leading, context)
  return { matrix, scale, sample, goal, gram, leading, clusterer, principal, few, context }
}
