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
 * Ranks in proportion to the mean count of the groups: `⌊least · f / f_min⌋`, from 1 up to the rank that is exact (Chen et al.
 * 2018, who do not say how they round).
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

/** `proportionalRanks` with the highest `least`, not necessarily whole, for which the values stored fit in `room`. */
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

/** Raising the rank of a part: the new rank, and how much each value stored reduces the error. */
interface Step {
  readonly part: number
  /** The rank after it. */
  readonly rank: number
  /** Error saved by a value stored. */
  readonly slope: number
}

/** The steps from rank 1 up: one eigenvector at a time, until storing the rows reduces the error more per value. */
function stepsOf(part: number, size: number, values: ArrayLike<number>, dim: number): Step[] {
  if (settled(size, 1, dim) === dim) return []
  let rest = 0
  for (let i = 1; i < values.length; i++) rest += Math.max(0, values[i])
  const steps: Step[] = []
  for (let rank = 1; rank < dim; rank++) {
    const value = Math.max(0, values[rank] ?? 0)
    const slope = value / (size + dim)
    const exact = rest / (size * dim - rank * (size + dim))
    if (exact >= slope || settled(size, rank + 1, dim) === dim) return [...steps, { part, rank: dim, slope: exact }]
    steps.push({ part, rank: rank + 1, slope })
    rest -= value
  }
  return steps
}

/**
 * Ranks chosen greedily: the steps that reduce the weighted error most per value stored are taken first, as long as they fit in
 * `room`. `values` are the eigenvalues of each group, falling. Every group has at least rank 1.
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

/**
 * Greedy ranks from a lowest rank: all steps are taken that reduce the error per value at least as much as the step to rank `least`
 * in the group where that step reduces it least.
 */
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
