import { SlimbedError } from '@slimbed/core'

/** The shape of a matrix. */
export interface Shape {
  readonly rows: number
  readonly dim: number
}

/** `rank` itself. Throws `bad-option` when a matrix of this shape cannot have it. */
export function checkedRank(rank: number, { rows, dim }: Shape): number {
  const most = Math.min(rows, dim)
  if (rank <= most) return rank
  const side = dim <= rows ? 'columns' : 'rows'
  const message = `lowrank: rank=${rank} is more than the ${most} ${side} of a ${rows} × ${dim} matrix: use at most ${most}`
  throw new SlimbedError('bad-option', message)
}

/**
 * The largest rank whose float32 factors are at least `ratio` times smaller: `rank · (rows + dim) ≤ rows · dim / ratio`.
 * Throws `bad-option` when rank 1 is too much.
 */
export function rankForRatio(ratio: number, { rows, dim }: Shape): number {
  const quotient = Math.floor((rows * dim) / (rows + dim) / ratio)
  // The quotient may be rounded to just below a whole number.
  const rank = (quotient + 1) * (rows + dim) * ratio <= rows * dim ? quotient + 1 : quotient
  if (rank >= 1) return Math.min(rank, rows, dim)
  const most = Math.floor((100 * rows * dim) / (rows + dim)) / 100
  const message = `lowrank: a ${rows} × ${dim} matrix cannot be ${ratio} times smaller: rank 1 gives ${most}`
  throw new SlimbedError('bad-option', message)
}

/** What summation in float64 may lose of the whole. */
const tolerance = 1e-12

/** The smallest rank whose leading eigenvalues (falling) add up to the share `energy` of `total`; at least 1. */
export function rankForEnergy(energy: number, values: ArrayLike<number>, total: number): number {
  const enough = energy * total * (1 - tolerance)
  let sum = 0
  for (let rank = 1; rank <= values.length; rank++) {
    sum += values[rank - 1]
    if (sum >= enough) return rank
  }
  return values.length
}
