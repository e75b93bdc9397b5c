import { throwIfAborted } from '@slimbed/core'
import { rowNorms, rows, type Scored, searcher, type Table, type Vocabulary } from '@slimbed/runtime'
import type { Session } from '../session/session.js'
import { type Neighbour, type Others, queryVector, type Searchable } from './ask.js'
import { findWord } from './find-word.js'
import type { Query } from './parse.js'

/** A table that may be larger than memory, with its words. */
export interface Blocks {
  readonly rows: number
  readonly dim: number
  readonly words: Vocabulary
  /** Rows `start .. start + count` as a table in memory. */
  take(start: number, count: number): Promise<Table>
  /** Vectors of words that are none of `words`. */
  readonly others?: Others
}

const blockBytes = 4 * 2 ** 20

/** The rows of some words, as a table of which only these can be read. */
export async function holdRows({ dim, words, take, ...shape }: Blocks, own: Iterable<number>): Promise<Searchable> {
  const held = new Map<number, Float32Array>()
  const norms = new Float64Array(shape.rows)
  for (const row of [...new Set(own)].sort((a, b) => a - b)) {
    const one = await take(row, 1)
    held.set(row, rows(one, [0]))
    norms[row] = rowNorms(one)[0]
  }
  const none = new Float32Array(dim)
  const table: Table = {
    kind: 'held',
    rows: shape.rows,
    dim,
    config: {},
    tensors: {},
    children: {},
    readRow: (row, out) => out.set(held.get(row) ?? none),
    with: () => table
  }
  return { table, words, norms }
}

/** The rows of the words of queries, less those that have other vectors. Throws `unknown-word`. */
export const rowsOf = (queries: readonly Query[], words: Vocabulary, others?: Others): number[] =>
  queries.flatMap(({ terms }) =>
    terms.filter(({ word }) => !others?.has(word)).map(({ word }) => findWord(word, words))
  )

/** The `k` best of two lists, each best first; of equal ones the lower row, which `before` has. */
const merged = (before: readonly Scored[], after: readonly Scored[], k: number): Scored[] =>
  [...before, ...after].sort((a, b) => b.score - a.score || a.row - b.row).slice(0, k)

/**
 * The nearest words of every query, as `ask` finds them, in one pass over the table: a block of rows is in memory at a time. Rejects as `ask`
 * throws, as reading does, and with `aborted`.
 */
export async function askInBlocks(
  blocks: Blocks,
  queries: readonly Query[],
  k: number,
  { signal, progress }: Session
): Promise<Neighbour[][]> {
  const { dim, words, others } = blocks
  const held = await holdRows(blocks, rowsOf(queries, words, others))
  const searchable = others ? { ...held, others } : held
  const asked = queries.map((query) => queryVector(searchable, query))
  const best: Scored[][] = queries.map(() => [])
  const step = Math.max(1, Math.floor(blockBytes / (4 * dim)))
  const report = progress.phase('searching', blocks.rows * dim * 4)
  for (let start = 0; start < blocks.rows; start += step) {
    throwIfAborted(signal)
    const count = Math.min(step, blocks.rows - start)
    const block = searcher(await blocks.take(start, count))
    asked.forEach(({ own, vector }, i) => {
      const exclude = own.map((row) => row - start).filter((row) => row >= 0 && row < count)
      const found = block.nearest(vector, { k, exclude }).map(({ row, score }) => ({ row: row + start, score }))
      best[i] = merged(best[i], found, k)
    })
    report(start + count, blocks.rows)
  }
  return best.map((found) => found.map(({ row, score }) => ({ word: words.word(row), row, cosine: score })))
}
