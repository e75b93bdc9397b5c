import { type Context, type Dense, type Matrix, matrixFrom, throwIfAborted } from '@slimbed/core'
import { transposeOf } from '@slimbed/core/numbers'
import { type Coded, sweep, weigh } from './sweep.js'

/** Regularization that keeps the basis near 0 in directions that no codes have, as a share of the number of rows. */
const ridge = 1e-3

/** Codes and rows side by side: `rows × (bits + kept)`. */
function beside(codes: Float32Array, bits: number, { rows, dim, read }: Matrix): Matrix {
  const width = bits + dim
  return {
    rows,
    dim: width,
    async read(start, count) {
      const data = await read(start, count)
      const out = new Float32Array(count * width)
      for (let i = 0; i < count; i++) {
        out.set(codes.subarray((start + i) * bits, (start + i + 1) * bits), i * width)
        out.set(data.subarray(i * dim, (i + 1) * dim), i * width + bits)
      }
      return out
    }
  }
}

/** The basis of least squared error `‖V − codes · basis‖²`, `bits × kept`. */
async function leastSquares(
  codes: Float32Array,
  bits: number,
  rows: Matrix,
  { tensor, signal }: Context
): Promise<Dense> {
  const [gram] = await tensor.gram(beside(codes, bits, rows), { signal })
  const width = bits + rows.dim
  const own = new Float64Array(bits * bits)
  const cross = new Float32Array(bits * rows.dim)
  for (let i = 0; i < bits; i++) {
    own.set(gram.subarray(i * width, i * width + bits), i * bits)
    for (let j = 0; j < rows.dim; j++) cross[i * rows.dim + j] = gram[i * width + bits + j] / rows.rows
  }
  const { values, vectors } = await tensor.eigh(own, bits)
  const basis = { rows: bits, dim: bits, data: Float32Array.from(vectors) }
  const inverse = basis.data.map((value, at) => value / (values[Math.floor(at / bits)] / rows.rows + ridge))
  const turned = await tensor.matmul(basis, { rows: bits, dim: rows.dim, data: cross })
  return tensor.matmul(transposeOf({ rows: bits, dim: bits, data: inverse }), turned)
}

/** The state of a sweep: codes, and how far their decoded rows are from the rows. */
export async function coded(codes: Dense, products: Float32Array, gram: Dense, { tensor }: Context): Promise<Coded> {
  const made = (await tensor.matmul(codes, gram)).data
  return { bits: codes.dim, codes: codes.data, products, rest: products.map((value, at) => value - made[at]) }
}

/** A basis that decodes codes, and how it was found. */
export interface Fitted {
  /** `bits × kept`. */
  readonly basis: Dense
  /** The share of the rows' squared norm that is lost, after each round. */
  readonly losses: readonly number[]
}

/**
 * Improves a basis and codes in turn: the basis of least squared error for the codes, then the codes, one bit at a time.
 * `rows` is V, `rows × kept` and of squared norm `norm`; the first codes are the signs of `V · rotation`.
 */
export async function fitBasis(
  rows: Matrix,
  norm: number,
  rotation: Dense,
  rounds: number,
  context: Context
): Promise<Fitted> {
  const { tensor, signal } = context
  const bits = rotation.dim
  const held = matrixFrom(rows.rows, rows.dim, await rows.read(0, rows.rows))
  const z = await tensor.project(held, transposeOf(rotation), { signal })
  const data = (await z.read(0, rows.rows)).map((value) => (value < 0 ? -1 : 1))
  const losses: number[] = []
  for (let round = 0; round < rounds && rows.rows > 0; round++) {
    throwIfAborted(signal)
    const basis = await leastSquares(data, bits, held, context)
    const gram = await tensor.matmul(basis, transposeOf(basis))
    const products = await tensor.project(held, basis, { signal })
    const own = await coded({ rows: rows.rows, dim: bits, data }, await products.read(0, rows.rows), gram, context)
    sweep(own, gram.data)
    const [magnitudes, norms] = [new Float32Array(rows.rows), new Float32Array(rows.rows)]
    weigh(own, magnitudes, norms)
    const gained = magnitudes.reduce((sum, magnitude, i) => sum + 2 * magnitude - norms[i], 0)
    losses.push(norm > 0 ? 1 - gained / norm : 0)
  }
  return { basis: await leastSquares(data, bits, held, context), losses }
}
