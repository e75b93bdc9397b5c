// MXFP4: levels 0, ½, 1, 1½, 2, 3, 4, 6 and their negatives, times a power of two.

const size = 32
/** Twice the levels, by code. */
const levels = Float64Array.of(0, 1, 2, 3, 4, 6, 8, 12)
/** Where the next level is nearer. */
const from = Float64Array.of(0.5, 1.5, 2.5, 3.5, 5, 7, 10)
/** Exponents are stored with this added, and one for the doubled levels. */
const bias = 128
/** The largest one with which no level is infinite. */
const largest = 252

/** The code of a magnitude that is given in units of half the scale. @param {number} ratio */
function codeOf(ratio) {
  let code = 0
  while (code < from.length && ratio >= from[code]) code++
  return code
}

/**
 * The exponent of a block for which the squared error is least, as it is stored. Exponents are tried from the one that reaches the largest
 * value down, as long as what the largest value alone loses is not more than the best error, and three above.
 * @param {Float32Array} x
 * @param {number} at where the block begins
 */
export function bestPower(x, at) {
  let most = 0
  for (let i = 0; i < size; i++) most = Math.max(most, Math.abs(x[at + i]))
  if (most === 0) return 0
  const fitting = Math.ceil(Math.log2(most / 12)) + bias
  let best = 0
  let least = Infinity
  for (let exponent = Math.min(fitting + 3, largest); exponent >= 0; exponent--) {
    const scale = 2 ** (exponent - bias)
    if ((most - 12 * scale) ** 2 > least && exponent < fitting) break
    let error = 0
    for (let i = 0; i < size; i++) {
      const off = Math.abs(x[at + i]) - scale * levels[codeOf(Math.abs(x[at + i]) / scale)]
      error += off * off
    }
    if (error < least) {
      least = error
      best = exponent
    }
  }
  return best
}

/**
 * Writes the codes of a block.
 * @param {Float32Array} x
 * @param {number} at where the block begins
 * @param {number} exponent
 * @param {Uint8Array} codes gets 32
 */
export function powerCodes(x, at, exponent, codes) {
  const scale = 2 ** (exponent - bias)
  for (let i = 0; i < size; i++) {
    const code = codeOf(Math.abs(x[at + i]) / scale)
    codes[i] = x[at + i] < 0 && code > 0 ? code | 8 : code
  }
}

/** What a code stands for. @param {number} exponent @param {number} code */
export const powerOf = (exponent, code) => 2 ** (exponent - bias) * (code & 8 ? -levels[code & 7] : levels[code])
