/** How near to an error a table is to be, as a part of its square, and how often all rows are coded for that at most. */
const tolerance = 0.03
const mostPasses = 12

/** What so many bits a row come to. */
interface Outcome {
  readonly squaredError: number
}

/**
 * What the fewest bits a row, from `least` to `most`, come to whose error is at most `target`; undefined where there are none. A row loses about 6 dB
 * with a bit more for each of its columns that has some.
 */
export async function searchBits<T extends Outcome>(
  guess: number,
  [least, most]: readonly [number, number],
  target: number,
  outcomeOf: (total: number) => Promise<T>
): Promise<T | undefined> {
  let best: T | undefined
  let [low, high] = [least - 1, most + 1]
  let total = Math.min(Math.max(guess, least), most)
  for (let pass = 0; pass < mostPasses && high - low > 1; pass++) {
    const found = await outcomeOf(total)
    const { squaredError } = found
    // Bits a row by which the error is off, if half of the columns take part.
    const off = (Math.log2((squaredError + 1e-300) / (target + 1e-300)) * most) / 32
    if (squaredError <= target) {
      best = found
      high = total
      if (squaredError > (1 - tolerance) * target) break
      total = Math.max(low + 1, Math.min(high - 1, high + Math.ceil(off)))
    } else {
      low = total
      total = Math.min(high - 1, Math.max(low + 1, low + Math.ceil(off)))
    }
  }
  return best
}
