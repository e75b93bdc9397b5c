import { type Context, type Dense, defineCompressor, type Matrix, type Table } from '@slimbed/core'
import { centred, inMemory } from './centred.js'
import { identity, principalDirections, rowsOf, transpose } from './directions.js'
import { encode } from './encode.js'
import { isotropy } from './isotropy.js'
import { type Options, options, planFor } from './options.js'
import { firstRotation, learnRotation } from './rotation.js'
import { takeSample } from './sample.js'
import { codesTable, vectorsTable } from './tables.js'

/** Rows that isotropy is taken of. */
const isotropyRows = 10_000

/** Digits that are worth a report. */
const rounded = (value: number) => Number(value.toPrecision(6))

/** Isotropy of some rows before, and after centring and removal. */
async function isotropies(rows: Matrix, mean: Float32Array, directions: Dense, remove: number, { tensor }: Context) {
  const { dim } = rows
  const some = inMemory(Math.min(rows.rows, isotropyRows), dim, await rows.read(0, Math.min(rows.rows, isotropyRows)))
  const products = await tensor.project(some, directions)
  const data = await products.read(0, products.rows)
  const means = await tensor.matmul(directions, { rows: dim, dim: 1, data: mean })
  return { before: rounded(isotropy(data, dim, 0, means.data)), after: rounded(isotropy(data, dim, remove)) }
}

async function squaredNorm(matrix: Matrix): Promise<number> {
  let sum = 0
  const step = 4096
  for (let start = 0; start < matrix.rows; start += step) {
    for (const value of await matrix.read(start, Math.min(step, matrix.rows - start))) sum += value * value
  }
  return sum
}

async function compress(matrix: Matrix, given: Options, context: Context): Promise<Table> {
  const { rows, dim } = matrix
  const plan = planFor(dim, given)
  const { tensor, signal } = context
  const { mean, data, rows: trained } = await takeSample(matrix, given.trainRows, given.center, context)
  const sample = centred(inMemory(trained, dim, data), mean)
  const directions = await principalDirections(sample, context)
  // The columns as they are need no detour, nor its rounding.
  const plain = given.init === 'axes' && plan.remove === 0
  const kept = plain ? identity(dim) : rowsOf(directions, plan.remove, plan.remove + plan.kept)
  const projected = await tensor.project(sample, kept, { signal })
  const first = await firstRotation(given, plan, kept, context)
  const norm = await squaredNorm(projected)
  const { rotation, losses } = await learnRotation(projected, norm, first, given, context, (done) =>
    context.progress(rows * (1 + done / (given.iterations + 1)), 3 * rows)
  )
  context.report?.({
    rows: trained,
    removed: plan.remove,
    isotropy: await isotropies(sample, mean, directions, plan.remove, context),
    losses: losses.map(rounded)
  })
  const basis = await tensor.matmul(transpose(rotation), kept)
  const removed = rowsOf(directions, 0, given.space === 'vectors' ? plan.remove : 0)
  const both = { rows: removed.rows + plan.bits, dim, data: new Float32Array((removed.rows + plan.bits) * dim) }
  both.data.set(removed.data)
  both.data.set(basis.data, removed.data.length)
  const encoded = await encode(centred(matrix, mean), both, rotation, plan, context, (done) =>
    context.progress(2 * rows + done, 3 * rows)
  )
  if (given.space === 'codes') return codesTable(encoded, plan.bits)
  return vectorsTable({ encoded, basis, removed, mean: given.center ? mean : undefined, scale: given.scale })
}

/**
 * Isotropic iterative quantization: one bit for each direction of a learned rotation, after the mean and the leading principal
 * directions, which all rows share, are removed (Liao et al. 2020, Algorithm 1; the rotation is that of Gong and Lazebnik 2011).
 *
 * With `space=codes` the table is `rows × bits` values ±1, whose cosines stand for those of the rows; with `vectors` it is an
 * approximation of the rows: `codes · basis`, plus what was removed and the mean. Reports the rows learned from, the isotropy
 * before and after the removal, and the loss by iteration. Rejects with `bad-option` for options that the columns do not allow,
 * `bad-input` for values that are not finite.
 */
export const iiq = defineCompressor({
  name: 'iiq',
  summary: 'binary codes: isotropic iterative quantization, for search by popcount',
  options,
  similarityOnly: ({ space }) => space === 'codes',
  compress
})
