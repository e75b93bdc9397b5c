import type { Dense } from '@slimbed/runtime'
import type { TensorAdapter } from '../tensor/adapter.js'
import type { Part } from './centroids.js'
import { nearestOf } from './nearest-of.js'

/** `count` points, each drawn by its squared distance to the centres that there are: equally spaced on the running sum of these. */
function drawFar(distances: Float64Array, count: number, random: () => number): number[] {
  const total = distances.reduce((sum, distance) => sum + distance, 0)
  const drawn: number[] = []
  let sum = 0
  let goal = (random() * total) / count
  for (let i = 0; i < distances.length && drawn.length < count; i++) {
    sum += distances[i]
    if (distances[i] === 0 || sum <= goal) continue
    drawn.push(i)
    while (goal < sum) goal += total / count
  }
  return drawn
}

/** The columns of some points. */
function pick({ dim, data }: Dense, part: Part, points: readonly number[]): Float32Array {
  const out = new Float32Array(points.length * part.dim)
  points.forEach((point, i) => {
    const from = point * dim + part.column
    out.set(data.subarray(from, from + part.dim), i * part.dim)
  })
  return out
}

function joined(book: Dense, more: Float32Array): Dense {
  const data = new Float32Array(book.data.length + more.length)
  data.set(book.data)
  data.set(more, book.data.length)
  return { rows: data.length / book.dim, dim: book.dim, data }
}

/**
 * Codebooks to begin k-means with, as k-means++ does (Arthur and Vassilvitskii 2007), but with as many centres drawn at a time as there
 * are already: those of `from`, or one. Rejects with `aborted`.
 */
export async function seedCodebooks(
  points: Dense,
  parts: readonly Part[],
  tensor: Pick<TensorAdapter, 'nearest'>,
  random: () => number,
  { from, signal }: { readonly from?: readonly Dense[] | undefined; readonly signal?: AbortSignal | undefined }
): Promise<Dense[]> {
  let books: Dense[] = parts.map((part, number) => {
    if (from) return from[number]
    const point = Math.floor(random() * points.rows)
    return { rows: 1, dim: part.dim, data: pick(points, part, [point]) }
  })
  while (books.some(({ rows }, book) => rows < parts[book].clusters)) {
    const { distances } = await nearestOf(points, books, tensor, signal)
    books = books.map((book, number) => {
      const part = parts[number]
      const wanted = Math.min(book.rows, part.clusters - book.rows)
      if (wanted === 0) return book
      const own = Float64Array.from({ length: points.rows }, (_, i) => distances[i * parts.length + number])
      const drawn = drawFar(own, wanted, random)
      // Where all points are centres already, the others may be any.
      if (drawn.length === 0) drawn.push(book.rows % points.rows)
      return joined(book, pick(points, part, drawn))
    })
  }
  return books
}
