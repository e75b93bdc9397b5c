import { checkChildren, checkRow, fail, isInteger } from '../check.js'
import type { LoadNode, Table } from '../table/table.js'
import { checkSeed } from './gaussian.js'
import { numberAt } from './numbers.js'

/** The most columns: a product holds the rotation in memory, 64 MiB of it. */
const maxColumns = 4096

/** How often signs change and columns are mixed. */
const rounds = 3

/** Multiplies `x[at .. at + size)` by the orthonormal Hadamard matrix of `size`, a power of two (Yates 1937). */
function transform(x: Float64Array, at: number, size: number): void {
  const end = at + size
  for (let half = 1; half < size; half *= 2) {
    for (let block = at; block < end; block += 2 * half) {
      for (let i = block; i < block + half; i++) {
        const [a, b] = [x[i], x[i + half]]
        x[i] = a + b
        x[i + half] = a - b
      }
    }
  }
  const scale = 1 / Math.sqrt(size)
  for (let i = at; i < end; i++) x[i] *= scale
}

/**
 * A random rotation of `dim` columns that takes no bytes: it follows from `seed`. Three times, every column gets a random sign, and the
 * first columns, as many as the largest power of two allows, or in the second round the last ones, are multiplied by a Hadamard matrix
 * (Ailon and Chazelle 2006). It is orthonormal for any `dim`.
 *
 * Throws `bad-input` for more than 4096 columns or a seed that is not an unsigned 32-bit integer.
 */
export function hadamard(dim: number, seed: number): Table {
  if (!isInteger(dim, 1, maxColumns)) fail('bad-input', `hadamard: expected 1 to ${maxColumns} columns, got ${dim}`)
  checkSeed('hadamard', seed)
  const size = 2 ** Math.floor(Math.log2(dim))
  let room: Float64Array | undefined
  const sign = (round: number, j: number) => (numberAt(seed, round * dim + j) >= 2 ** 31 ? -1 : 1)
  const mix = (x: Float64Array, round: number) => transform(x, round === 1 ? dim - size : 0, size)
  const change = (x: Float64Array, round: number) => {
    for (let j = 0; j < dim; j++) x[j] *= sign(round, j)
  }
  const table: Table = {
    kind: 'hadamard',
    rows: dim,
    dim,
    config: { dim, seed },
    tensors: {},
    children: {},
    orthonormal: true,
    readRow(row, out) {
      checkRow(row, dim)
      room ??= new Float64Array(dim)
      room.fill(0)[row] = 1
      for (let round = 0; round < rounds; round++) {
        change(room, round)
        mix(room, round)
      }
      out.set(room)
    },
    dots(query, out) {
      out.set(query.subarray(0, dim))
      for (let round = rounds - 1; round >= 0; round--) {
        mix(out, round)
        change(out, round)
      }
    },
    squaredNorms: (out) => {
      out.fill(1, 0, dim)
    },
    with(children) {
      checkChildren('hadamard', {}, children)
      return table
    }
  }
  return table
}

export const loadHadamard: LoadNode = ({ dim, seed }) => hadamard(Number(dim), Number(seed))
