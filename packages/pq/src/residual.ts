import {
  blocksOf,
  type Context,
  type Dense,
  defineCompressor,
  denseOf,
  type Matrix,
  matrixFrom,
  sum,
  type Table,
  throwIfAborted
} from '@slimbed/core'
import { kMeans, nearestOf } from '@slimbed/core/cluster'
import { residualCandidates } from './candidates.js'
import { codesOf } from './codes.js'
import { needs, type StageOptions, stageOptions } from './options.js'
import { pointsOf } from './points.js'
import { clustersOf, smaller } from './smaller.js'

/** How often centres move at most. */
const rounds = 25
/** Bytes of rows that are coded at a time. */
const blockBytes = 32 * 2 ** 20

/** Takes the nearest row of a codebook off each row, and says which it was. */
async function subtract(data: Float32Array, book: Dense, { tensor, signal }: Context): Promise<Uint32Array> {
  const { dim } = book
  const { ids } = await nearestOf({ rows: data.length / dim, dim, data }, [book], tensor, signal)
  for (let i = 0, at = 0; i < ids.length; i++) {
    const from = ids[i] * dim
    for (let j = 0; j < dim; j++) data[at++] -= book.data[from + j]
  }
  return ids
}

async function learn(sample: Dense, stages: number, clusters: number, context: Context): Promise<Dense[]> {
  const { tensor, random, signal } = context
  const left = sample.data.slice()
  const books: Dense[] = []
  for (let stage = 0; stage < stages; stage++) {
    const points = matrixFrom(sample.rows, sample.dim, left)
    const { centres } = await kMeans(points, { clusters, tensor, random, rounds, signal })
    books.push(centres)
    await subtract(left, centres, context)
  }
  return books
}

async function compress(matrix: Matrix, { stages = 1, bits }: StageOptions, context: Context): Promise<Table> {
  const { sample, matrix: rows, unit } = await pointsOf('residual', matrix, context)
  if (matrix.rows === 0) return denseOf(matrix)
  const books = await learn(sample, stages, clustersOf(bits, sample.rows), context)
  const terms = books.map(() => codesOf(matrix.rows))
  for await (const { start, count, data } of blocksOf(rows, blockBytes)) {
    throwIfAborted(context.signal)
    const left = data.slice()
    for (const [stage, book] of books.entries()) {
      const ids = await subtract(left, book, context)
      for (let i = 0; i < count; i++) terms[stage].set(start + i, ids[i])
    }
    context.progress(start + count, matrix.rows)
  }
  const tables = terms.map((term, stage) => term.table(books[stage], unit))
  return smaller(tables.length === 1 ? tables[0] : sum(tables), matrix)
}

/**
 * Residual quantization: each row becomes the nearest of the 2^bits rows of a codebook, what is left of it the nearest of those of the
 * next one, and so on (Chen, Guan and Wang 2010).
 *
 * The table is a `sum` of `codebook` tables, whose sources are dense leaves that a later stage may compress; the matrix itself, where that
 * is not smaller. Rejects with `bad-input` for values that are not finite.
 */
export const residual = defineCompressor({
  name: 'residual',
  summary: 'residual quantization: codebooks one after another, each for what is left',
  options: stageOptions,
  check: needs('residual', 'stages'),
  candidates: residualCandidates,
  compress
})
