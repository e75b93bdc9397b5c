/**
 * Odd multipliers by the bits of a state, for 1, 2, … bits a value: those of least squared error that a search found (`assembly/multipliers.mjs`).
 * @type {Readonly<Record<number, readonly number[]>>}
 */
const multipliers = {
  4: [7, 13],
  5: [17, 9, 5],
  6: [29, 19, 35, 41],
  7: [59, 35, 15, 7, 81],
  8: [121, 185, 95, 175, 247, 161],
  9: [243, 125, 445, 417, 395, 401, 265],
  10: [467, 233, 901, 61, 351, 367, 289, 477],
  11: [985, 471, 1801, 893, 1697, 1253, 663, 1471],
  12: [1947, 925, 2577, 3323, 641, 795, 2955, 1503]
}

/**
 * The numbers of states that `coding=fixed` may have.
 * @type {readonly number[]}
 */
export const fixedStates = Object.keys(multipliers).map((window) => 2 ** Number(window))

/** How much wider than the values the levels spread, by the bits of a state that are older: more where there are few of these; and by those of a value. */
const byMemory = [1.45, 1.45, 1.45, 1.35, 1.28, 1.22, 1.18, 1.15]
const byBits = [1.1, 1.15]

/**
 * The value below which a share `p` of a standard normal distribution lies, to 0.0005 (Abramowitz and Stegun 26.2.23).
 * @param {number} p
 * @returns {number}
 */
function normalQuantile(p) {
  if (p > 0.5) return -normalQuantile(1 - p)
  const t = Math.sqrt(-2 * Math.log(p))
  return (2.515517 + t * (0.802853 + t * 0.010328)) / (1 + t * (1.432788 + t * (0.189269 + t * 0.001308))) - t
}

/**
 * A codebook for values of a normal distribution of variance 1 that take `bits` bits: state s has the quantile number `m s mod 2^window`,
 * so that states that follow the same one are far apart. The level of the state `2^window − 1 − s` is that of s, negative.
 * @param {number} window
 * @param {number} bits
 * @param {number} [multiplier]
 */
export function startLevels(window, bits, multiplier = multipliers[window][bits - 1]) {
  const states = 2 ** window
  const spread = Math.min(byMemory[window - bits] ?? 1.1, byBits[bits - 1] ?? 2) * Math.sqrt(1 - 1.2 * 4 ** -bits)
  return Float32Array.from({ length: states }, (_, state) => {
    const rank = (state * multiplier + (multiplier >> 1)) % states
    return spread * normalQuantile((rank + 0.5) / states)
  })
}
