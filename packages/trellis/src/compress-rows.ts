import {
  type Context,
  type Dense,
  denseOf,
  type Matrix,
  SlimbedError,
  type Table,
  tableBytes,
  throwIfAborted
} from '@slimbed/core'
import { assemble } from './assemble.js'
import { encodeBasis } from './basis/encode-basis.js'
import { lengthsOf } from './basis/precision.js'
import { type Choice, chooseShape, excessOf, indexBytes, leastStep, type StepOutcome, slopeOf } from './choose-shape.js'
import { encodeAll } from './encode-all.js'
import { findStep } from './find-step.js'
import type { Goal } from './goal.js'
import { lambdaOf } from './lambda.js'
import { neighboursOf } from './near/neighbours.js'
import type { Options } from './options.js'
import { measured } from './plan.js'
import { prepare } from './prepare.js'
import type { Sample } from './sample.js'
import { coefficientsOf, outcomeOf, outcomeOfPlan, type Shape } from './shape.js'

/** How rows are coded, whatever their axes and the step. */
interface Coding {
  readonly states: number
  /** Nearest rows that are to stay near; 0 where errors count alike. */
  readonly neighbours: number
  readonly block: number
  /** What the rows were multiplied by. */
  readonly scale: number
}

/** The axes as well. */
interface Frame extends Coding {
  readonly basis: Dense
  /** The basis as it is stored; undefined where it is that of the columns. */
  readonly stored: Table | undefined
}

/** Rows of the sample that steps are tried on at last. */
const mostRows = 16_384
/** States of the machine unless given. */
const defaultStates = 256
/** The same where each keeps sums of errors, which takes longer. */
const nearStates = 16
/** How near to the goal a table is to be, as a logarithm: where the sample is all rows, and where it is not. */
const [close, wide] = [0.003, 0.01]
/** How far beyond the goal, as a logarithm, a table is that no step brings within it. */
const outOfReach = 0.1
/** How often all rows are coded at most. */
const mostPasses = 5

/** The share of the error that may lie along axes that are left out. */
const mostLeftOut = 0.95

/**
 * How many axes pay. Where a few rows are far longer than others, axes that are nearly 0 on the whole are not so in those: what is left out stays below the error that was
 * had with all axes.
 */
function countAxes({ variances, between }: Shape, rows: number, { step, squaredError }: StepOutcome): number {
  const least = 0.45 * lambdaOf(variances.map(Math.sqrt), step) * step * step
  let count = variances.length
  let left = (mostLeftOut * squaredError) / rows
  while (count > 1 && variances[count - 1] < least && between[count - 1] < least / 8) {
    left -= variances[count - 1]
    if (left < 0) break
    count--
  }
  return count
}

/** The axes of a choice as they are stored, and as they decode. */
function frameOf({ shape, outcome, noise }: Choice, rows: number, principal: boolean, coding: Coding): Frame {
  const { axes, variances } = shape
  const { dim } = axes
  if (!principal) return { ...coding, basis: axes, stored: undefined }
  const count = countAxes(shape, rows, outcome)
  const lengths = lengthsOf(variances, count, rows, noise)
  const stored = encodeBasis(
    { rows: count, dim, data: axes.data.subarray(0, count * dim) },
    lengths,
    coding.states,
    coding.block
  )
  const data = new Float32Array(count * dim)
  for (let i = 0; i < count; i++) stored.readRow(i, data.subarray(i * dim, (i + 1) * dim))
  return { ...coding, basis: { rows: count, dim, data }, stored }
}

/** A table, and what it takes over what is allowed, as a logarithm. */
interface Encoded {
  readonly table: Table
  readonly excess: number
}

/**
 * Codes a matrix, again if need be: the step is told by a sample, and moved by what all rows then come to. Where there are more rows than
 * the sample, those that nothing was learned from tell it, and the goal need not be met as closely.
 */
