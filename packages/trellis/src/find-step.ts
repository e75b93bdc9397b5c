/** Evaluations of a step at most. */
const mostTries = 12
/** Distance in octaves at which two steps are the same. */
const near = 1e-4

/** What a step comes to: `excess` is the logarithm of what is got over what is allowed. */
export interface Tried {
  readonly excess: number
}

/** How a step is looked for. */
export interface Search {
  /** The step that is tried first. */
  readonly guess: number
  /** By how much the excess grows with the logarithm of the step, about; below 0 where it falls. */
  readonly slope: number
  /** How far below 0 the excess may be. */
  readonly tolerance: number
  /** The finest step, by which no value is further than levels go. */
  readonly least: number
}

/**
 * What a step comes to whose excess is not above 0 and within the tolerance, or the nearest that was found: by secants of the logarithm,
 * between steps within the limit and beyond it where there are both.
 */
export function findStep<Found extends Tried>(
  { guess, slope, tolerance, least }: Search,
  evaluate: (step: number, before: Found | undefined) => Found
): Found {
  let good: { readonly at: number; readonly found: Found } | undefined
  let bad: typeof good
  let last: typeof good
  let steepness = slope
  const lowest = Math.log2(least)
  let at = Math.max(lowest, Math.log2(guess))
  for (let tries = 0; tries < mostTries; tries++) {
    const now = { at, found: evaluate(2 ** at, last?.found) }
    const over = now.found.excess
    if (last && Math.abs(at - last.at) > near) {
      const found = (over - last.found.excess) / (at - last.at)
      // Tables that are fitted anew make the excess a little rough.
      if (found / slope > 1 / 4 && found / slope < 4) steepness = found
    }
    last = now
    if (over <= 0) good = now
    else bad = now
    if (good && (good.found.excess > -tolerance || (bad && Math.abs(good.at - bad.at) < near))) break
    const move = (-tolerance / 2 - over) / steepness
    if (at === lowest && move < 0) break
    at = Math.max(lowest, at + Math.min(2, Math.max(-2, move)))
    if (!good || !bad) continue
    const share = (at - good.at) / (bad.at - good.at)
    if (share > 0.05 && share < 0.95) continue
    const aim = (-good.found.excess - tolerance / 2) / (bad.found.excess - good.found.excess)
    at = good.at + (bad.at - good.at) * Math.min(0.95, Math.max(0.05, aim))
  }
  return (good ?? last)!.found
}
