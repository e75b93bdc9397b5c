import type { Context } from '@slimbed/core'
import { basisBytes, lengthsOf } from '../basis/precision.js'
import { indexBytes } from '../choose-shape.js'
import type { Goal } from '../goal.js'
import { codebookOf, subtract } from '../plan.js'
import type { Sample } from '../sample.js'
import { coefficientsOf, type Shape } from '../shape.js'
import { noiseLevel, sigmasOf } from '../spectrum.js'
import { type Allocation, allocate } from './allocate.js'
import { sideBytes } from './leaf.js'

/** A shape, what is left of the variance of an axis at most, and what it comes to: the smaller the better. */
export interface FixedChoice {
  readonly shape: Shape
  readonly noise: number
  /** Bits of each axis, about. */
  readonly bits: Uint8Array
  readonly score: number
}

/** The step of an entropy-coded table with this rounding error. */
export const stepOf = (noise: number): number => Math.sqrt(noise / 0.3) || 1

/** The least bits a row, up to `most`, with which columns of these variances lose at most `error` a row. */
export function bitsFor(variances: ArrayLike<number>, error: number, most: number): number {
  let [low, high] = [1, variances.length * most]
  while (low < high) {
    const middle = (low + high) >> 1
    if (allocate(variances, middle, most).error <= error) high = middle
    else low = middle + 1
  }
  return low
}

/** What a shape is tried with. */
export interface FixedTrial {
  readonly sample: Sample
  readonly rows: number
  readonly goal: Goal
  /** Bits of a state, and of a value at most. */
  readonly window: number
  readonly most: number
  readonly principal: boolean
  readonly context: Context
}

/** States, rows of a block and rows with which centres are coded in trials. */
const trial = { states: 16, block: 32, scale: 1, rows: 2048 }

/** What a shape comes to, by the variances along its axes alone; the centres are coded. */
export async function tryFixed(
  shape: Shape,
  { sample, rows, goal, window, most, principal, context }: FixedTrial
): Promise<FixedChoice> {
  const { axes, variances } = shape
  const { dim } = axes
  const coefficients = await coefficientsOf(sample, shape, axes, context, trial.rows)
  const { clusters } = coefficients
  const perRow = (bytes: number) => Math.floor((8 * bytes) / rows)
  const target = (goal.squaredError ?? 0) / rows
  /** Bytes besides the rows' bits, and variances that are left, where this much is left of an axis. */
  const beside = (noise: number, allocation: Allocation) => {
    const bytes = sideBytes(window, allocation.bits, 0) + indexBytes(shape, rows)
    const basis = principal ? basisBytes(dim, lengthsOf(variances, dim, rows, noise)) : 0
    if (!clusters) return { bytes: bytes + basis, left: variances }
    const book = codebookOf({ ...coefficients, clusters }, rows / (clusters.centres.length / dim), {
      ...trial,
      step: stepOf(noise)
    })
    const left = sigmasOf(subtract(coefficients.rows, dim, clusters.ids, book.values), dim)
    return { bytes: bytes + basis + book.bytes, left: left.map((sigma) => sigma * sigma) }
  }
  let total = goal.bytes === undefined ? bitsFor(variances, target, most) : perRow(goal.bytes)
  let found = allocate(variances, total, most)
  let noise = 0
  let bytes = 0
  // The bits of rows follow from what is left for them, and that from the bits of rows.
  for (let round = 0; round < 2; round++) {
    noise = noiseLevel(variances, found.error)
    const { bytes: others, left } = beside(noise, found)
    total = goal.bytes === undefined ? bitsFor(left, target, most) : Math.max(1, perRow(goal.bytes - others))
    found = allocate(left, total, most)
    bytes = others + (total * rows) / 8
  }
  return { shape, noise, bits: found.bits, score: Math.log2(goal.bytes === undefined ? bytes : found.error + 1e-300) }
}
