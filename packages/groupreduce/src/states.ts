import { scaledBy, unitFor } from '@slimbed/core/numbers'
import { roomFor } from './cost.js'
import { type Gram, gramsOf, type Source } from './grams.js'
import { firstGroups, sizesOf } from './grouping.js'
import type { Options } from './options.js'
import { type Grouped, grouped, type Parts, withRanks } from './parts.js'
import { checkRoom, greedyRanks, greedyRanksFrom, proportionalRanks, proportionalRanksWithin } from './ranks.js'
import { refinedOnce } from './refine.js'

/** The mean count of the rows of each group. */
function meansOf(counts: Float32Array, ids: Uint16Array, sizes: readonly number[]): number[] {
  const sums = sizes.map(() => 0)
  for (let row = 0; row < ids.length; row++) sums[ids[row]] = sums[ids[row]] + counts[row]
  return sums.map((sum, group) => sum / sizes[group])
}

/** What values are divided by, so that their squares are of a magnitude that float32 holds. */
const unitOf = (grams: readonly Gram[], values: number): number =>
  unitFor(Math.sqrt(grams.reduce((sum, { gross }) => sum + gross, 0) / values))

/** The Gram matrices of rows that are divided by `unit`. */
const inUnits = (grams: readonly Gram[], unit: number): readonly Gram[] =>
  unit === 1
    ? grams
    : grams.map(({ sum, gross }) => ({ sum: sum.map((value) => value / unit / unit), gross: gross / unit / unit }))

/** The first ranks. */
function firstRanks(
  { ids, sizes, spectra }: Grouped,
  { ranks, minRank }: Options,
  counts: Float32Array,
  dim: number,
  room: number
): number[] {
  const values = spectra.map((spectrum) => spectrum.values)
  if (ranks === 'greedy') {
    return minRank === undefined ? greedyRanks(sizes, values, dim, room) : greedyRanksFrom(sizes, values, dim, minRank)
  }
  const means = meansOf(counts, ids, sizes)
  return minRank === undefined
    ? proportionalRanksWithin(sizes, means, dim, room)
    : proportionalRanks(sizes, means, dim, minRank)
}

/**
 * The first groups, and the groups after each refinement. Each has the size that `ratio` allows and a smaller error than the one
 * before. With `minRank`, `rate-distortion` keeps the size of the first groups, and `paper` has no limit.
 */
export async function* states(
  source: Source,
  counts: Float32Array,
  given: Options,
  progress: (done: number, total: number) => void = () => {}
): AsyncGenerator<Parts> {
  const { matrix, dim } = source
  const { rows } = matrix
  const { groups, ratio, grouping, refine, iterations } = given
  const ids = firstGroups(counts, groups, grouping)
  const room = ratio === undefined ? Number.POSITIVE_INFINITY : roomFor(ratio, rows, dim, groups)
  // Refused before the pass over the matrix, not after.
  if (ratio !== undefined) checkRoom(sizesOf(ids, groups), dim, room, ratio)
  const steps = 1 + (refine === 'none' || groups === 1 ? 0 : iterations)
  const grams = await gramsOf(source, ids, groups, (done, all) => progress(done / all, steps))
  const unit = unitOf(grams, rows * matrix.dim)
  const own = unit === 1 ? source : { ...source, matrix: scaledBy(matrix, 1 / unit) }
  const first = await grouped(own, ids, inUnits(grams, unit))
  let parts = withRanks(first, firstRanks(first, given, counts, dim, room), dim)
  yield parts
  if (refine === 'none' || groups === 1) return
  const bound = ratio === undefined && refine === 'rate-distortion' ? parts.values : room
  for (let done = 0; done < iterations; done++) {
    const next = await refinedOnce(own, parts, given, bound, (now, all) => progress(1 + done + now / all, steps))
    if (!next) return
    parts = next
    yield parts
  }
}
