import { fail, isInteger } from '../check.js'
import { asCorrupt } from '../error.js'
import type { Artefact, Extra } from '../file/load.js'
import { loadTable } from '../file/load-table.js'
import { type TableKind, tensorOf } from '../kinds/kind.js'
import { tableKinds } from '../kinds/table-kinds.js'
import { pool } from '../lookup/pool.js'
import type { Table } from '../table/table.js'
import { longestNgram, type NgramRules, ngramBuckets } from './ngrams.js'
import { readBuckets, rowFinder } from './rows-of-buckets.js'

/** What is read of an artefact. */
export type WithSubwords = Pick<Artefact, 'table' | 'vocabulary' | 'extra'>

/** Options of `subwordsOf`. */
export interface SubwordOptions {
  /** Kinds of node besides those that every reader knows. */
  readonly kinds?: readonly TableKind[]
}

/** Rows of n-grams, by which words that a table does not have get vectors. */
export interface Subwords {
  readonly rules: NgramRules
  /** A row for each bucket that is kept, `dim` values each. */
  readonly table: Table
  /** The rows of a word's n-grams, in order and as often as they occur; n-grams without a row are left out. */
  rowsOf(word: string): number[]
  /**
   * The vector of a word, `dim` values in `out` where given: its row where the table has the word, else the mean of the rows of its
   * n-grams. Undefined where none of these has a row.
   */
  vector(word: string, out?: Float32Array): Float32Array | undefined
}

/** Whether a file has rows of n-grams. */
export const hasSubwords = ({ extra }: Pick<Artefact, 'extra'>): boolean => extra?.config.kind === 'subwords'

/** Bytes of the rows of n-grams of a file, and of the numbers of their buckets; 0 where it has none. */
export const subwordBytes = ({ extra }: Pick<Artefact, 'extra'>): number =>
  extra && hasSubwords({ extra }) ? Object.values(extra.tensors).reduce((sum, { data }) => sum + data.byteLength, 0) : 0

interface Read {
  readonly rules: NgramRules
  /** Whether the mean of a word counts n-grams without a row. */
  readonly all: boolean
  readonly table: Table
  readonly rowOf: (bucket: number) => number
}

function readExtra({ config, tensors }: Extra, dim: number, kinds: readonly TableKind[]): Read {
  const { version, minn, maxn, bucket, mean } = config
  if (version !== 1) fail('unsupported', 'n-grams of another version; a newer @slimbed/runtime may read them')
  if (
    !isInteger(minn, 0, longestNgram) ||
    !isInteger(maxn, 0, longestNgram) ||
    !isInteger(bucket, 1, 2 ** 31 - 1) ||
    (mean !== 'all' && mean !== 'kept')
  ) {
    return fail('corrupt-file', 'n-grams: expected numbers minn, maxn and bucket, and the mean of all or kept')
  }
  const { data } = tensorOf(tensors, 'table', ['U8'], 1)
  const { table } = loadTable(data, { kinds: [...tableKinds, ...kinds] })
  if (table.dim !== dim) fail('corrupt-file', `n-grams: rows of ${table.dim} columns beside words of ${dim}`)
  const all = mean === 'all'
  const rules = { minn, maxn, bucket }
  if (!Object.hasOwn(tensors, 'buckets')) {
    if (table.rows !== bucket) fail('corrupt-file', `n-grams: ${table.rows} rows for ${bucket} buckets`)
    return { rules, all, table, rowOf: (number) => number }
  }
  const kept = readBuckets(tensorOf(tensors, 'buckets', ['U8'], 1).data, table.rows, bucket)
  return { rules, all, table, rowOf: rowFinder(kept) }
}

/**
 * The rows of n-grams of an artefact, by which other words than its own have vectors. They are verified with the rest of the file.
 *
 * Throws `bad-input` for an artefact without n-grams or words, and as `loadTable` does.
 */
export function subwordsOf(artefact: WithSubwords, { kinds = [] }: SubwordOptions = {}): Subwords {
  const { table: words, vocabulary, extra } = artefact
  if (!extra || !vocabulary || !hasSubwords(artefact)) return fail('bad-input', 'the file has no words with n-grams')
  let read: Read
  try {
    read = readExtra(extra, words.dim, kinds)
  } catch (error) {
    return asCorrupt(error)
  }
  const { rules, all, table, rowOf } = read
  const encoder = new TextEncoder()
  const buckets = (word: string) => ngramBuckets(encoder.encode(word), rules)
  const rowsIn = (numbers: readonly number[]) => numbers.map(rowOf).filter((row) => row >= 0)
  return {
    rules,
    table,
    rowsOf: (word) => rowsIn(buckets(word)),
    vector(word, out = new Float32Array(words.dim)) {
      const row = vocabulary.find(word)
      if (row >= 0) {
        words.readRow(row, out)
        return out
      }
      const numbers = buckets(word)
      const rows = rowsIn(numbers)
      if (rows.length === 0) return undefined
      pool(table, rows, { out })
      const share = rows.length / numbers.length
      if (all && share < 1) for (let j = 0; j < words.dim; j++) out[j] *= share
      return out
    }
  }
}
