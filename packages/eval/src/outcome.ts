import type { TaskKind } from './tasks/task.js'

/** The measure: a rank correlation, the share of items that were right, or of answers that were found. */
export type Measure =
  | 'spearman'
  | 'spearman, known pairs'
  | '3CosAdd'
  | '3CosMul'
  | 'purity'
  | 'accuracy'
  | 'MRR@10'
  | 'recall@1'
  | 'recall@10'

/** A figure of one section of a task. */
export interface Part {
  readonly name: string
  readonly value: number
  readonly items: number
}

/** A figure of one task. */
export interface Score {
  readonly kind: TaskKind
  readonly task: string
  readonly measure: Measure
  /** A correlation from −1 to 1, or a share from 0 to 1. */
  readonly value: number
  /** Pairs, questions, words or sentences of the task. */
  readonly items: number
  /** Those whose words are all known; of sentences, those with a known word. */
  readonly covered: number
  readonly parts?: readonly Part[]
}

/** A score that can also be computed for samples of its items. */
export interface Outcome {
  readonly score: Score
  /** Items that `of` draws from. */
  readonly used: number
  /** The value over the items at `sample`, of which each may occur many times. */
  of(sample: Uint32Array): number
}

/** `0, 1, … count − 1`: every item once. */
export const everyItem = (count: number): Uint32Array => Uint32Array.from({ length: count }, (_, i) => i)

/** The mean of a figure of each item. */
export function meanOver(values: Uint8Array | Float64Array): (sample: Uint32Array) => number {
  return (sample) => {
    let sum = 0
    for (let i = 0; i < sample.length; i++) sum += values[sample[i]]
    return sum / sample.length
  }
}

/** The share of items that were right. */
export const shareOf = (right: Uint8Array): ((sample: Uint32Array) => number) => meanOver(right)
