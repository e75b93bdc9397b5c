import {
  type Context,
  checkMemory,
  type Dense,
  defineCompressor,
  type Matrix,
  matrixFrom,
  rowSpaceOf,
  type Table
} from '@slimbed/core'
import { scaledBy, transposeOf, unitFor } from '@slimbed/core/numbers'
import { candidates } from './candidates.js'
import { centred } from './centred.js'
import { identity, principalDirections, rowsOf } from './directions.js'
import { type Bases, encode } from './encode.js'
import { fitBasis } from './fit-basis.js'
import { isotropy, logSums } from './isotropy.js'
import { normalized } from './normalized.js'
import { checkOptions, type Options, options, type Plan, planFor } from './options.js'
import { firstRotation, learnRotation } from './rotation.js'
import { type Sample, takeSample } from './sample.js'
import { codesTable, decodedTable, vectorsTable } from './tables.js'

/** Number of rows that the isotropy is computed from. */
const isotropyRows = 10_000

/** Rounds to the digits that are reported. */
const rounded = (value: number) => Number(value.toPrecision(6))

/** The isotropy of some rows before and after centring and removal of directions. */
async function isotropies(rows: Matrix, mean: Float32Array, directions: Dense, remove: number, { tensor }: Context) {
  const { dim } = rows
  const some = matrixFrom(Math.min(rows.rows, isotropyRows), dim, await rows.read(0, Math.min(rows.rows, isotropyRows)))
  const products = await tensor.project(some, directions)
  const sums = logSums(await products.read(0, products.rows), dim)
  const means = await tensor.matmul(directions, { rows: dim, dim: 1, data: mean })
  return { before: rounded(isotropy(sums, 0, means.data)), after: rounded(isotropy(sums, remove)) }
}

async function squaredNorm(matrix: Matrix): Promise<number> {
  let sum = 0
  const step = 4096
  for (let start = 0; start < matrix.rows; start += step) {
    const data = await matrix.read(start, Math.min(step, matrix.rows - start))
    for (let i = 0; i < data.length; i++) sum += data[i] * data[i]
  }
  return sum
}

/** The bases for the pass that encodes all rows. */
async function basesOf(
  given: Options,
  { remove, kept, bits }: Plan,
  directions: Dense,
  own: Dense,
  rotation: Dense,
  fitted: Dense | undefined,
  { tensor }: Context
): Promise<Bases> {
  const removed = rowsOf(directions, 0, given.space === 'vectors' ? remove : 0)
  const signs = await tensor.matmul(transposeOf(rotation), own)
  // Without a fit, the codes are coordinates on `signs`; if its rows are not orthonormal, their inner products matter.
  const inner = fitted ?? (kept < bits && given.space === 'vectors' ? transposeOf(rotation) : undefined)
  const weighed = given.space === 'vectors'
  if (!inner) return { removed, signs, fitted: undefined, weighed }
  const gram = await tensor.matmul(inner, transposeOf(inner))
  const basis = fitted ? await tensor.matmul(inner, own) : signs
  return { removed, signs, fitted: { basis, gram, sweeps: given.refine }, weighed }
}

/** Throws `too-large` where the inner products of as many directions as there are bits do not fit. */
function checkProducts({ kept, bits }: Plan, { space, refine }: Options): void {
  if (refine === 0 && (space !== 'vectors' || kept === bits)) return
  // A few copies of them are made.
  checkMemory(`iiq: the inner products of ${bits} directions`, 12 * bits * bits, 'use fewer bits')
}

/** What codes are made of, and the way back to the columns of the table. */
interface Frame {
  readonly matrix: Matrix
  readonly sample: Sample
  /** Vectors in the columns of `matrix` as vectors in those of the table. */
  lift(vectors: Dense): Promise<Dense>
}

