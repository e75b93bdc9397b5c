import type { JsonObject, Matrix } from '@slimbed/runtime'
import { checkRows } from '@slimbed/runtime/kinds'
import { ngramBuckets, packBuckets } from '@slimbed/runtime/subwords'
import type { FastTextModel } from '../model.js'
import { readRows } from '../read/matrix.js'

/** Which n-grams: all that a model has rows for, or those of the words that it knows. */
export type WhichNgrams = 'all' | 'used'

/** The rows of n-grams of a model, by which words that it does not know have vectors. */
export interface NgramRows {
  /** A row for each bucket that is kept, by ascending numbers. */
  readonly matrix: Matrix
  /** How often words with the n-grams of each row occur. */
  readonly counts: Float64Array
  /** The numbers of these buckets, as `extra.buckets` of a file has them; undefined for all buckets. */
  readonly buckets: Uint8Array | undefined
  /** The `extra` of a file, as `docs/format.md` has it. */
  readonly config: JsonObject
}

/** How often words with n-grams of each bucket occur. */
function countsOfBuckets({ args, words }: FastTextModel): Float64Array {
  const counts = new Float64Array(args.bucket)
  for (let row = 0; row < words.size; row++) {
    for (const bucket of ngramBuckets(words.bytesOf(row), args)) counts[bucket] += words.counts[row] || 1
  }
  return counts
}

/** Rows that are read at a time, in values: 64 MiB. */
const stretch = 2 ** 24

/** Some rows of the input, by ascending numbers if it is a plain matrix, of which those that lie between are read too. */
function someRows({ input, name }: FastTextModel, rows: Uint32Array): Matrix {
  const { dim } = input
  const most = Math.max(1, Math.floor(stretch / dim))
  return {
    rows: rows.length,
    dim,
    async read(start, count, into) {
      checkRows(rows.length, start, count)
      const out = into ?? new Float32Array(count * dim)
      for (let i = 0; i < count; ) {
        const first = rows[start + i]
        let end = i + 1
        const follows = (row: number) => row > first && row - first < most
        while (input.kind === 'dense' && end < count && follows(rows[start + end])) end++
        const last = rows[start + end - 1]
        const block = await readRows(input, first, last - first + 1, name)
        for (; i < end; i++) {
          const from = (rows[start + i] - first) * dim
          out.set(block.subarray(from, from + dim), i * dim)
        }
      }
      return out
    }
  }
}

/**
 * The rows of n-grams of a model; undefined where it has none. A model of word vectors has trained the rows of its own words' n-grams alone:
 * the others still hold the numbers that they began with, and in the mean of a word count as zeros where they are left out. A
 * classifier has trained those of all words of its texts. Of a pruned model those that it keeps are taken, as it takes the mean of these.
 */
export function ngramRows(model: FastTextModel, which: WhichNgrams): NgramRows | undefined {
  const { args, words, kept } = model
  const { minn, maxn, bucket } = args
  if (maxn === 0 || bucket === 0 || kept?.buckets.length === 0) return undefined
  const all = countsOfBuckets(model)
  const numbers = kept
    ? kept.buckets
    : Uint32Array.from(all.keys()).filter((number) => which === 'all' || all[number] > 0)
  if (numbers.length === 0) return undefined
  const rows = kept ? kept.rows.map((row) => words.size + row) : numbers.map((number) => words.size + number)
  return {
    matrix: someRows(model, rows),
    counts: Float64Array.from(numbers, (number) => all[number]),
    buckets: numbers.length < bucket ? packBuckets(numbers) : undefined,
    config: { kind: 'subwords', version: 1, minn, maxn, bucket, mean: kept ? 'kept' : 'all' }
  }
}
