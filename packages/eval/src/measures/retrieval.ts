import { throwIfAborted } from '@slimbed/core'
import { normalizeRows } from '@slimbed/core/numbers'
import { everyItem, type Measure, meanOver, type Outcome } from '../outcome.js'
import type { EvalContext, Subject } from '../subject.js'
import type { RetrievalTask } from '../tasks/task.js'
import { textVectors } from './text-vectors.js'

/** How many queries are compared with all texts at a time. */
const some = 256
/** Texts beyond this place count as not found. */
const last = 10

/** Vectors as columns: `dim × count`. */
function transposed(data: Float32Array, count: number, dim: number): Float32Array {
  const out = new Float32Array(data.length)
  for (let i = 0; i < count; i++) for (let j = 0; j < dim; j++) out[j * count + i] = data[i * dim + j]
  return out
}

/** The place of each answer, from 1 on; of equal scores the first text comes first. */
function placesOf(scores: Float32Array, answers: readonly number[]): number[] {
  return answers.map((answer) => {
    let place = 1
    for (let i = 0; i < scores.length; i++) {
      if (scores[i] > scores[answer] || (scores[i] === scores[answer] && i < answer)) place++
    }
    return place
  })
}

/** What each query scores. */
interface Found {
  readonly reciprocal: Float64Array
  readonly first: Float64Array
  readonly ten: Float64Array
}

function count(found: Found, query: number, places: readonly number[]): void {
  const best = Math.min(...places)
  const share = (most: number) => places.filter((place) => place <= most).length / places.length
  found.reciprocal[query] = best <= last ? 1 / best : 0
  found.first[query] = share(1)
  found.ten[query] = share(last)
}

/**
 * Retrieval: all texts are put in order by their cosine with each query. MRR@10, the mean of 1 / the place of the first answer, 0 beyond the tenth (Voorhees
 * 1999); and the share of answers that is found in the first place and in the first ten. Empty where no query has a vector.
 */
export async function retrieval(subject: Subject, task: RetrievalTask, context: EvalContext): Promise<Outcome[]> {
  const { tensor, signal, progress } = context
  const { kind, name, queries, texts, answers } = task
  const [asked, searched] = [textVectors(subject, queries), textVectors(subject, texts)]
  const { dim } = asked
  if (asked.covered === 0) return []
  for (const { data } of [asked, searched]) normalizeRows(data, dim)
  const columns = { rows: dim, dim: texts.length, data: transposed(searched.data, texts.length, dim) }
  const made = () => new Float64Array(queries.length)
  const found: Found = { reciprocal: made(), first: made(), ten: made() }
  for (let start = 0; start < queries.length; start += some) {
    throwIfAborted(signal)
    const rows = Math.min(some, queries.length - start)
    const block = { rows, dim, data: asked.data.subarray(start * dim, (start + rows) * dim) }
    const { data } = await tensor.matmul(block, columns)
    for (let i = 0; i < rows; i++) {
      // A query without a vector finds nothing.
      if (block.data.subarray(i * dim, (i + 1) * dim).every((value) => value === 0)) continue
      count(found, start + i, placesOf(data.subarray(i * texts.length, (i + 1) * texts.length), answers[start + i]))
    }
    progress?.(name, start + rows, queries.length)
  }
  const outcome = (measure: Measure, values: Float64Array): Outcome => {
    const of = meanOver(values)
    const value = of(everyItem(values.length))
    const score = { kind, task: name, measure, value, items: queries.length, covered: asked.covered }
    return { score, used: values.length, of }
  }
  return [outcome('MRR@10', found.reciprocal), outcome('recall@1', found.first), outcome('recall@10', found.ten)]
}
