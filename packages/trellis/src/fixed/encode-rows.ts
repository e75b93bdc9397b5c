import { choosePaths } from './choose-paths.js'
import { type FixedCode, reversed, rowBitsOf } from './code.js'
import { classesOf } from './gains.js'
import type { PathJob } from './path-job.js'

/** Values beyond this, in units of their scale, are coded like this one: it costs more than any level. */
const largest = 16

/** What the kernel is told of rows of these classes of gain. */
export function pathJobOf(code: FixedCode, x: Float32Array, classes: Uint8Array): PathJob {
  const { dim, window, bits, scale, gains, numbers, levels } = code
  const y = new Float32Array(x.length)
  for (let row = 0, at = 0; row < classes.length; row++) {
    const gain = gains ? gains[classes[row]] : 1
    for (let j = 0; j < dim; j++, at++) {
      y[at] = Math.min(largest, Math.max(-largest, x[at] / (scale[j] * gain)))
    }
  }
  const most = scale.reduce((max, value) => Math.max(max, value), 0)
  const gainBits = gains ? Math.log2(gains.length) : 0
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

/** The values that paths stand for, as the kind `bitshift` decodes them: `rows × dim`. */
export function valuesOf(code: FixedCode, { books, levels }: PathJob, states: Uint16Array, classes: Uint8Array) {
  const { dim, bits, scale, gains } = code
  const out = new Float32Array(states.length)
  for (let row = 0, at = 0; row < classes.length; row++) {
    const gain = gains ? gains[classes[row]] : 1
    for (let j = 0; j < dim; j++, at++) if (bits[j] > 0) out[at] = levels[books[j] + states[at]] * scale[j] * gain
  }
  return out
}

/** The bits of rows, one row after another, from the lowest of each byte: of each, the number of its gain and the bits of its values. */
function pack(code: FixedCode, states: Uint16Array, classes: Uint8Array): Uint8Array {
  const { dim, bits, gains } = code
  const gainBits = gains ? Math.log2(gains.length) : 0
  const out = new Uint8Array(Math.ceil((classes.length * rowBitsOf(code)) / 8))
  let [held, have, at] = [0, 0, 0]
  const put = (value: number, count: number) => {
    held |= value << have
    for (have += count; have >= 8; have -= 8, held >>>= 8) out[at++] = held & 255
  }
  const orders = Array.from({ length: code.window + 1 }, (_, count) =>
    Uint16Array.from({ length: 2 ** Math.min(count, 8) }, (_, value) => reversed(value, count))
  )
  for (let row = 0, place = 0; row < classes.length; row++) {
    put(classes[row], gainBits)
    for (let j = 0; j < dim; j++, place++) {
      const count = bits[j]
      if (count > 0) put(orders[count][states[place] & ((1 << count) - 1)], count)
    }
  }
  if (have > 0) out[at] = held
  return out
}

/** Coded rows. */
export interface FixedRows {
  /** Their bits, from the lowest of the first byte on. */
  readonly stream: Uint8Array
  /** `rows × dim`: what they decode to. */
  readonly values: Float32Array
}

/** Codes rows, `x` of `code.dim` values each. */
export function encodeFixed(code: FixedCode, x: Float32Array): FixedRows {
  const classes = classesOf(x, code)
  const job = pathJobOf(code, x, classes)
  const states = choosePaths(job)
  return { stream: pack(code, states, classes), values: valuesOf(code, job, states, classes) }
}
