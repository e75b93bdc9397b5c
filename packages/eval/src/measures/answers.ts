import type { Dense, Table } from '@slimbed/core'
import { normalizeRows } from '@slimbed/core/numbers'
import { holdRows } from '../held-rows.js'
import type { EvalContext } from '../subject.js'
import { mostRows, type Questions } from './questions.js'
import { emptyTop, insert, type Top } from './top.js'
import { unitBlocks } from './unit-blocks.js'

/** The best rows for each question, by two ways of adding up cosines. */
export interface Answers {
  readonly add: Top
  readonly mul: Top
}

/** Best rows that are kept for each question, as in gensim. */
const kept = 5
/**
 * The most words of questions that are compared with every row in one pass, which limits the memory for their cosines with a
 * block of rows.
 */
const mostWords = 2048
/** Added to the divisor of 3CosMul so that it is never 0, as in gensim. */
const epsilon = 1e-6

/** Questions `first .. end`, whose words have no more than `mostWords` rows. */
interface Batch {
  readonly first: number
  readonly end: number
  /** The distinct rows of their words. */
  readonly rows: readonly number[]
  /** Where the words of each question are among `rows`. */
  readonly a: Uint32Array
  readonly b: Uint32Array
  readonly c: Uint32Array
}

function batchFrom({ a, b, c }: Questions, first: number): Batch {
  const place = new Map<number, number>()
  let end = first
  for (; end < a.length && place.size + 3 <= mostWords; end++) {
    for (const row of [a[end], b[end], c[end]]) if (!place.has(row)) place.set(row, place.size)
  }
  const places = (rows: Uint32Array) => rows.slice(first, end).map((row) => place.get(row)!)
  return { first, end, rows: [...place.keys()], a: places(a), b: places(b), c: places(c) }
}

/** Rows of a table scaled to length 1, as the columns of a matrix: `dim × rows.length`. */
async function unitColumns(whole: Table, rows: readonly number[]): Promise<Dense> {
  const { table, at } = await holdRows(whole, rows)
  const { dim } = table
  const width = rows.length
  const data = new Float32Array(dim * width)
  const row = new Float32Array(dim)
  rows.forEach((index, u) => {
    table.readRow(at(index), row)
    normalizeRows(row, dim)
    for (let j = 0; j < dim; j++) data[j * width + u] = row[j]
  })
  return { rows: dim, dim: width, data }
}

/** Offers one row of the table, given its cosines with the words of a batch, to every question of it. */
function offer(batch: Batch, questions: Questions, row: number, cosines: Float64Array, { add, mul }: Answers): void {
  const { first, end, a, b, c } = batch
  const width = batch.rows.length
  const last = kept - 1
  for (let q = first, i = 0; q < end; q++, i++) {
    const [x, y, z] = [a[i], b[i], c[i]]
    const sum = cosines[y] - cosines[x] + cosines[z]
    const share = cosines[width + y] * cosines[width + z] * cosines[2 * width + x]
    const better = sum > add.scores[q * kept + last]
    const likelier = share > mul.scores[q * kept + last]
    if (!better && !likelier) continue
    if (row === questions.a[q] || row === questions.b[q] || row === questions.c[q]) continue
    if (better) insert(add, q, sum, row)
    if (likelier) insert(mul, q, share, row)
  }
}

async function answerBatch(
  table: Table,
  questions: Questions,
  batch: Batch,
  answers: Answers,
  { tensor, signal, progress }: EvalContext
): Promise<void> {
  const width = batch.rows.length
  const columns = await unitColumns(table, batch.rows)
  // Cosines; the cosines moved to the range 0 to 1, for 3CosMul; and its divisors.
  const cosines = new Float64Array(3 * width)
  for await (const { start, count, data } of unitBlocks(table, mostRows, tensor, signal)) {
    const products = (await tensor.matmul({ rows: count, dim: table.dim, data }, columns)).data
    for (let i = 0; i < count; i++) {
      for (let u = 0; u < width; u++) {
        const cosine = products[i * width + u]
        const share = (1 + cosine) / 2
        cosines[u] = cosine
        cosines[width + u] = share
        cosines[2 * width + u] = 1 / (share + epsilon)
      }
      offer(batch, questions, start + i, cosines, answers)
    }
    progress?.(
      'analogies',
      batch.first + ((batch.end - batch.first) * (start + count)) / table.rows,
      questions.a.length
    )
  }
}

/**
 * The five rows that answer each question best, its own three left out. Each distinct word of the questions is multiplied with every
 * row once, in blocks on the adapter's engine; questions then add and multiply cosines.
 */
export async function answer(table: Table, questions: Questions, context: EvalContext): Promise<Answers> {
  const count = questions.answers.length
  const answers = { add: emptyTop(count, kept), mul: emptyTop(count, kept) }
  for (let first = 0; first < count; ) {
    const batch = batchFrom(questions, first)
    await answerBatch(table, questions, batch, answers, context)
    first = batch.end
  }
  return answers
}
