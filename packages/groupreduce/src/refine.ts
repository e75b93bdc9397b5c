import { settled } from './cost.js'
import { movedGrams, type Source } from './grams.js'
import { lossesOf } from './losses.js'
import { moved, type Wish } from './moves.js'
import type { Options } from './options.js'
import { type Grouped, grouped, type Parts, withRanks } from './parts.js'
import { greedyRanks } from './ranks.js'
import { towardsLeastError } from './refine-paper.js'
import { towardsLeastCost } from './refine-rate-distortion.js'

/** How rows move. */
export type Rule = Pick<Options, 'refine' | 'ranks' | 'moveFraction' | 'minMoves' | 'iterations'>

/** How many values the rows may take, without the right factors. */
function roomForRows({ ranks, sizes }: Parts, dim: number, room: number): number {
  let factors = 0
  for (const [group, rank] of ranks.entries()) if (rank < dim && sizes[group] > 0) factors += rank * dim
  return room - factors
}

async function wishOf(
  source: Source,
  parts: Parts,
  rule: Rule,
  room: number,
  progress: (done: number, total: number) => void
): Promise<Wish> {
  const { dim } = source
  const losses = await lossesOf(source, parts, progress)
  if (rule.refine === 'paper') return towardsLeastError(parts, losses)
  return towardsLeastCost(parts, losses, source.importance, roomForRows(parts, dim, room), rule.moveFraction ?? 1)
}

/** The groups at the ranks that they had, or at new ranks if the error is smaller. */
function refitted(groups: Grouped, { ranks }: Parts, rule: Rule, dim: number, room: number): Parts {
  const kept = withRanks(
    groups,
    groups.sizes.map((size, group) => settled(size, ranks[group], dim)),
    dim
  )
  if (rule.refine !== 'rate-distortion' || rule.ranks !== 'greedy') return kept
  const values = groups.spectra.map((spectrum) => spectrum.values)
  const other = withRanks(groups, greedyRanks(groups.sizes, values, dim, room), dim)
  return other.error < kept.error && other.values <= room ? other : kept
}

/**
 * One refinement: rows move, and the groups that they left or joined get new factors. Undefined if too few rows want to move or the
 * error does not fall.
 */
export async function refinedOnce(
  source: Source,
  parts: Parts,
  rule: Rule,
  room: number,
  progress: (done: number, total: number) => void = () => {}
): Promise<Parts | undefined> {
  const { dim } = source
  const wish = await wishOf(source, parts, rule, room, progress)
  if (wish.rows.length < rule.minMoves) return undefined
  const most = rule.refine === 'paper' ? Math.ceil((rule.moveFraction ?? 0.1) * wish.rows.length) : wish.rows.length
  const ids = moved(parts, wish, most, dim, room)
  const grams = await movedGrams(source, parts.grams, parts.ids, ids)
  const next = refitted(await grouped(source, ids, grams, parts), parts, rule, dim, room)
  return next.error < parts.error ? next : undefined
}
