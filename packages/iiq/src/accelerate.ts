import type { Context, Dense } from '@slimbed/core'
import type { Options } from './options.js'

/** Up to so many multiplications per pass, every iteration gets a pass of its own: 24,000 rows of 300 columns. */
const cheap = 2 ** 31

/**
 * The number of iterations that an accelerated pass replaces. For word vectors and normal numbers of 300 columns, a fifth as many
 * passes end at a lower loss than 50 iterations. With few columns the losses differ by up to 1 % in either direction, because there
 * are several optima.
 */
const pace = 5
const relaxation = 2
const momentum = 0.7

/** The number of iterations that each pass replaces, for passes of so many multiplications. */
export const paceOf = (accelerate: Options['accelerate'], multiplications: number): number =>
  accelerate === 'always' || (accelerate === 'auto' && multiplications > cheap) ? pace : 1

/**
 * A rotation beyond `solved`, the solution found at `from`: further along the step to it (over-relaxation), and along the step from
 * the solution `before` (momentum; Polyak 1964). Solutions move slowly in one direction for dozens of iterations, so both save
 * passes. The next pass checks whether the loss fell.
 */
export function carryOn(solved: Dense, from: Dense, before: Dense | undefined, { tensor }: Context): Promise<Dense> {
  const { rows, dim } = solved
  const data = solved.data.map((value, at) => {
    const last = before ? before.data[at] : value
    return value + relaxation * (value - from.data[at]) + momentum * (value - last)
  })
  return tensor.polar({ rows, dim, data })
}
