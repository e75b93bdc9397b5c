import {
  type Context,
  type Dense,
  denseOf,
  type Matrix,
  SlimbedError,
  type Table,
  tableBytes,
  throwIfAborted
} from '@slimbed/core'
import { assemble } from '../assemble.js'
import { encodeBasis } from '../basis/encode-basis.js'
import { lengthsOf } from '../basis/precision.js'
import { bestOf, indexBytes } from '../choose-shape.js'
import type { Options } from '../options.js'
import { codebookOf, subtract } from '../plan.js'
import { type Prepared, prepare } from '../prepare.js'
import { learnedRows } from '../sample.js'
import { coefficientsOf, settledShape, shapeFor } from '../shape.js'
import { sigmasOf } from '../spectrum.js'
import { mostBits } from './allocate.js'
import { bitsFor, type FixedChoice, stepOf, tryFixed } from './choose-fixed.js'
import { type Coding, codeFor, gainBitsOfRows, gainsPay, totalWithin } from './code-for.js'
import { encodeAllFixed } from './encode-all.js'
import { fixedLeaf, withStoredLevels } from './leaf.js'
import { searchBits } from './search-bits.js'

/** States and rows of a block of the entropy-coded parts: the basis and the centres. */
const side = { states: 256, block: 32 }
/** Rows of the sample that a code is fitted to at most. */
const mostRows = 16_384
/** States unless given, and where tables are so small that codebooks count. */
const [defaultStates, fewStates, fewBytes] = [1024, 256, 2 ** 15]
/** Bits of a state that are not new with a value, at least. */
const leastMemory = 2

/** The axes of a choice that pay, as they are stored and as they decode. */
function axesOf({ shape, noise, bits }: FixedChoice, rows: number, principal: boolean) {
  const { axes, variances, between } = shape
  const { dim } = axes
  if (!principal) return { basis: axes, stored: undefined }
  let count = dim
  while (count > 1 && bits[count - 1] === 0 && !(between[count - 1] > noise / 8)) count--
  const lengths = lengthsOf(variances, count, rows, noise)
  const kept: Dense = { rows: count, dim, data: axes.data.subarray(0, count * dim) }
  const stored = encodeBasis(kept, lengths, side.states, side.block)
  const data = new Float32Array(count * dim)
  for (let i = 0; i < count; i++) stored.readRow(i, data.subarray(i * dim, (i + 1) * dim))
  return { basis: { rows: count, dim, data }, stored }
}

/** Codes a matrix in the shape that was chosen. */
async function encode(
  { matrix, scale, sample, goal, principal }: Prepared,
  choice: FixedChoice,
  limits: { readonly window: number; readonly most: number },
  context: Context
): Promise<Table> {
  const { rows } = matrix
  const { shape, noise } = choice
  const { basis, stored } = axesOf(choice, rows, principal)
  const dim = basis.rows
  const coefficients = await coefficientsOf(sample, shape, basis, context, mostRows)
  const { clusters } = coefficients
  const codebook =
    clusters &&
    codebookOf({ ...coefficients, clusters }, (rows * dim) / clusters.centres.length, {
      ...side,
      scale,
      step: stepOf(noise)
    })
  const x = clusters && codebook ? subtract(coefficients.rows, dim, clusters.ids, codebook.values) : coefficients.rows
  const coding: Coding = { ...limits, dim, x, variances: sigmasOf(x, dim).map((sigma) => sigma * sigma) }
  const ids = await shape.clustering?.assign(matrix)
  const frame = { basis, mean: sample.mean, ids, codebook }

  const tableOf = async (total: number, gainBits: number) => {
    const { code, table: levels } = withStoredLevels(codeFor(total, gainBits, coding))
    const { parts, squaredError, kept } = await encodeAllFixed(matrix, code, frame, context)
    const leaf = fixedLeaf(code, levels, rows, parts, scale)
    const table = assemble({ leaf, centres: codebook?.table, ids, basis: stored, mean: sample.halves })
    return { table, squaredError: squaredError + Math.max(0, sample.centred - kept) }
  }

  const possible = gainBitsOfRows(coding)
  if (goal.bytes !== undefined) {
    const beside =
      (stored ? tableBytes(stored) : 0) +
      (sample.halves?.byteLength ?? 0) +
      indexBytes(shape, rows) +
      (codebook?.bytes ?? 0)
    const bytes = goal.bytes - beside
    const gainBits = gainsPay(totalWithin(bytes, rows, 0, coding), possible, coding) ? possible : 0
    const { table } = await tableOf(totalWithin(bytes, rows, gainBits, coding), gainBits)
    if (tableBytes(table) <= goal.bytes || !goal.strict) return table
    throw new SlimbedError(
      'bad-option',
      `trellis: maxBytes=${goal.bytes} is too few for this matrix: ${tableBytes(table)} were needed`
    )
  }
  const target = goal.squaredError ?? 0
  const guess = bitsFor(coding.variances, target / rows, limits.most)
  const pay = gainsPay(guess, possible, coding)
  for (const gainBits of pay ? [possible, 0] : [0, possible]) {
    const range = [gainBits + 1, gainBits + dim * limits.most] as const
    const found = await searchBits(guess, range, target, (total) => tableOf(total, gainBits))
    if (found) return found.table
  }
  throw new SlimbedError(
    'bad-option',
    `trellis: coding=fixed has at most ${limits.most} bits a value, too few for this error: take coding=entropy`
  )
}

/** What the compressor does with `coding=fixed`: a sample is learned from, shapes are tried on it, and all rows are coded in the best. */
export async function compressFixed(given: Matrix, options: Options, context: Context): Promise<Table> {
  throwIfAborted(context.signal)
  const { rows, dim } = given
  if (rows === 0) return denseOf(given)
  const prepared = await prepare(given, options, context)
  const { sample, goal, gram, leading, principal } = prepared
  const small = (goal.bytes ?? (rows * dim) / 4) < fewBytes
  const window = Math.log2(options.states ?? (small ? fewStates : defaultStates))
  const limits = { window, most: Math.min(mostBits, window - leastMemory) }
  const clusters = options.clusters === undefined ? undefined : Math.min(options.clusters, learnedRows(sample))
  const choice = await bestOf(rows, clusters, async (count) =>
    tryFixed(await shapeFor(sample, gram, leading, count, principal, context), {
      ...limits,
      sample,
      rows,
      goal,
      principal,
      context
    })
  )
  const shape = await settledShape(sample, gram, leading, choice.shape, principal, context)
  return encode(prepared, { ...choice, shape }, limits, context)
}
