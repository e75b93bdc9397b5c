import { defineScheduler } from '@slimbed/core'
import { checkOptions, type Options, options } from './options.js'

/** Epochs after which the default lower bound is reached, and the decay that it is taken from when the bound stays. */
const defaultEpochs = 5
const defaultDecay = 0.1

/** How much the upper bound may be above the lower one and count as equal: powers of `decay` are rounded. */
const tolerance = 1e-9

/** The lower bound: what was given, or what the upper bound falls to in five epochs. */
const lowerOf = ({ upper, decay, lower }: Options): number =>
  lower ?? upper * (decay < 1 ? decay : defaultDecay) ** defaultEpochs

/** How many epochs the upper bound falls before both restart; infinitely many when it never reaches the lower one. */
function epochsOf({ upper, decay }: Options, lower: number): number {
  if (decay === 1 || lower === 0) return Number.POSITIVE_INFINITY
  let epochs = Math.max(1, Math.floor(Math.log(lower / upper) / Math.log(decay)) - 1)
  while (upper * decay ** epochs > lower * (1 + tolerance)) epochs++
  return epochs
}

/** A triangle between two bounds, from the lower one at step 0: `half` steps up, `half` down. */
function triangle(step: number, half: number, lower: number, upper: number): number {
  const slope = (upper - lower) / half
  const position = step % (2 * half)
  return position < half ? lower + position * slope : upper - (position - half) * slope
}

/**
 * CALR, the cyclically annealed learning rate of Acharya et al. 2019 (arXiv 1811.00641), as they released it: a triangle
 * of `cycle` steps between a lower and an upper bound. The upper bound is multiplied by `decay` at every epoch; where it
 * has come down to the lower bound, both restart. `decay = 1` is the plain triangular cyclic schedule (Smith 2017).
 *
 * A pure function of the step, counted from 0 through all epochs. Throws `bad-option` without `stepsPerEpoch` and for a
 * lower bound that is not below the upper one.
 */
export const calr = defineScheduler({
  name: 'calr',
  summary: 'cyclically annealed learning rate: triangles whose height falls with every epoch, then restarts',
  options,
  check: checkOptions,
  rate(step, given) {
    const lower = lowerOf(given)
    const epoch = Math.floor(step / given.stepsPerEpoch!) % epochsOf(given, lower)
    return triangle(step, given.cycle / 2, lower, given.upper * given.decay ** epoch)
  }
})
