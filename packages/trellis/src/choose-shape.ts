import type { Context } from '@slimbed/core'
import { basisBytes, lengthsOf } from './basis/precision.js'
import { findStep, type Tried } from './find-step.js'
import type { Goal } from './goal.js'
import { learnedRows, type Sample } from './sample.js'
import {
  coefficientsOf,
  drawnAnew,
  type Outcome,
  outcomeOf,
  type Shape,
  type Shaping,
  settledShape,
  shapeFor
} from './shape.js'
import { noiseLevel, waterLevel } from './spectrum.js'

/** A shape, the step that suits the goal, and its score: the smaller the better. */
export interface Choice {
  readonly shape: Shape
  /** The step, and what it comes to with few states. */
  readonly outcome: StepOutcome
  /** What is left of the variance of an axis at most. */
  readonly noise: number
  readonly score: number
}

/** States, rows and tolerance with which shapes are compared. */
const trial = { states: 16, rows: 1024, tolerance: 0.01 }

/** Bits of a number below `clusters`. */
export const indexBits = (clusters: number): number => Math.ceil(Math.log2(Math.max(2, clusters)))

/** Bytes of the numbers of the clusters that rows are in. */
export const indexBytes = (shape: Shape, rows: number): number =>
  shape.clustering ? Math.ceil((rows * indexBits(shape.clustering.centres.rows)) / 8) : 0

/** The step at which all values would be rounded alike, for a goal. */
export function guessStep(
  { variances, between }: Shape,
  rows: number,
  dim: number,
  { bytes, squaredError }: Goal
): number {
  const whole = variances.map((variance, i) => variance + between[i] / 8)
  const level = bytes !== undefined ? waterLevel(whole, (8 * bytes) / rows) : (squaredError ?? 0) / rows / dim
  return Math.sqrt(level / 0.3) || 1
}

/** Levels go to 2²⁰ at least, and centres may have a quarter of the step. */
const farthest = 2 ** 18

/** The finest step by which no value of a matrix is too large for the levels. */
export const leastStep = ({ longest }: Sample): number => longest / farthest || Number.MIN_VALUE

/** What is got over what is allowed, as a logarithm. */
export function excessOf(goal: Goal, bytes: number, squaredError: number): number {
  if (goal.bytes !== undefined) return Math.log2(bytes / goal.bytes)
  return Math.log2((squaredError + 1e-300) / ((goal.squaredError ?? 0) + 1e-300)) / 2
}

/** By how much the excess grows with the logarithm of the step, about: measured, at 1 to 4 bits a value. */
export const slopeOf = ({ bytes }: Goal, values: number): number =>
  bytes === undefined ? 0.8 : -1.4 / Math.max(0.8, (8 * bytes) / values)

/** What a step comes to. */
export interface StepOutcome extends Outcome, Tried {
  readonly step: number
}

/** Tries a shape on some rows of the sample, sooner where it is known what a shape like it comes to. */
async function tryShape(
  sample: Sample,
  shape: Shape,
  principal: boolean,
  { rows, goal, block, context }: { rows: number; goal: Goal; block: number; context: Context },
  like?: StepOutcome
): Promise<Choice> {
  const { dim } = sample
  const coefficients = await coefficientsOf(sample, shape, shape.axes, context, trial.rows)
  const guess = guessStep(shape, rows, dim, goal)
  const lengths = lengthsOf(shape.variances, dim, rows, 0.3 * guess * guess)
  const fixed = indexBytes(shape, rows) + (principal ? basisBytes(dim, lengths) : 0)
  const outcome = findStep<StepOutcome>(
    {
      guess: like?.step ?? guess,
      slope: slopeOf(goal, rows * dim),
      tolerance: trial.tolerance,
      least: leastStep(sample)
    },
    (step, before = like) => {
      const settings = { states: trial.states, block, step, scale: 1 }
      const { plan, bytes, squaredError } = outcomeOf(coefficients, rows, settings, before?.plan)
      const all = bytes + fixed
      return { plan, step, bytes: all, squaredError, excess: excessOf(goal, all, squaredError) }
    }
  )
  const { bytes, squaredError } = outcome
  const noise = noiseLevel(shape.variances, squaredError / rows)
  if (goal.bytes === undefined) return { shape, outcome, noise, score: Math.log2(bytes) }
  // A bit a value more takes three quarters of the error.
  const spare = ((bytes - goal.bytes) * 16) / (rows * dim)
  return { shape, outcome, noise, score: Math.log2(squaredError + 1e-300) + spare }
}

