import { type Context, denseOf, type Matrix, SlimbedError, type Table, tableBytes, throwIfAborted } from '@slimbed/core'
import { assemble } from '../assemble.js'
import { bestOf } from '../choose-shape.js'
import type { Options } from '../options.js'
import { type Prepared, prepare } from '../prepare.js'
import { learnedRows } from '../sample.js'
import { drawnAnew, settledShape, shapeFor } from '../shape.js'
import { mostBits } from './allocate.js'
import { bitsFor, type FixedChoice, tryFixed } from './choose-fixed.js'
import { codeFor, gainBitsOfRows, gainsPay } from './code-for.js'
import { encodeAllFixed } from './encode-all.js'
import { fill } from './fill.js'
import { type Frame, frameOf, type Limits } from './frame.js'
import { fixedLeaf, withStoredLevels } from './leaf.js'
import { searchBits } from './search-bits.js'

/** States unless given, and where tables are so small that codebooks count. */
const [defaultStates, fewStates, fewBytes] = [1024, 256, 2 ** 15]
/** Bits of a state that are not new with a value, at least. */
const leastMemory = 2

/** Codes all rows in a frame, `total` bits a row at most. */
async function tableOf(
  total: number,
  gainBits: number,
  { basis, stored, codebook, coding }: Frame,
  ids: Uint32Array | undefined,
  { matrix, scale, sample }: Prepared,
  context: Context
) {
  const { code, table: levels } = withStoredLevels(codeFor(total, gainBits, coding))
  const frame = { basis, mean: sample.mean, ids, codebook }
  const { parts, squaredError, kept } = await encodeAllFixed(matrix, code, frame, context)
  const leaf = fixedLeaf(code, levels, matrix.rows, parts, scale)
  const table = assemble({ leaf, centres: codebook?.table, ids, basis: stored, mean: sample.halves })
  return { table, squaredError: squaredError + Math.max(0, sample.centred - kept) }
}

/** Codes a matrix in the shape that was chosen. */
async function encode(prepared: Prepared, choice: FixedChoice, limits: Limits, context: Context): Promise<Table> {
  const { matrix, goal } = prepared
  const ids = await choice.shape.clustering?.assign(matrix)
  if (goal.bytes !== undefined) {
    const { frame, total, gainBits } = await fill(goal.bytes, prepared, choice, limits, context)
    const { table } = await tableOf(total, gainBits, frame, ids, prepared, context)
    if (tableBytes(table) <= goal.bytes || !goal.strict) return table
    throw new SlimbedError(
      'bad-option',
      `trellis: maxBytes=${goal.bytes} is too few for this matrix: ${tableBytes(table)} were needed`
    )
  }
  const target = goal.squaredError ?? 0
  const frame = await frameOf(prepared, choice, limits, context)
  const { coding } = frame
  const guess = bitsFor(coding.variances, target / matrix.rows, limits.most)
  const possible = gainBitsOfRows(coding)
  for (const gainBits of gainsPay(guess, possible, coding) ? [possible, 0] : [0, possible]) {
    const range = [gainBits + 1, gainBits + coding.dim * limits.most] as const
    const found = await searchBits(guess, range, target, (total) =>
      tableOf(total, gainBits, frame, ids, prepared, context)
    )
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
  const { sample, goal, principal, few } = prepared
  const small = (goal.bytes ?? (rows * dim) / 4) < fewBytes
  const window = Math.log2(options.states ?? (small ? fewStates : defaultStates))
  const limits = { window, most: Math.min(mostBits, window - leastMemory) }
  const clusters = options.clusters === undefined ? undefined : Math.min(options.clusters, learnedRows(sample))
  const attempt = async (count: number, along: boolean, fewer?: FixedChoice) =>
    tryFixed(await shapeFor(prepared, count, along, fewer?.shape), {
      ...limits,
      sample,
      rows,
      goal,
      principal: along,
      context
    })
  const best = await bestOf<FixedChoice>(rows, clusters, !sample.whole, (count, fewer) =>
    attempt(count, principal, fewer)
  )
  const plain = few ? await attempt(0, false) : best
  const [choice, along] = plain.score < best.score ? [plain, false] : [best, principal]
  const shape = await settledShape(prepared, await drawnAnew(prepared, choice.shape, along), along)
  return encode({ ...prepared, principal: along }, { ...choice, shape }, limits, context)
}
