import { type Dense, type Matrix, SlimbedError } from '@slimbed/runtime'
import { randomAt } from '../pipeline/random.js'
import type { TensorAdapter } from '../tensor/adapter.js'
import { areFinite } from '../tensor/kernels/finite.js'
import { transposeOf } from '../tensor/small/dense.js'
import { transpose } from '../tensor/small/transpose.js'
import { type Block, blocksOf } from './blocks.js'
import { matrixFrom } from './matrix-from.js'
import { checkMemory } from './memory.js'

/** A matrix of fewer rows than columns on an orthonormal basis of its rows: `matrix = coordinates · basis`. */
export interface RowSpace {
  /** `rows × rows`: lengths, angles and distances of its rows are those of the matrix. */
  readonly coordinates: Matrix
  /** `small · basis`, of as many rows as `small`, whose `rows` columns are coordinates; `dim` columns. */
  lift(small: Dense): Promise<Dense>
}

/** Throws `bad-input`, naming the value, where one is not finite. */
function checkFinite({ data, start, count }: Block): void {
  if (areFinite(data)) return
  const at = data.findIndex((value) => !Number.isFinite(value))
  const [row, column] = [start + Math.floor((at * count) / data.length), at % (data.length / count)]
  throw new SlimbedError('bad-input', `row ${row}, column ${column} is ${data[at]}: a finite number was expected`)
}

/** The operations of the adapter that are needed. */
type Tensor = Pick<TensorAdapter, 'gram' | 'eigh' | 'project'>

/** How far products of the columns may be from those of orthonormal ones, in float32. */
const tolerance = 2e-6
const mostTurns = 8

/** Below this length, what is left of a column of length 1 is rounding error. */
const rounding = 3e-4

/** Eigenvalues below this share of the largest are raised to it, so that dividing by them does not amplify rounding errors. */
const least = 1e-6

/**
 * The columns, `dim × count`, scaled to length 1; columns of length `least` or below are rounding errors, and are replaced by
 * random ones.
 */
function normalizeColumns(columns: Float32Array, count: number, least: number, random: () => number): void {
  const sums = new Float64Array(count)
  for (let at = 0; at < columns.length; at += count) for (let k = 0; k < count; k++) sums[k] += columns[at + k] ** 2
  for (let k = 0; k < count; k++) {
    const length = Math.sqrt(sums[k])
    if (length > least) {
      for (let at = k; at < columns.length; at += count) columns[at] = columns[at] / length
      continue
    }
    const scale = Math.sqrt((3 * count) / columns.length)
    for (let at = k; at < columns.length; at += count) columns[at] = (2 * random() - 1) * scale
  }
}

/**
 * Makes the columns orthonormal, in several rounds: each diagonalizes their inner products and rotates and scales the columns
 * accordingly (Stathopoulos and Wu 2002). `dim × count`, row-major.
 */
async function orthonormalized(
  columns: Float32Array,
  dim: number,
  count: number,
  tensor: Tensor,
  signal?: AbortSignal
) {
  const random = randomAt(0, ['row space'])
  let now = columns
  for (let turn = 0; turn < mostTurns; turn++) {
    normalizeColumns(now, count, turn === 0 ? 0 : rounding, random)
    const matrix = matrixFrom(dim, count, now)
    const [products] = await tensor.gram(matrix, { signal })
    const off = products.some((product, at) => Math.abs(product - (at % (count + 1) === 0 ? 1 : 0)) > tolerance)
    if (!off) break
    const { values, vectors } = await tensor.eigh(products, count)
    const data = Float32Array.from(vectors, (value, at) => {
      return value / Math.sqrt(Math.max(values[Math.floor(at / count)], least * values[0]))
    })
    const turned = await tensor.project(matrix, { rows: count, dim: count, data }, { signal })
    now = (await turned.read(0, dim)).slice()
  }
  return now
}

/**
 * The row space of a matrix with fewer rows than columns. It is used for computations that would otherwise need a `dim × dim`
 * matrix. The matrix is held in memory.
 *
 * Rejects with `too-large` where that is more than 1 GiB, and with `bad-input` for values that are not finite.
 */
export async function rowSpaceOf(matrix: Matrix, tensor: Tensor, signal?: AbortSignal): Promise<RowSpace> {
  const { rows, dim } = matrix
  checkMemory(`a table of fewer rows than columns is held in memory, twice: ${rows} × ${dim}`, 8 * rows * dim)
  const data = new Float32Array(rows * dim)
  for await (const block of blocksOf(matrix)) {
    checkFinite(block)
    data.set(block.data, block.start * dim)
  }
  const columns = await orthonormalized(transpose(data, rows, dim), dim, rows, tensor, signal)
  const basis = matrixFrom(dim, rows, columns)
  const coordinates = await tensor.project(matrix, transposeOf({ rows: dim, dim: rows, data: columns }), { signal })
  return {
    coordinates,
    async lift(small) {
      if (small.rows === 0) return { rows: 0, dim, data: new Float32Array() }
      const lifted = await tensor.project(basis, small, { signal })
      return transposeOf({ rows: dim, dim: small.rows, data: await lifted.read(0, dim) })
    }
  }
}