async function encode(
  matrix: Matrix,
  sample: Sample,
  { shape, outcome: tried }: Choice,
  { states, block, scale, basis, stored, neighbours }: Frame,
  goal: Goal,
  context: Context
): Promise<Encoded> {
  const { rows, dim } = matrix
  const coefficients = await coefficientsOf(sample, shape, basis, context, mostRows)
  const ids = await shape.clustering?.assign(matrix)
  const near = await neighboursOf(matrix, basis, neighbours, context)
  const beside = (stored ? tableBytes(stored) : 0) + (sample.halves?.byteLength ?? 0) + indexBytes(shape, rows)
  const tolerance = sample.whole ? close : wide
  const slope = slopeOf(goal, rows * dim)
  const search = (step: number, bias: number, before: StepOutcome, within: number) =>
    findStep<StepOutcome>({ guess: step, slope, tolerance: within, least: leastStep(sample) }, (at, last = before) => {
      const outcome = outcomeOf(coefficients, rows, { states, block, scale, step: at }, last?.plan)
      return { ...outcome, step: at, excess: excessOf(goal, outcome.bytes + beside, outcome.squaredError) + bias }
    })
  let bias = 0
  let found = search(tried.step, bias, tried, wide)
  if (!sample.whole) {
    const { bytes, squaredError } = outcomeOfPlan(measured(found.plan, coefficients), rows)
    bias = excessOf(goal, bytes + beside, squaredError) - found.excess
    found = search(found.step, bias, found, wide)
  }
  let best: Encoded | undefined
  for (let pass = 0; pass < mostPasses; pass++) {
    const { leaf, squaredError, kept } = await encodeAll(matrix, basis, sample.mean, ids, found.plan, near, context)
    const table = assemble({ leaf, centres: found.plan.codebook?.table, ids, basis: stored, mean: sample.halves })
    const over = excessOf(goal, tableBytes(table), squaredError + Math.max(0, sample.centred - kept))
    if (!best || (over <= 0 ? best.excess > 0 || over > best.excess : over < best.excess))
      best = { table, excess: over }
    if ((over <= 0 && over > -tolerance) || pass === mostPasses - 1) break
    bias += over - found.excess + (over > 0 ? tolerance / 3 : 0)
    const octaves = (-tolerance / 2 - over) / slope
    const before = found.step
    found = search(before * 2 ** Math.max(-1, Math.min(1, octaves)), bias, found, tolerance)
    if (found.step === before) break
  }
  if (best && (best.excess <= 0 || !goal.strict)) return best
  const least = best ? tableBytes(best.table) : 0
  throw new SlimbedError(
    'bad-option',
    `trellis: maxBytes=${goal.bytes} is too few for this matrix: ${least} were needed`
  )
}

/**
 * What the compressor does: a sample is learned from, shapes are tried on it, and all rows are coded in the best. The sample has
 * `most` values, if given.
 */
export async function compressRows(matrix: Matrix, given: Options, context: Context, most?: number): Promise<Table> {
  throwIfAborted(context.signal)
  const { rows } = matrix
  if (rows === 0) return denseOf(matrix)
  const { matrix: source, scale, goal, few, ...prepared } = await prepare(matrix, given, context, most)
  const { sample, principal } = prepared
  const { block, clusters, neighbours } = given
  const coding = { states: given.states ?? (neighbours > 0 ? nearStates : defaultStates), block, scale, neighbours }
  const encodeFor = async (goal: Goal) => {
    const choosing = { ...prepared, rows, goal, block, clusters }
    const best = await chooseShape(choosing)
    const plain = few ? await chooseShape({ ...choosing, clusters: 0, principal: false }) : best
    const [choice, along] = plain.score < best.score ? [plain, false] : [best, principal]
    return encode(source, sample, choice, frameOf(choice, rows, along, coding), goal, context)
  }
  const { table, excess } = await encodeFor(goal)
  if (goal.bytes === undefined || excess < outOfReach) return table
  // Of a small matrix, what stands beside the codes alone takes more: codes take what was asked for.
  return (await encodeFor({ ...goal, bytes: goal.bytes + tableBytes(table) })).table
}
