import { SlimbedError } from '@slimbed/core'
import { allValues, idBytes, partValues, settled } from './cost.js'

/** Throws `bad-option` when not even rank 1 for every group fits. */
export function checkRoom(sizes: readonly number[], dim: number, room: number, ratio: number): void {
  const least = sizes.map(() => 1)
  const needed = allValues(sizes, least, dim)
  if (needed <= room) return
  const rows = sizes.reduce((sum, size) => sum + size, 0)
  // With the hundredth that is kept for a header at most, so that this ratio is not refused in turn.
  const most = Math.floor((99 * rows * dim) / (needed + idBytes(rows, sizes.length) / 4)) / 100
  const what = `a ${rows} × ${dim} matrix in ${sizes.length} groups cannot be ${ratio} times smaller`
  throw new SlimbedError('bad-option', `groupreduce: ${what}: rank 1 gives ${most}; use fewer groups or a lower ratio`)
}

/**
 * Ranks in proportion to the mean count of the groups: `⌊least · f / f_min⌋`, from 1 to what is exact (Chen et al. 2018; the
 * rounding is ours).
 */
export function proportionalRanks(
  sizes: readonly number[],
  means: readonly number[],
  dim: number,
  least: number
): number[] {
  const lowest = Math.min(...means.filter((_, part) => sizes[part] > 0))
  return sizes.map((size, part) => {
    // Quotients that should be whole may fall just short.
    const rank = Math.max(1, Math.floor((least * means[part]) / lowest + 1e-9))
    return settled(size, Math.min(rank, dim), dim)
  })
}

/** `proportionalRanks` with the highest `least`, of any fraction, whose parts fit in `room`. */
export function proportionalRanksWithin(
  sizes: readonly number[],
  means: readonly number[],
  dim: number,
  room: number
): number[] {
  const ranks = (least: number) => proportionalRanks(sizes, means, dim, least)
  const fits = (least: number) => allValues(sizes, ranks(least), dim) <= room
  if (fits(dim)) return ranks(dim)
  // In logarithms: counts may differ by any factor.
  let [low, high] = [Math.log(Number.MIN_VALUE), Math.log(dim)]
  for (let step = 0; step < 64; step++) {
    const middle = (low + high) / 2
    if (fits(Math.exp(middle))) low = middle
    else high = middle
  }
  return ranks(Math.exp(low))
}

/** Some more rank for a part: what it saves of the error, for how many values. */
interface Step {
  readonly part: number
  /** The rank after it. */
  readonly rank: number
  /** Error saved by a value stored. */
  readonly slope: number
}

/** The best way from rank 1 up: eigenvector by eigenvector, until storing the rows saves more for its values. */
function stepsOf(part: number, size: number, values: ArrayLike<number>, dim: number): Step[] {
  if (settled(size, 1, dim) === dim) return []
  let rest = 0
  for (let i = 1; i < dim; i++) rest += Math.max(0, values[i])
  const steps: Step[] = []
  for (let rank = 1; rank < dim; rank++) {
    const slope = Math.max(0, values[rank]) / (size + dim)
    const exact = rest / (size * dim - rank * (size + dim))
    if (exact >= slope || settled(size, rank + 1, dim) === dim) return [...steps, { part, rank: dim, slope: exact }]
    steps.push({ part, rank: rank + 1, slope })
    rest -= Math.max(0, values[rank])
  }
  return steps
}

/**
 * The ranks that leave the least weighted error of those found by taking the steps that save most for a value stored, as long
 * as they fit in `room`; `values` are each group's eigenvalues, falling. Every group has rank 1 at least.
 */
export function greedyRanks(
  sizes: readonly number[],
  values: readonly ArrayLike<number>[],
  dim: number,
  room: number
): number[] {
  const ranks = sizes.map((size) => settled(size, 1, dim))
  let used = allValues(sizes, ranks, dim)
  const steps = sizes.flatMap((size, part) => stepsOf(part, size, values[part], dim))
  const take = (part: number, rank: number): boolean => {
    const size = sizes[part]
    const more = partValues(size, rank, dim) - partValues(size, ranks[part], dim)
    if (used + more > room) return false
    used += more
    ranks[part] = rank
    return true
  }
  const full = new Set<number>()
  // Sorting is stable, so the steps of a part stay in order.
  for (const { part, rank } of steps.sort((a, b) => b.slope - a.slope)) {
    if (!full.has(part) && !take(part, rank)) full.add(part)
  }
  // What is left is too little to store a part's rows, but may do for another eigenvector.
  for (const part of full) while (ranks[part] < dim && take(part, settled(sizes[part], ranks[part] + 1, dim)));
  return ranks
}

/** The ranks by all steps that save as much for a value as the one to rank `least` does in the group where that saves least. */
export function greedyRanksFrom(
  sizes: readonly number[],
  values: readonly ArrayLike<number>[],
  dim: number,
  least: number
): number[] {
  const steps = sizes.map((size, part) => stepsOf(part, size, values[part], dim))
  const slopes = steps.map((own, part) =>
    own.length === 0
      ? Number.POSITIVE_INFINITY
      : least === 1
        ? Math.max(0, values[part][0]) / (sizes[part] + dim)
        : own.find(({ rank }) => rank >= least)!.slope
  )
  const enough = Math.min(...slopes)
  return sizes.map((size, part) => {
    const taken = steps[part].filter(({ slope, rank }) => slope >= enough || rank <= least)
    return taken.at(-1)?.rank ?? settled(size, 1, dim)
  })
}
