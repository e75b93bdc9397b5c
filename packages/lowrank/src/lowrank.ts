import {
  type Context,
  type Dense,
  defineCompressor,
  dense,
  denseOf,
  type Matrix,
  product,
  rowSpaceOf,
  SlimbedError,
  type Table,
  type TableOfKnownError
} from '@slimbed/core'
import { traceOf } from '@slimbed/core/numbers'
import { candidates } from './candidates.js'
import { checkOptions, type Options, options } from './options.js'
import { checkedRank, rankForEnergy, rankForRatio, type Shape } from './rank.js'

/** The leading eigenvectors of the Gram matrix of the shorter side, as many as the options ask for: orthonormal rows. Throws `bad-input` when it is not finite. */
async function basisOf(gram: Float64Array, shape: Shape, given: Options, context: Context): Promise<Dense> {
  const dim = Math.min(shape.rows, shape.dim)
  const total = traceOf(gram, dim)
  if (!Number.isFinite(total)) {
    const problem =
      'the squares of its values do not add up to a finite number: it holds NaN, Infinity or too large values'
    throw new SlimbedError('bad-input', `lowrank: cannot factor the matrix: ${problem}`)
  }
  const { rank, ratio, energy } = given
  const count = rank !== undefined ? checkedRank(rank, shape) : ratio !== undefined ? rankForRatio(ratio, shape) : dim
  const { values, vectors } = await context.tensor.eigh(gram, dim, count)
  const rows = energy === undefined ? count : Math.min(rankForEnergy(energy, values, total), shape.rows)
  return { rows, dim, data: Float32Array.from(vectors.subarray(0, rows * dim)) }
}

/** The share of its squared norm that a matrix must lose for its Gram matrix to tell it: the basis is orthonormal to about 1e-7. */
const leastLoss = 0.01

/** The relative error of the projection on a basis, by the Gram matrix of the rows; undefined where too little is lost for that. */
function errorOf(gram: Float64Array, { rows, dim, data }: Dense): number | undefined {
  let kept = 0
  for (let at = 0; at < rows * dim; at += dim) {
    for (let i = 0; i < dim; i++) {
      let product = 0
      for (let j = 0; j < dim; j++) product += gram[i * dim + j] * data[at + j]
      kept += data[at + i] * product
    }
  }
  const lost = 1 - kept / traceOf(gram, dim)
  return lost >= leastLoss ? Math.sqrt(lost) : undefined
}

async function compress(matrix: Matrix, given: Options, context: Context): Promise<Table> {
  const { rows, dim } = matrix
  const { tensor, progress, signal } = context
  // Refused before the pass over the matrix, not after.
  if (given.rank !== undefined) checkedRank(given.rank, matrix)
  if (given.ratio !== undefined) rankForRatio(given.ratio, matrix)
  const weights = given.weighted && context.weights?.some((weight) => weight > 0) ? context.weights : undefined
  // Of a few long rows, the basis is found among their combinations.
  const space = rows > 0 && rows < dim ? await rowSpaceOf(matrix, tensor, signal) : undefined
  const [gram] = await tensor.gram(space?.coordinates ?? matrix, { weights, signal, progress })
  const found = await basisOf(gram, matrix, given, context)
  const basis = space ? await space.lift(found) : found
  // Factors that are no smaller than the matrix: the matrix keeps everything, in fewer bytes.
  if (given.energy !== undefined && basis.rows * (rows + dim) >= rows * dim) return denseOf(matrix)
  const left = await tensor.project(matrix, basis, { signal })
  const table = product(denseOf(left), dense(basis.rows, dim, basis.data))
  const knownError = weights || space ? undefined : errorOf(gram, basis)
  if (knownError === undefined) return table
  const known: TableOfKnownError = { ...table, knownError }
  return known
}

/**
 * Low-rank factorization: the table becomes `left · right`, rows × rank by rank × dim, with the least squared error of
 * all tables of that rank (Eckart and Young 1936), and with `weighted` the least `Σᵢ wᵢ ‖aᵢ − âᵢ‖²` (Chen et al. 2018,
 * Eqs. 2–3).
 *
 * `right` has the leading eigenvectors of `Σᵢ wᵢ aᵢ aᵢᵀ` as its orthonormal rows and `left` is the projection on them, so
 * the spectrum is in `left` and an error made there is an error of the table. `left` may be deferred: it is computed
 * when it is read. Rejects with `bad-option` for a rank or ratio that the matrix cannot have, `bad-input` for NaN.
 */
export const lowrank = defineCompressor({
  name: 'lowrank',
  summary: 'low-rank factorization: a (weighted) truncated singular value decomposition',
  options,
  usesWeights: ({ weighted }) => weighted,
  check: checkOptions,
  candidates,
  compress
})
