/** Evaluations of a step at most. */
const mostTries = 12

/**
 * The largest step, to within `tolerance` of what it yields, whose `excess` is not above 0 (`rising`: it grows with the step), or the
 * smallest where it falls: by bisection of the logarithm, drawn to where the line through the last two points crosses. `excess` is a
 * logarithm of what is got over what is allowed.
 */
export function findStep(guess: number, rising: boolean, tolerance: number, excess: (step: number) => number): number {
  const sign = rising ? 1 : -1
  /** Logarithm and excess of the last step within the limit, and of the last one beyond it. */
  let good: readonly [number, number] | undefined
  let bad: readonly [number, number] | undefined
  let at = Math.log2(guess)
  for (let tries = 0; tries < mostTries; tries++) {
    const over = excess(2 ** at)
    if (over <= 0) good = [at, over]
    else bad = [at, over]
    if (good && (good[1] > -tolerance || (bad && Math.abs(good[0] - bad[0]) < 1e-4))) break
    if (good && bad) {
      const aim = (-good[1] - tolerance / 2) / (bad[1] - good[1])
      at = good[0] + (bad[0] - good[0]) * Math.min(0.95, Math.max(0.05, aim))
    } else at += sign * (over <= 0 ? 1 : -1) * Math.min(2, Math.max(0.1, Math.abs(over)))
  }
  return 2 ** (good ?? [at])[0]
}
