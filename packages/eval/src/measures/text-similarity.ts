import { everyItem, type Outcome } from '../outcome.js'
import { cosine } from '../statistics/cosine.js'
import { spearmanOf } from '../statistics/spearman.js'
import type { Subject } from '../subject.js'
import type { SimilarityTask } from '../tasks/task.js'
import { textVectors } from './text-vectors.js'

/**
 * Similarity of texts, by a sentence model: Spearman's correlation between the cosines of pairs and what people said. A pair of which one text has no
 * vector has the cosine 0. Undefined for fewer than two pairs with vectors.
 */
export function textSimilarity(subject: Subject, task: SimilarityTask): Outcome | undefined {
  const { name, first, second, scores } = task
  const [{ dim, data: left }, { data: right }] = [first, second].map((texts) => textVectors(subject, texts))
  const rowOf = (data: Float32Array, i: number) => data.subarray(i * dim, (i + 1) * dim)
  const values = Float64Array.from(first, (_, i) => cosine(rowOf(left, i), rowOf(right, i)))
  const covered = values.filter((value) => value !== 0).length
  if (covered < 2) return undefined
  const of = spearmanOf(values, Float64Array.from(scores))
  const value = of(everyItem(values.length))
  const score = { kind: task.kind, task: name, measure: 'spearman', value, items: values.length, covered } as const
  return { score, used: values.length, of }
}
