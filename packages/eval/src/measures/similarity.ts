import { everyItem, type Measure, type Outcome } from '../outcome.js'
import { cosine } from '../statistics/cosine.js'
import { spearmanOf } from '../statistics/spearman.js'
import type { Subject } from '../subject.js'
import type { SimilarityTask } from '../tasks/task.js'

/** The cosine of each pair; the mean row is used for unknown words. */
function cosines({ table }: Subject, rows: readonly (readonly [number, number])[], mean: Float64Array): Float64Array {
  const rowAt = (row: number) => {
    if (row < 0) return mean
    const out = new Float32Array(table.dim)
    table.readRow(row, out)
    return out
  }
  return Float64Array.from(rows, ([a, b]) => cosine(rowAt(a), rowAt(b)))
}

/**
 * Word similarity: Spearman's correlation between cosines and what people said, once over all pairs with the mean of all rows
 * (`mean`, `dim` values) in place of words that are not known, once over the pairs whose words are both known.
 * Empty where fewer than two pairs are known.
 */
export function similarity(subject: Subject, task: SimilarityTask, mean: Float64Array): Outcome[] {
  const { name, first, second, scores } = task
  const rows = first.map((word, i) => [subject.find(word), subject.find(second[i])] as const)
  const known = everyItem(rows.length).filter((i) => rows[i][0] >= 0 && rows[i][1] >= 0)
  if (known.length < 2) return []
  const values = cosines(subject, rows, mean)
  const outcome = (measure: Measure, items: Uint32Array): Outcome => {
    const pick = (list: ArrayLike<number>) => Float64Array.from(items, (i) => list[i])
    const of = spearmanOf(pick(values), pick(scores))
    const value = of(everyItem(items.length))
    const score = { kind: task.kind, task: name, measure, value, items: rows.length, covered: known.length }
    return { score, used: items.length, of }
  }
  return [outcome('spearman', everyItem(rows.length)), outcome('spearman, known pairs', known)]
}
