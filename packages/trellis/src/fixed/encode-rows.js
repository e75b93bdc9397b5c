/** @import { FixedCode } from './code.js' */
/** @import { PathJob } from './path-job.js' */
import { gainBitsOf, reversed, rowBitsOf } from './bits.js'
import { choosePaths } from './choose-paths.js'
import { classesOf } from './classes.js'

/** Values beyond this, in units of their scale, are coded like this one: it costs more than any level. */
const largest = 16

/**
 * What the kernel is told of rows of these classes of gain.
 * @param {FixedCode} code
 * @param {Float32Array} x `rows × dim`
 * @param {Uint8Array} classes
 * @returns {PathJob}
 */
export function pathJobOf(code, x, classes) {
  const { dim, window, bits, scale, gains, numbers, levels } = code
  const y = new Float32Array(x.length)
  for (let row = 0, at = 0; row < classes.length; row++) {
    const gain = gains ? gains[classes[row]] : 1
    for (let j = 0; j < dim; j++, at++) {
      y[at] = Math.min(largest, Math.max(-largest, x[at] / (scale[j] * gain || 1)))
    }
  }
  const most = scale.reduce((max, value) => Math.max(max, value), 0) || 1
  const gainBits = gainBitsOf(code)
  return {
    y,
    rows: classes.length,
    dim,
    states: 2 ** window,
    weights: scale.map((value) => (value / most) ** 2),
    bits,
    books: Uint32Array.from(bits, (count) => Math.max(0, numbers.indexOf(count)) * 2 ** window),
    levels,
    starts: Uint16Array.from(classes, (id) => reversed(id, gainBits))
  }
}

/**
 * The values that paths stand for, as the kind `bitshift` decodes them: `rows × dim`.
 * @param {FixedCode} code
 * @param {PathJob} job
 * @param {Uint16Array} states
 * @param {Uint8Array} classes
 */
function valuesOf({ dim, bits, scale, gains }, { books, levels }, states, classes) {
  const out = new Float32Array(states.length)
  for (let row = 0, at = 0; row < classes.length; row++) {
    const gain = gains ? gains[classes[row]] : 1
    for (let j = 0; j < dim; j++, at++) if (bits[j] > 0) out[at] = levels[books[j] + states[at]] * scale[j] * gain
  }
  return out
}

/**
 * The bits of rows, one row after another, from the lowest of each byte: of each, the number of its gain and the bits of its values.
 * @param {FixedCode} code
 * @param {Uint16Array} states
 * @param {Uint8Array} classes
 */
function pack(code, states, classes) {
  const { dim, bits } = code
  const gainBits = gainBitsOf(code)
  const out = new Uint8Array(Math.ceil((classes.length * rowBitsOf(code)) / 8))
  let [held, have, at] = [0, 0, 0]
  /**
   * @param {number} value
   * @param {number} count
   */
  const put = (value, count) => {
    held |= value << have
    for (have += count; have >= 8; have -= 8, held >>>= 8) out[at++] = held & 255
  }
  const orders = Array.from({ length: Math.max(...bits) + 1 }, (_, count) =>
    Uint16Array.from({ length: 2 ** count }, (_, value) => reversed(value, count))
  )
  for (let row = 0, place = 0; row < classes.length; row++) {
    put(classes[row], gainBits)
    for (let j = 0; j < dim; j++, place++) {
      if (bits[j] > 0) put(orders[bits[j]][states[place] & (2 ** bits[j] - 1)], bits[j])
    }
  }
  if (have > 0) out[at] = held
  return out
}

/**
 * Codes rows, `x` of `code.dim` values each: their bits, from the lowest of the first byte on, and what they decode to, `rows × dim`.
 * @param {FixedCode} code
 * @param {Float32Array} x
 */
export function encodeFixed(code, x) {
  const classes = classesOf(x, code)
  const job = pathJobOf(code, x, classes)
  const states = choosePaths(job)
  return { stream: pack(code, states, classes), values: valuesOf(code, job, states, classes) }
}
