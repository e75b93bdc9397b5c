import type { Dense } from '@slimbed/runtime'
import { reflectRows } from './reflect-rows.js'

/** Scales a vector to length 1; one of zeros becomes the first basis vector. */
function normalize(vector: Float64Array): void {
  let squares = 0
  for (let j = 0; j < vector.length; j++) squares += vector[j] * vector[j]
  if (squares === 0) vector[0] = 1
  else for (let j = 0; j < vector.length; j++) vector[j] /= Math.sqrt(squares)
}

/** Where the vectors of a basis begin among all their elements, and the end: `dim` of the first, one less of each that follows. */
export function vectorStarts(rows: number, dim: number): Uint32Array {
  return Uint32Array.from({ length: rows + 1 }, (_, i) => i * dim - (i * (i - 1)) / 2)
}

/**
 * Goes through the vectors whose reflections make a basis, `width` elements at a time: `round` is given them, each vector at its
 * length, and says what becomes of them. Each vector is computed from the basis after the reflections of the earlier vectors, as
 * they were rounded, so that errors do not add up. For a vector that begins among elements that are not rounded yet, the unrounded
 * ones are used.
 */
export function walkVectors(
  { rows, dim, data }: Dense,
  lengths: Float64Array,
  width: number,
  round: (chunk: number, elements: Float32Array) => Float32Array
): void {
  const starts = vectorStarts(rows, dim)
  const total = starts[rows]
  const left = Float64Array.from(data)
  const values = new Float64Array(Math.ceil(total / width) * width)
  let first = 0
  for (let from = 0; from < total; from += width) {
    const to = from + width
    let last = first
    while (last < rows && starts[last] < to) last++
    const ahead = left.slice(first * dim, last * dim)
    const elements = new Float32Array(width)
    for (let i = first; i < last; i++) {
      const start = starts[i]
      const row = (i - first) * dim
      const vector = ahead.slice(row + i, row + dim)
      normalize(vector)
      // The sign of a basis vector is arbitrary. This choice keeps the sign of the reflection independent of rounding.
      if (start >= from && vector[0] < 0) {
        for (let j = i * dim; j < (i + 1) * dim; j++) left[j] *= -1
        for (let j = 0; j < vector.length; j++) vector[j] *= -1
      }
      const end = Math.min(starts[i + 1], to)
      for (let at = Math.max(start, from); at < end; at++) elements[at - from] = vector[at - start] * lengths[i]
      if (lengths[i] === 0) vector.fill(0).fill(1, 0, 1)
      reflectRows(ahead.subarray(row + dim), last - i - 1, dim, i, vector, 0)
    }
    values.set(round(from / width, elements), from)
    for (; first < rows && starts[first + 1] <= to; first++) {
      const vector = values.slice(starts[first], starts[first + 1])
      normalize(vector)
      reflectRows(left.subarray((first + 1) * dim), rows - first - 1, dim, first, vector, 0)
    }
  }
}
