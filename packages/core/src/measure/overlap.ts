import type { Dense, Matrix, Table } from '@slimbed/runtime'
import { throwIfAborted } from '../abort.js'
import { expand } from '../matrix/expand.js'
import type { TensorAdapter } from '../tensor/adapter.js'
import { normalizeRows } from '../tensor/small/vector.js'
import type { Pass } from '../tensor/types.js'

/** Options of `neighbourOverlap`. */
export interface OverlapOptions extends Pass {
  readonly tensor: TensorAdapter
  /** Neighbours of each query; 10 by default. */
  readonly k?: number
  /** Rows asked about, spread evenly over the table; 1,000 by default. */
  readonly queries?: number
}

const blockRows = 2048

/** A copy of rows, scaled to length 1. It is a copy because the array that a matrix returns may be a view of its data. */
const unitRows = (data: Float32Array, dim: number): Float32Array =>
  normalizeRows(data, dim, new Float32Array(data.length))

/** The unit rows at `picked`, as the columns of a `dim × picked.length` matrix. */
async function queryColumns(matrix: Matrix, picked: readonly number[]): Promise<Dense> {
  const { dim } = matrix
  const data = new Float32Array(dim * picked.length)
  for (const [q, row] of picked.entries()) {
    const unit = unitRows(await matrix.read(row, 1), dim)
    for (let j = 0; j < dim; j++) data[j * picked.length + q] = unit[j]
  }
  return { rows: dim, dim: picked.length, data }
}

/** Puts `row` among the `k` best of query `q` (best first), ties to the earlier row. */
function insert(scores: Float32Array, rows: Int32Array, q: number, k: number, score: number, row: number): void {
  let at = q * k + k - 1
  for (; at > q * k && scores[at - 1] < score; at--) {
    scores[at] = scores[at - 1]
    rows[at] = rows[at - 1]
  }
  scores[at] = score
  rows[at] = row
}

/** The `k` rows of greatest cosine with each picked row, itself left out: `picked.length × k`, best first. */
async function neighbours(matrix: Matrix, picked: readonly number[], k: number, options: OverlapOptions) {
  const { rows, dim } = matrix
  const queries = await queryColumns(matrix, picked)
  const scores = new Float32Array(picked.length * k).fill(-Infinity)
  const found = new Int32Array(picked.length * k).fill(-1)
  for (let start = 0; start < rows; start += blockRows) {
    throwIfAborted(options.signal)
    const count = Math.min(blockRows, rows - start)
    const block = { rows: count, dim, data: unitRows(await matrix.read(start, count), dim) }
    const cosines = (await options.tensor.matmul(block, queries)).data
    for (let i = 0; i < count; i++) {
      for (let q = 0; q < picked.length; q++) {
        const score = cosines[i * picked.length + q]
        if (score > scores[q * k + k - 1] && picked[q] !== start + i) insert(scores, found, q, k, score, start + i)
      }
    }
    options.progress?.(start + count, rows)
  }
  return found
}

/**
 * For each row asked about, the share of its `k` nearest rows (by cosine) in the original that are among its `k` nearest in the
 * table: `picked.length` values. Rejects with `out-of-range` for a row that does not exist.
 */
export async function keptNeighbours(
  original: Matrix,
  table: Table,
  picked: readonly number[],
  options: Omit<OverlapOptions, 'queries'>
): Promise<Float64Array> {
  const k = Math.min(options.k ?? 10, original.rows - 1)
  const shares = new Float64Array(picked.length).fill(1)
  if (k < 1) return shares
  const before = await neighbours(original, picked, k, options)
  const after = await neighbours(await expand(table, options.tensor), picked, k, options)
  for (let q = 0; q < picked.length; q++) {
    const own = new Set(before.subarray(q * k, (q + 1) * k))
    let kept = 0
    for (const row of after.subarray(q * k, (q + 1) * k)) if (own.has(row)) kept++
    shares[q] = kept / k
  }
  return shares
}

/**
 * The share of the `k` nearest rows (by cosine) in the original that are among the `k` nearest in the table, averaged
 * over rows spread evenly: 1 when every neighbourhood is kept.
 */
export async function neighbourOverlap(original: Matrix, table: Table, options: OverlapOptions): Promise<number> {
  const { rows } = original
  const count = Math.min(options.queries ?? 1000, rows)
  const picked = Array.from({ length: count }, (_, q) => Math.floor((q * rows) / count))
  const shares = await keptNeighbours(original, table, picked, options)
  return count === 0 ? 1 : shares.reduce((sum, share) => sum + share, 0) / count
}
