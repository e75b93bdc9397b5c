/** @import { Code } from './code.js' */
import { tokenOf } from './plain-levels.js'

/** Bits of a frequency, symbols of a table and the bits of an escape, as docs/format.md has them for the kind `trellis`. */
const frequencyBits = 12
const tableSize = 64
const escapeBits = 20
/** The state of the encoder before the last value of a block. */
const least = 2 ** 16
/** Bytes that one value takes at most, and a block besides. */
export const valueBytes = 6
export const blockBytes = 8

/**
 * The bytes of one block: asymmetric numeral systems (Duda 2013), written from the end, so that they are read from the beginning.
 * @param {Code} code
 * @param {Int32Array} ks
 * @param {Uint8Array} gains
 * @param {number} first the first row of the block
 * @param {number} end the row after its last one
 * @param {{ bytes: Uint8Array, quantizers: Uint8Array }} room
 */
function encodeBlock({ dim, gains: { count, step }, contexts, quantizers, next, tables }, ks, gains, first, end, room) {
  const { frequencies, starts, escapes } = tables
  const { bytes, quantizers: path } = room
  let x = least
  let at = bytes.length

  /**
   * @param {number} table
   * @param {number} symbol
   */
  function putSymbol(table, symbol) {
    const frequency = frequencies[table * tableSize + symbol]
    while (x >= frequency << frequencyBits) {
      bytes[--at] = x & 255
      x >>>= 8
    }
    const whole = Math.floor(x / frequency)
    x = (whole << frequencyBits) + (x - whole * frequency) + starts[table * tableSize + symbol]
  }

  /**
   * @param {number} value
   * @param {number} count
   */
  function putBits(value, count) {
    for (let done = (count - 1) & ~7; done >= 0; done -= 8) {
      const some = Math.min(count - done, 8)
      while (x >= 2 ** (24 - some)) {
        bytes[--at] = x & 255
        x >>>= 8
      }
      x = (x << some) | ((value >> done) & (2 ** some - 1))
    }
  }

  for (let row = end - 1; row >= first; row--) {
    const start = row * dim
    for (let j = 0, state = 0; j < dim; j++) {
      path[j] = quantizers[state]
      state = next[2 * state + (ks[start + j] & 1)]
    }
    for (let j = dim - 1; j >= 0; j--) {
      const k = Math.abs(ks[start + j])
      const context = contexts[j] + 2 * step * gains[row] + path[j]
      const token = tokenOf(k)
      const last = escapes[context]
      if (k > 0) putBits(ks[start + j] < 0 ? 1 : 0, 1)
      if (token >= last) putBits(k - last, escapeBits)
      else if (k >= 16) putBits(k, (token >> 1) - 5)
      putSymbol(context, Math.min(token, last))
    }
    if (count > 1) putSymbol(escapes.length - 1, gains[row])
  }
  for (const shift of [16, 8, 0]) bytes[--at] = (x >>> shift) & 255
  return bytes.slice(at)
}

/**
 * `encodeLevels` in JavaScript: the bytes are those of the compiled one.
 * @param {Code} code
 * @param {Int32Array} ks `rows × dim`
 * @param {Uint8Array} gains
 */
export function plainBlocks(code, ks, gains) {
  const { dim, block } = code
  const rows = ks.length / dim
  const room = {
    bytes: new Uint8Array(block * dim * valueBytes + blockBytes + block * 2),
    quantizers: new Uint8Array(dim)
  }
  const blocks = []
  for (let row = 0; row < rows; row += block) {
    blocks.push(encodeBlock(code, ks, gains, row, Math.min(row + block, rows), room))
  }
  const lengths = Uint32Array.from(blocks, ({ length }) => length)
  const stream = new Uint8Array(lengths.reduce((sum, length) => sum + length, 0))
  let at = 0
  for (const bytes of blocks) {
    stream.set(bytes, at)
    at += bytes.length
  }
  return { stream, lengths }
}
