import { type Context, type Dense, throwIfAborted } from '@slimbed/core'
import { kMeans } from '@slimbed/core/cluster'
import { transposeOf } from '@slimbed/core/numbers'
import { matrixOfUnits, pickUnits, type Units } from './units.js'

/** Rows up to which all are compared with all; above, a row is compared with so many of the cells that are nearest to its own. */
const compared = 4096
/** Rows that cells are learned from. */
const learned = 16_384
/** Rows that are compared at a time. */
const step = 1024

/** The rows of each cell, and where those of each begin. */
function cellsOf(ids: Uint32Array, count: number): Uint32Array[] {
  const sizes = new Uint32Array(count)
  for (const id of ids) sizes[id]++
  const cells = Array.from(sizes, (size) => new Uint32Array(size))
  sizes.fill(0)
  ids.forEach((id, row) => {
    cells[id][sizes[id]++] = row
  })
  return cells
}

/** Rows that are near to each other, the nearest of each of which are looked for among them and some others. */
interface Group {
  readonly rows: Uint32Array
  readonly among: Uint32Array
}

async function groupsOf(units: Units, { tensor, random, signal }: Context): Promise<Group[]> {
  const all = Uint32Array.from({ length: units.rows }, (_, row) => row)
  if (units.rows <= compared) return [{ rows: all, among: all }]
  const matrix = matrixOfUnits(units)
  const clusters = Math.ceil(Math.sqrt(units.rows))
  const { centres } = await kMeans(matrix, { clusters, tensor, random, most: learned, rounds: 4, signal })
  const ids = new Uint32Array(units.rows)
  await tensor.nearest(matrix, [centres], (start, found) => ids.set(found, start), { signal })
  const cells = cellsOf(ids, clusters)
  const distances = await distancesOf(centres)
  return cells.map((rows, cell) => {
    const order = Array.from(cells.keys()).sort(
      (a, b) => distances[cell * clusters + a] - distances[cell * clusters + b] || a - b
    )
    const near: Uint32Array[] = []
    for (let i = 0, count = 0; i < order.length && count < compared; i++) {
      near.push(cells[order[i]])
      count += cells[order[i]].length
    }
    const among = new Uint32Array(near.reduce((sum, { length }) => sum + length, 0))
    let at = 0
    for (const some of near) {
      among.set(some, at)
      at += some.length
    }
    return { rows, among }
  })
}

/** Squared distances between all centres. */
async function distancesOf({ rows, dim, data }: Dense): Promise<Float64Array> {
  const out = new Float64Array(rows * rows)
  for (let a = 0; a < rows; a++) {
    for (let b = 0; b < a; b++) {
      let sum = 0
      for (let j = 0; j < dim; j++) sum += (data[a * dim + j] - data[b * dim + j]) ** 2
      out[a * rows + b] = sum
      out[b * rows + a] = sum
    }
  }
  return out
}

/** Puts the `k` rows of `among` with the largest scores, but `own`, at `to`; ties to the earlier one. */
function best(scores: Float32Array, from: number, among: Uint32Array, own: number, k: number, to: Uint32Array): void {
  const top = new Float32Array(k).fill(-Infinity)
  for (let i = 0; i < among.length; i++) {
    const score = scores[from + i]
    if (!(score > top[k - 1]) || among[i] === own) continue
    let at = k - 1
    for (; at > 0 && top[at - 1] < score; at--) {
      top[at] = top[at - 1]
      to[at] = to[at - 1]
    }
    top[at] = score
    to[at] = among[i]
  }
}

/**
 * The rows of greatest cosine with each row, `rows × count`: of a large table nearly all of them, found in cells around k-means centres. Fewer than
 * `count` other rows are repeated. Rejects with `aborted`.
 */
export async function nearestRows(units: Units, count: number, context: Context): Promise<Uint32Array> {
  const { tensor, signal } = context
  const out = new Uint32Array(units.rows * count)
  for (const { rows, among } of await groupsOf(units, context)) {
    const right = transposeOf(pickUnits(units, among))
    for (let start = 0; start < rows.length; start += step) {
      throwIfAborted(signal)
      const some = rows.subarray(start, start + step)
      const { data } = await tensor.matmul(pickUnits(units, some), right)
      some.forEach((row, i) => {
        const place = out.subarray(row * count, (row + 1) * count)
        place.fill(row)
        best(data, i * among.length, among, row, count, place)
      })
    }
  }
  return out
}
