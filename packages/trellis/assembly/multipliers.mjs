// Looks for the multipliers of src/fixed/start-levels.js: those with which values of a normal distribution lose least.
//
//   node assembly/multipliers.mjs [bits of a state …]        all of 4 to 12 take some minutes
//
// Of each number of bits a value it prints the best multipliers, with what they lose over the least that can be lost, 4^-bits.
import { choosePaths } from '../src/fixed/choose-paths.js'
import { startLevels } from '../src/fixed/start-levels.js'

const [rows, dim, mostTried] = [40, 300, 256]

/** Uniform numbers in (0, 1], always the same (Numerical Recipes' linear congruential generator). */
let seed = 1
const random = () => {
  seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0
  return (seed + 1) / 2 ** 32
}
const y = Float32Array.from(
  { length: rows * dim },
  () => Math.sqrt(-2 * Math.log(random())) * Math.cos(2 * Math.PI * random())
)

/**
 * The mean squared error of the values by a codebook.
 * @param {Float32Array} levels
 * @param {number} bits
 */
function errorOf(levels, bits) {
  const states = levels.length
  const weights = new Float32Array(dim).fill(1)
  const job = {
    y,
    rows,
    dim,
    states,
    weights,
    bits: new Uint8Array(dim).fill(bits),
    books: new Uint32Array(dim),
    levels
  }
  const chosen = choosePaths({ ...job, starts: new Uint16Array(rows) })
  return y.reduce((sum, value, at) => sum + (value - levels[chosen[at]]) ** 2, 0) / y.length
}

const windows = process.argv.slice(2).map(Number)
for (const window of windows.length > 0 ? windows : [4, 5, 6, 7, 8, 9, 10, 11, 12]) {
  const odd = 2 ** (window - 1)
  const every = Math.max(1, odd / mostTried)
  for (let bits = 1; bits <= Math.min(8, window - 2); bits++) {
    const found = []
    for (let i = 0; i < odd; i += every) {
      const multiplier = 2 * Math.floor(i + every * random() * 0.999) + 1
      found.push({ multiplier, loss: errorOf(startLevels(window, bits, multiplier), bits) * 4 ** bits })
    }
    found.sort((a, b) => a.loss - b.loss)
    const best = found.slice(0, 4).map(({ multiplier, loss }) => `${multiplier} (${loss.toFixed(3)})`)
    console.log(`${window} bits a state, ${bits} a value: ${best.join(', ')}`)
  }
}
