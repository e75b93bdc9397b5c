import { extraBits, plainTokens, tableSize } from './tables.js'
import { emptyTally, type Tally } from './tally.js'

/** The share of values near `at` of a distribution between Gauss's and Laplace's, of standard deviation `sigma`. */
const density = (at: number, sigma: number): number =>
  (0.8 * Math.exp((-at * at) / (2 * sigma * sigma)) * 0.4 + 0.2 * Math.exp((-1.4 * at) / sigma) * 0.7) / sigma

/** The least and the greatest level of a token. */
function levelsOf(token: number): [number, number] {
  if (token < plainTokens) return [token, token]
  const low = (2 + (token & 1)) << extraBits(token)
  return [low, low + 2 ** extraBits(token) - 1]
}

/** The number of counts in each context of a first guess. */
const supposed = 100_000

/**
 * An estimate of the counts before anything has been counted: `classes` pairs of contexts, class c with the standard deviation
 * `sigmaOf(c)` in steps.
 */
export function guessTally(classes: number, gainClasses: number, sigmaOf: (id: number) => number): Tally {
  const tally = emptyTally(2 * classes, gainClasses)
  for (let context = 0; context < 2 * classes; context++) {
    const quantizer = context & 1
    const sigma = Math.max(sigmaOf(context >> 1), 0.2)
    for (let token = 0; token < tableSize; token++) {
      const [low, high] = levelsOf(token)
      const width = token === 0 ? 2 - quantizer : 4
      const middle = token === 0 ? 0 : low + high - quantizer
      if (middle > 8 * sigma + 4) break
      tally.tokens[context * tableSize + token] = Math.ceil(
        supposed * density(middle, sigma) * width * (high - low + 1)
      )
    }
  }
  tally.gains.fill(1)
  return tally
}
