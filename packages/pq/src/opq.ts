import {
  type Context,
  type Dense,
  defineCompressor,
  denseOf,
  type Matrix,
  matrixFrom,
  product,
  SlimbedError,
  type Table,
  throwIfAborted
} from '@slimbed/core'
import { householderOf } from '@slimbed/core/basis'
import { centroidsOf, kMeansOfParts, moveCentres, nearestOf, partsOf } from '@slimbed/core/cluster'
import { opqCandidates } from './candidates.js'
import { encodeParts } from './encode-parts.js'
import { needs, type PartOptions, partOptions, widthsOf } from './options.js'
import { pointsOf } from './points.js'
import { bestRotation, beyond, decoded, principalAxes } from './rotation.js'
import { clustersOf, smaller } from './smaller.js'

/** The most columns: their axes are computed in memory. */
const mostColumns = 2048
/** How often centres move before the first turn, and after the last. */
const [firstRounds, lastRounds] = [10, 20]
/** How often the rotation turns at most, and the share of the error that a turn must take away for another one to follow. */
const [mostTurns, settled] = [50, 2e-4]
/** How often centres move at each turn before it. */
const roundsEach = 3
/** How far a rotation goes on in the direction of the turn before it. */
const momentum = 0.9

/** A rotation and the codebooks of the parts of the rotated columns. */
interface Learned {
  readonly rotation: Dense
  readonly codebooks: readonly Dense[]
}

/** Rows in the axes of a rotation, in memory. */
async function rotated(points: Dense, rotation: Dense, { tensor, signal }: Context): Promise<Dense> {
  const matrix = await tensor.project(matrixFrom(points.rows, points.dim, points.data), rotation, { signal })
  return { rows: points.rows, dim: rotation.rows, data: await matrix.read(0, points.rows) }
}

/**
 * Alternates codes, codebooks and the rotation, each the best for the others (Ge et al. 2013, Algorithm 1). A turn alone moves the rotation
 * little, so it goes on beyond the best one, in the direction of the last turns, until the error rises (O'Donoghue and Candès 2015).
 */
async function learn(sample: Dense, widths: readonly number[], clusters: number, context: Context): Promise<Learned> {
  const { tensor, random, signal } = context
  let rotation = await principalAxes(sample, widths, context)
  let points = await rotated(sample, rotation, context)
  const options = { clusters, tensor, random, rounds: firstRounds, signal }
  let { codebooks } = await kMeansOfParts(matrixFrom(points.rows, points.dim, points.data), widths, options)
  let squaredError = Infinity
  let before: Dense | undefined
  for (let turn = 0; turn < mostTurns; turn++) {
    throwIfAborted(signal)
    const moved = await moveCentres(points, codebooks, { tensor, rounds: roundsEach, settled: 0, signal })
    codebooks = moved.codebooks
    const found = await nearestOf(points, codebooks, tensor, signal)
    const error = found.distances.reduce((sum, distance) => sum + distance, 0)
    const falls = error < squaredError * (1 - settled)
    if (!falls && before === undefined) break
    squaredError = error
    codebooks = centroidsOf(points, partsOf(codebooks), found)
    const best = await bestRotation(sample, decoded(points.rows, points.dim, codebooks, found.ids), context)
    rotation = falls && before ? await beyond(before, best, momentum, context) : best
    before = falls ? best : undefined
    points = await rotated(sample, rotation, context)
  }
  return { rotation, codebooks }
}

/** The rows of a table of few rows. */
function rowsOf(table: Table): Dense {
  const { rows, dim } = table
  const data = new Float32Array(rows * dim)
  for (let row = 0; row < rows; row++) table.readRow(row, data.subarray(row * dim, (row + 1) * dim))
  return { rows, dim, data }
}

/** Codebooks of columns some of which have changed their sign. */
function withSigns(codebooks: readonly Dense[], from: Dense, to: Dense): Dense[] {
  const { dim } = from
  const flips = Array.from({ length: from.rows }, (_, i) => {
    let product = 0
    for (let j = i * dim; j < (i + 1) * dim; j++) product += from.data[j] * to.data[j]
    return product < 0
  })
  return codebooks.map((book, i) => {
    const { column } = partsOf(codebooks)[i]
    return { ...book, data: book.data.map((value, at) => (flips[column + (at % book.dim)] ? -value : value)) }
  })
}

async function compress(matrix: Matrix, { parts, bits }: PartOptions, context: Context): Promise<Table> {
  const { rows, dim } = matrix
  const widths = widthsOf('opq', dim, parts)
  if (dim > mostColumns) {
    throw new SlimbedError('bad-input', `opq: at most ${mostColumns} columns, not ${dim}: use pq, or lowrank before`)
  }
  const { sample, matrix: source, unit } = await pointsOf('opq', matrix, context)
  if (rows === 0) return denseOf(matrix)
  const { tensor, signal } = context
  const { rotation, codebooks } = await learn(sample, widths, clustersOf(bits, sample.rows), context)
  const right = householderOf(rotation)
  const axes = rowsOf(right)
  const { codebooks: last } = await moveCentres(
    await rotated(sample, axes, context),
    withSigns(codebooks, rotation, axes),
    { tensor, rounds: lastRounds, settled: 1e-4, signal }
  )
  const left = await encodeParts(await tensor.project(source, axes, { signal }), last, unit, context)
  return smaller(product(left, right), matrix)
}

/**
 * Optimized product quantization: `pq` in the axes, a rotation of the columns, in which it loses least. They begin as the principal axes,
 * dealt out to parts of equal product of variances, and are then learned by turns with the codebooks (Ge, He, Ke and Sun 2013).
 *
 * The table is a `product`: the codes' `concat`, and a `householder` basis, whose vectors are a dense leaf, as the codebooks are: a later
 * stage may compress them. Rejects as `pq` does, and with `bad-input` for more than 2048 columns.
 */
export const opq = defineCompressor({
  name: 'opq',
  summary: 'optimized product quantization: a code for each part of rotated columns',
  options: partOptions,
  check: needs('opq', 'parts'),
  candidates: opqCandidates,
  compress
})
