import type { Context, Dense } from '@slimbed/core'
import type { Options } from './options.js'

/** Multiplications up to which a pass is cheap enough for every iteration to have one: 24,000 rows of 300 columns. */
const cheap = 2 ** 31

/**
 * Iterations that an accelerated pass stands for: of 50 iterations or a fifth as many passes, the passes end at the lower loss for word
 * vectors and normal numbers of 300 columns. With few columns they end within 1 % of it, on either side: there are other optima.
 */
const pace = 5
const relaxation = 2
const momentum = 0.7

/** Iterations that each pass stands for, where one takes so many multiplications. */
export const paceOf = (accelerate: Options['accelerate'], multiplications: number): number =>
  accelerate === 'always' || (accelerate === 'auto' && multiplications > cheap) ? pace : 1

/**
 * A rotation beyond `solved`, the solution found at `from`: further along the step to it (over-relaxation), and along the step from
 * the solution `before` (momentum; Polyak 1964). Solutions crawl in one direction for dozens of iterations, so both save passes;
 * whether the loss falls there is for the next pass to see.
 */
export function carryOn(solved: Dense, from: Dense, before: Dense | undefined, { tensor }: Context): Promise<Dense> {
  const { rows, dim } = solved
  const data = solved.data.map((value, at) => {
    const last = before ? before.data[at] : value
    return value + relaxation * (value - from.data[at]) + momentum * (value - last)
  })
  return tensor.polar({ rows, dim, data })
}
