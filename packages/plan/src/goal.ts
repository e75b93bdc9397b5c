import { SlimbedError } from '@slimbed/core'
import { fallOf, type Loss } from './loss.js'

/** What is asked for: give exactly one of the first five. */
export interface Asked {
  /** Bytes of the whole file at most, words included. */
  readonly target?: number | undefined
  /** How many times smaller the whole file is at least than it were with float32 values: these alone, but for a file that is not ours. */
  readonly ratio?: number | undefined
  /** The relative error `‖A − Â‖ / ‖A‖` at most. */
  readonly maxError?: number | undefined
  /** The mean cosine between rows before and after, at least. */
  readonly minCosine?: number | undefined
  /** The share of the 10 nearest rows that is kept, at least. */
  readonly minKept?: number | undefined
  /** What is least at a `target` or `ratio`; `error` by default. */
  readonly measure?: Loss | undefined
}

/** A size or a loss that must not be exceeded, and what is least within it. */
export type Goal = (
  | { readonly kind: 'size'; readonly bytes: number }
  | { readonly kind: 'quality'; readonly most: number }
) & { readonly loss: Loss }

const refuse = (message: string): never => {
  throw new SlimbedError('bad-option', `plan: ${message}`)
}

const names = ['target', 'ratio', 'maxError', 'minCosine', 'minKept'] as const

function checkRange(name: string, value: number, above: number, to: number): void {
  if (value > above && value <= to) return
  refuse(`${name} must be above ${above}${to < Infinity ? ` and at most ${to}` : ''}, not ${value}`)
}

/** The goal for a matrix, and bytes that a file has besides. Throws `bad-option` unless exactly one of the first five is given, in its range, and `measure` goes with it. */
export function goalOf(asked: Asked, { rows, dim }: { readonly rows: number; readonly dim: number }, beside = 0): Goal {
  const given = names.filter((name) => asked[name] !== undefined)
  if (given.length !== 1) refuse(`give exactly one of ${names.join(', ')}, not ${given.join(' and ') || 'none'}`)
  const { target, ratio, maxError, minCosine, minKept, measure } = asked
  if (target !== undefined || ratio !== undefined) {
    if (target !== undefined) checkRange('target', target, 0, Infinity)
    if (ratio !== undefined) checkRange('ratio', ratio, 0, Infinity)
    const bytes = Math.floor(target ?? (beside + rows * dim * 4) / (ratio ?? 1))
    return { kind: 'size', bytes, loss: measure ?? 'error' }
  }
  if (measure !== undefined) refuse(`measure is for target and ratio: ${given[0]} says what counts`)
  if (maxError !== undefined) {
    checkRange('maxError', maxError, 0, 1)
    return { kind: 'quality', most: maxError ** 2, loss: 'error' }
  }
  if (minCosine !== undefined) {
    checkRange('minCosine', minCosine, 0, 1)
    return { kind: 'quality', most: 1 - minCosine, loss: 'cosine' }
  }
  checkRange('minKept', minKept ?? 0, 0, 1)
  return { kind: 'quality', most: 1 - (minKept ?? 0), loss: 'kept' }
}

/** What a pipeline costs and loses. */
export interface Figures {
  readonly bytes: number
  readonly loss: number
}

/** Whether a file of so many bytes, and so much lost, is within a goal. */
export const isWithin = (goal: Goal, { bytes, loss }: Figures): boolean =>
  goal.kind === 'size' ? bytes <= goal.bytes : loss <= goal.most

/**
 * How far a pipeline is from the goal, in bits a value, the smaller the better: where its rate can be tuned, the loss at the wanted size or
 * the size at the wanted loss, in the logarithm that bits fall by; where it cannot, Infinity beyond the goal. `room` is the wanted bytes of the table alone,
 * and the values of the matrix.
 */
export function scoreOf(
  goal: Goal,
  { bytes, loss }: Figures,
  tunable: boolean,
  room: { readonly bytes: number; readonly values: number }
): number {
  const fall = fallOf(goal.loss)
  const level = Math.log2(loss + 1e-30) / fall
  const bits = (8 * bytes) / room.values
  if (goal.kind === 'size') {
    if (tunable) return level + bits - (8 * room.bytes) / room.values
    return bytes <= room.bytes * 1.005 ? level : Infinity
  }
  if (tunable) return bits + level - Math.log2(goal.most + 1e-30) / fall
  return loss <= goal.most * 1.02 ? bits : Infinity
}
