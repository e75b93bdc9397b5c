import { fail } from '../check.js'
import type { Machine } from './machine.js'
import { escapeBits, frequencyBits, type Model, plainTokens, tableSize } from './model.js'
import type { Trellis } from './parts.js'

/** The least state of the entropy decoder, which it has again after the last row of a block. */
const least = 2 ** 16
const mask = 2 ** frequencyBits - 1

/** The values of |k| below 16 in every context, `contexts × 16`. */
function levelsOf({ contexts, shifts }: Model, step: number): Float32Array {
  const levels = new Float32Array(contexts * plainTokens)
  for (let context = 0; context < contexts; context++) {
    for (let k = 1; k < plainTokens; k++) {
      const shift = shifts[context * 3 + Math.min(k, 3) - 1]
      levels[context * plainTokens + k] = (2 * k - (context & 1) - shift) * step
    }
  }
  return levels
}

/**
 * A function that decodes a row to `out[0 .. dim)`, by asymmetric numeral systems over bytes (Duda 2013). It goes on from the row
 * before where that was the last one, else from the beginning of the block.
 */
export function decoderOf(
  { rows, block, step, gains, gainStep, classes, stream }: Trellis,
  offsets: Float64Array,
  { quantizers, next }: Machine,
  { contexts, symbols, frequencies, starts, escapes, shifts }: Model
): (row: number, out: Float32Array) => void {
  const dim = classes.length
  const levels = levelsOf({ contexts, symbols, frequencies, starts, escapes, shifts }, step)
  /** The block that is being decoded; the state before its row `following`, and the place of the next byte. */
  let bytes = stream
  let held = 0
  let place = 0
  let following = -1

  function decodeRow(out: Float32Array): void {
    const source = bytes
    let x = held
    let at = place
    let gain = 0
    if (gains > 1) {
      const slot = x & mask
      gain = symbols[(contexts << frequencyBits) | slot]
      const entry = contexts * tableSize + gain
      x = frequencies[entry] * (x >>> frequencyBits) + slot - starts[entry]
      while (x < least) x = (x << 8) | source[at++]
    }
    let state = 0
    for (let j = 0; j < dim; j++) {
      const context = 2 * (classes[j] + gainStep * gain) + quantizers[state]
      const slot = x & mask
      const symbol = symbols[(context << frequencyBits) | slot]
      const entry = context * tableSize + symbol
      x = frequencies[entry] * (x >>> frequencyBits) + slot - starts[entry]
      while (x < least) x = (x << 8) | source[at++]
      if (symbol === 0) {
        out[j] = 0
        state = next[2 * state]
        continue
      }
      let k = symbol
      if (symbol >= plainTokens || symbol === escapes[context]) {
        let extra = escapeBits
        if (symbol !== escapes[context]) {
          extra = (symbol >> 1) - 5
          k = (2 + (symbol & 1)) << extra
        }
        // The low bits first, up to 8 at a time.
        for (let done = 0; done < extra; done += 8) {
          const some = Math.min(extra - done, 8)
          k += (x & ((1 << some) - 1)) << done
          x >>>= some
          while (x < least) x = (x << 8) | source[at++]
        }
      }
      const value =
        k < plainTokens ? levels[context * plainTokens + k] : (2 * k - (context & 1) - shifts[context * 3 + 2]) * step
      out[j] = x & 1 ? -value : value
      x >>>= 1
      while (x < least) x = (x << 8) | source[at++]
      state = next[2 * state + (k & 1)]
    }
    held = x
    place = at
  }

  return (row, out) => {
    const number = Math.floor(row / block)
    const first = number * block
    const corrupt = () => fail('corrupt-file', `trellis: rows ${first} to ${Math.min(first + block, rows)} are damaged`)
    if (row !== following || row === first) {
      bytes = stream.subarray(offsets[number], offsets[number + 1])
      place = 3
      if (bytes.length < place) corrupt()
      held = bytes[0] | (bytes[1] << 8) | (bytes[2] << 16)
      if (held < least) corrupt()
      for (let before = first; before < row; before++) decodeRow(out)
    }
    following = -1
    decodeRow(out)
    if (place > bytes.length) corrupt()
    following = row + 1
    if (following === Math.min(first + block, rows) && (held !== least || place !== bytes.length)) corrupt()
  }
}
