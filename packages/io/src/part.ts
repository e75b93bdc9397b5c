import { eightBitsFrom, eightBitsOf } from '@slimbed/core/blocks'
import { type Matrix, SlimbedError } from '@slimbed/runtime'
import { type PlainVocabulary, vocabulary } from '@slimbed/runtime/format'
import { checkRows } from '@slimbed/runtime/kinds'

/** Rows or columns `[start, end)`, counted from 0. */
export type Range = readonly [start: number, end: number]

/** The part of a range that lies in `size`. Throws `bad-option` for one that is none, and `bad-input` where nothing of it does. */
export function rangeIn([start, end]: Range, size: number, what: string): Range {
  if (!Number.isInteger(start) || start < 0 || !(end > start) || !(Number.isInteger(end) || end === Infinity)) {
    throw new SlimbedError(
      'bad-option',
      `${what}: expected a start of 0 or more and an end beyond it, got ${start}:${end}`
    )
  }
  if (start < size || start === 0) return [start, Math.min(end, size)]
  throw new SlimbedError('bad-input', `${what} ${start}:${end}: there are ${size}, counted from 0`)
}

/** Rows `start` to before `end` of a matrix. */
export function rowsBetween(matrix: Matrix, [from, end]: Range): Matrix {
  const { rows, dim, unchecked } = matrix
  if (from === 0 && end >= rows) return matrix
  const count = Math.min(end, rows) - from
  const eightBits = eightBitsOf(matrix)
  return {
    rows: count,
    dim,
    ...(unchecked && { unchecked: rowsBetween(unchecked, [from, end]) }),
    ...(eightBits && { eightBits: eightBitsFrom(eightBits, from) }),
    async read(start, size, into) {
      checkRows(count, start, size)
      return matrix.read(from + start, size, into)
    }
  }
}

/** Columns `start` to before `end` of a matrix. */
export function columnsBetween(matrix: Matrix, [from, end]: Range): Matrix {
  const { rows, dim, unchecked } = matrix
  if (from === 0 && end >= dim) return matrix
  const width = Math.min(end, dim) - from
  return {
    rows,
    dim: width,
    ...(unchecked && { unchecked: columnsBetween(unchecked, [from, end]) }),
    async read(start, count, into) {
      const whole = await matrix.read(start, count)
      const out = into ?? new Float32Array(count * width)
      for (let row = 0; row < count; row++) {
        out.set(whole.subarray(row * dim + from, row * dim + from + width), row * width)
      }
      return out
    }
  }
}

/** The words of rows `start` to before `end`, with their counts. */
export function wordsBetween(words: PlainVocabulary, [start, end]: Range): PlainVocabulary {
  if (start === 0 && end >= words.size) return words
  const [first, last] = [words.offsets[start], Math.min(end, words.size)]
  return vocabulary({
    bytes: words.bytes.subarray(first, words.offsets[last]),
    offsets: words.offsets.subarray(start, last + 1).map((offset) => offset - first),
    ...(words.counts && { counts: words.counts.subarray(start, last) })
  })
}
