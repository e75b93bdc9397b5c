/** How near to an error a table is to be, as a logarithm of its square, and how often all rows are coded for that at most. */
const tolerance = 0.04
const mostPasses = 16

/** What so many bits a row come to. */
interface Outcome {
  readonly squaredError: number
}

/**
 * What the fewest bits a row, from `least` to `most`, come to whose error is at most `target`; undefined where there are none: steps that
 * grow until the target is between two numbers, then where the line through the logarithms of their errors crosses it.
 */
export async function searchBits<T extends Outcome>(
  guess: number,
  [least, most]: readonly [number, number],
  target: number,
  outcomeOf: (total: number) => Promise<T>
): Promise<T | undefined> {
  /** The most bits that were too few, the fewest that were enough, and by how much the error was off there. */
  let low: readonly [number, number] = [least - 1, Infinity]
  let high: readonly [number, number] = [most + 1, -Infinity]
  let best: T | undefined
  let total = Math.min(Math.max(guess, least), most)
  let step = Math.max(1, Math.round(most / 100))
  for (let pass = 0; pass < mostPasses; pass++) {
    const found = await outcomeOf(total)
    const over = Math.log2((found.squaredError + 1e-300) / (target + 1e-300))
    if (over <= 0) {
      best = found
      high = [total, over]
      if (over > -tolerance) break
    } else low = [total, over]
    if (high[0] - low[0] <= 1) break
    if (Number.isFinite(low[1]) && Number.isFinite(high[1])) {
      total = low[0] + Math.round(((high[0] - low[0]) * low[1]) / (low[1] - high[1]))
    } else {
      total += over > 0 ? step : -step
      step *= 2
    }
    total = Math.min(high[0] - 1, Math.max(low[0] + 1, total))
  }
  return best
}