/** The rows, of a magnitude whose squares float32 holds; of fewer rows than columns, their coordinates on a basis of theirs. */
async function frameOf(table: Matrix, few: boolean, given: Options, context: Context): Promise<Frame> {
  const space = few ? await rowSpaceOf(table, context.tensor, context.signal) : undefined
  const own = space?.coordinates ?? table
  const rows = given.normalize ? normalized(own) : own
  const taken = await takeSample(rows, given.trainRows, given.center, context)
  const unit = unitFor(taken.data.reduce((most, value) => Math.max(most, Math.abs(value)), 0))
  if (unit === 1) return { matrix: rows, sample: taken, lift: async (vectors) => space?.lift(vectors) ?? vectors }
  const scaled = (values: Float32Array, factor: number) => values.map((value) => value * factor)
  return {
    matrix: scaledBy(rows, 1 / unit),
    sample: { ...taken, mean: scaled(taken.mean, 1 / unit), data: scaled(taken.data, 1 / unit) },
    async lift(vectors) {
      const lifted = (await space?.lift(vectors)) ?? vectors
      return { ...lifted, data: scaled(lifted.data, unit) }
    }
  }
}

async function compress(table: Matrix, given: Options, context: Context): Promise<Table> {
  const { rows } = table
  const { tensor, signal } = context
  // With init=axes the columns are directions of their own.
  const few = rows > 0 && rows < table.dim && given.init !== 'axes'
  const plan = planFor(table.dim, few ? rows : table.dim, given)
  checkProducts(plan, given)
  const { matrix, lift, sample: taken } = await frameOf(table, few, given, context)
  const { dim } = matrix
  const { mean, data, rows: trained } = taken
  const sample = centred(matrixFrom(trained, dim, data), mean)
  const directions = await principalDirections(sample, context)
  // Without rotation the columns are used directly, which also avoids rounding.
  const plain = given.init === 'axes' && plan.remove === 0
  const own = plain ? identity(dim) : rowsOf(directions, plan.remove, plan.remove + plan.kept)
  const projected = await tensor.project(sample, own, { signal })
  const first = await firstRotation(given, plan, own, context)
  const norm = await squaredNorm(projected)
  const { rotation, losses, pace } = await learnRotation(projected, norm, first, given, context, (share) =>
    context.progress(rows * (1 + share), 3 * rows)
  )
  const fit = given.refine > 0 ? await fitBasis(projected, norm, rotation, given.refine, context) : undefined
  context.report?.({
    rows: trained,
    removed: plan.remove,
    ...(taken.zeroRows.length > 0 && { zeroRows: taken.zeroRows.length }),
    isotropy: await isotropies(sample, mean, directions, plan.remove, context),
    losses: losses.map(rounded),
    ...(pace > 1 && { iterationsPerLoss: pace }),
    ...(fit && { refined: fit.losses.map(rounded) })
  })
  const bases = await basesOf(given, plan, directions, own, rotation, fit?.basis, context)
  const encoded = await encode(matrix, given.center ? mean : undefined, bases, context, (done) =>
    context.progress(2 * rows + done, 3 * rows)
  )
  if (given.space === 'codes') return codesTable(encoded, plan.bits)
  const basis = bases.fitted?.basis ?? bases.signs
  if (given.space === 'decoded') return decodedTable(encoded, await lift(basis))
  return vectorsTable({
    encoded,
    basis: await lift(basis),
    removed: await lift(bases.removed),
    mean: given.center ? (await lift({ rows: 1, dim, data: mean })).data : undefined,
    scale: given.scale,
    zeroRows: taken.zeroRows
  })
}

/**
 * Isotropic iterative quantization: removes the mean and the leading principal directions of the rows, learns a rotation, and
 * keeps the signs of the rotated values (Liao et al. 2020, Algorithm 1; the rotation is that of Gong and Lazebnik 2011).
 *
 * With `space=codes` the table has `rows × bits` values ±1, and cosines of its rows approximate those of the input. With
 * `decoded` it is `codes · basis`, for the same purpose. With `vectors` it approximates the rows: `codes · basis` plus the removed
 * directions and the mean. Reports the number of training rows, the isotropy before and after the removal, and the loss after each
 * iteration. Rejects with `bad-option` for options that the number of columns does not allow, `bad-input` for values that are not finite.
 */
export const iiq = defineCompressor({
  name: 'iiq',
  summary: 'binary codes for fast search (isotropic iterative quantization)',
  options,
  check: checkOptions,
  candidates,
  similarityOnly: ({ space }) => space !== 'vectors',
  compress
})
