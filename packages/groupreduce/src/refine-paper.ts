import type { Losses } from './losses.js'
import type { Wish } from './moves.js'
import type { Parts } from './parts.js'

/**
 * Each row wants to move to the group with the least error, if that is not its own. Rows with the smallest error there come first
 * (Chen et al. 2018, Algorithm 1), equal errors in row order.
 */
export function towardsLeastError({ ids }: Parts, { errors, groups }: Losses): Wish {
  const wished = ids.slice()
  const losses = new Float32Array(ids.length)
  const rows: number[] = []
  for (let row = 0; row < ids.length; row++) {
    let best = ids[row]
    const at = row * groups
    for (let group = 0; group < groups; group++) {
      const [loss, least] = [errors[at + group], errors[at + best]]
      // Of equal groups the first, but a row stays where it loses no more.
      if (loss < least) best = group
    }
    if (best === ids[row]) continue
    wished[row] = best
    losses[row] = errors[at + best]
    rows.push(row)
  }
  return { rows: Uint32Array.from(rows).sort((a, b) => losses[a] - losses[b] || a - b), ids: wished }
}