/** Rows for each cluster at least, the fewest and the most clusters, and the fewest rows with any. */
const rowsEach = 5
const [fewestClusters, mostClusters] = [16, 4096]
const leastRows = 512
/** Clusters that are tried first of many rows: so many are had quickly, and tell which way to go. */
const firstClusters = 256
/**
 * How often in turn another number may be worse before no more are tried, of many rows and of others, whose scores differ by 1 % by chance, since all of
 * their centres are drawn each time.
 */
const patience = { many: 1, few: 2 }

/** The numbers of clusters that may pay, powers of two, falling. */
function countsFor(rows: number): number[] {
  const counts: number[] = []
  if (rows < leastRows) return counts
  const most = Math.min(mostClusters, 2 ** Math.floor(Math.log2(rows / rowsEach)))
  for (let count = most; count >= fewestClusters; count /= 2) counts.push(count)
  return counts
}

/** What is chosen by: the matrix's sample, and what the options say. */
export interface Choosing extends Shaping {
  readonly rows: number
  readonly goal: Goal
  readonly block: number
  /** A number of clusters, or undefined to choose one. */
  readonly clusters: number | undefined
  readonly principal: boolean
}

/** The best of `first` and what `attempt` makes of more and more clusters, or fewer and fewer, until it was worse `most` times in turn. */
async function onward<Choice extends { readonly score: number }>(
  first: Choice,
  counts: readonly number[],
  most: number,
  attempt: (clusters: number, before: Choice) => Promise<Choice>
): Promise<Choice> {
  let best = first
  let worse = 0
  for (const count of counts) {
    if (worse === most) break
    const found = await attempt(count, best)
    worse = found.score < best.score ? 0 : worse + 1
    if (worse === 0) best = found
  }
  return best
}

/**
 * The best of what `attempt` makes of some numbers of clusters: none, and the most that may pay and fewer and fewer of them; or of the number that is given.
 * Where the rows are `many`, from 256 on more and more, or fewer and fewer, and what is made of half as many is handed on.
 */
export async function bestOf<Choice extends { readonly score: number }>(
  rows: number,
  clusters: number | undefined,
  many: boolean,
  attempt: (clusters: number, fewer?: Choice) => Promise<Choice>
): Promise<Choice> {
  if (clusters !== undefined) return attempt(clusters)
  const none = await attempt(0)
  const counts = countsFor(rows)
  if (counts.length === 0) return none
  const middle = many ? Math.min(firstClusters, counts[0]) : counts[0]
  const most = many ? patience.many : patience.few
  const first = await attempt(middle)
  const more = counts.filter((count) => count > middle).reverse()
  const fewer = counts.filter((count) => count < middle)
  const grown = await onward(first, more, most, attempt)
  const best = grown === first ? await onward(first, fewer, most, (count) => attempt(count)) : grown
  return best.score < none.score ? best : none
}

/** The shape of least error for the goal, among some numbers of clusters. */
export async function chooseShape(choosing: Choosing): Promise<Choice> {
  const { sample, rows, clusters, principal } = choosing
  const given = clusters && Math.min(clusters, learnedRows(sample))
  const found = await bestOf<Choice>(rows, given, !sample.whole, async (count, fewer) => {
    const shape = await shapeFor(choosing, count, principal, fewer?.shape)
    return tryShape(sample, shape, principal, choosing, fewer?.outcome)
  })
  const shape = await drawnAnew(choosing, found.shape, principal)
  return { ...found, shape: await settledShape(choosing, shape, principal) }
}
