/** @import { Grid } from './grid.js' */
import { bestLine, lineCodes } from './best-line.js'
import { bestPower, powerCodes, powerOf } from './best-power.js'
import { bestScale, codesAt } from './best-scale.js'
import { gridOf } from './grid.js'
import { fromHalf } from './half.js'

/**
 * How a type is written.
 * @typedef {object} Encoder
 * @property {number} bytes of a block of 32 values
 * @property {(x: Float32Array, at: number, out: Uint8Array, to: number, values: Float32Array) => void} encode
 *   writes the block of the values from `at` on to `out`, from `to` on, and what it stands for to `values` in place of `x[at …]`
 */

const codes = new Uint8Array(32)

/** @param {Uint8Array} out @param {number} to @param {number} bits */
function writeHalf(out, to, bits) {
  out[to] = bits & 255
  out[to + 1] = bits >> 8
}

/** The lower four bits of the codes: those of the first 16 values in the lower halves of bytes. @param {Uint8Array} out @param {number} to */
function writeNibbles(out, to) {
  for (let j = 0; j < 16; j++) out[to + j] = (codes[j] & 15) | ((codes[j + 16] & 15) << 4)
}

/** The fifth bits of the codes. @param {Uint8Array} out @param {number} to */
function writeFifths(out, to) {
  for (let i = 0; i < 4; i++) {
    let byte = 0
    for (let bit = 0; bit < 8; bit++) byte |= ((codes[8 * i + bit] >> 4) & 1) << bit
    out[to + i] = byte
  }
}

/**
 * A type whose blocks have a half float as scale.
 * @param {Grid} grid
 * @param {number} bytes
 * @param {(out: Uint8Array, to: number) => void} writeCodes after the scale
 * @returns {Encoder}
 */
const scaled = (grid, bytes, writeCodes) => ({
  bytes,
  encode(x, at, out, to, values) {
    const bits = bestScale(x, at, grid)
    const scale = fromHalf(bits)
    codesAt(x, at, grid, scale, codes)
    writeHalf(out, to, bits)
    writeCodes(out, to + 2)
    for (let i = 0; i < 32; i++) values[at + i] = scale * grid.values[codes[i]]
  }
})

/** @param {number} from @param {number} to */
const integers = (from, to) => Array.from({ length: to - from + 1 }, (_, k) => from + k)

/** Levels of `IQ4_NL`. */
const unequal = [-127, -104, -83, -65, -49, -35, -22, -10, 1, 13, 25, 38, 53, 69, 89, 113]

/** @type {Encoder} */
const line = {
  bytes: 20,
  encode(x, at, out, to, values) {
    const { scale, least } = bestLine(x, at)
    const [step, start] = [fromHalf(scale), fromHalf(least)]
    lineCodes(x, at, step, start, codes)
    writeHalf(out, to, scale)
    writeHalf(out, to + 2, least)
    writeNibbles(out, to + 4)
    for (let i = 0; i < 32; i++) values[at + i] = Math.fround(step * codes[i]) + start
  }
}

/** @type {Encoder} */
const power = {
  bytes: 17,
  encode(x, at, out, to, values) {
    const exponent = bestPower(x, at)
    out[to] = exponent
    powerCodes(x, at, exponent, codes)
    writeNibbles(out, to + 1)
    for (let i = 0; i < 32; i++) values[at + i] = powerOf(exponent, codes[i])
  }
}

/**
 * The types that are written, by their names in a file. At 64 times the scale that reaches the largest value, all have the level of zero. Scales of
 * 8-bit codes are looked for up to a quarter above the one that reaches it: errors grow with the square of the scale.
 * @type {Readonly<Record<string, Encoder>>}
 */
export const encoders = {
  Q8_0: scaled(gridOf(integers(-127, 127), -127, 1.25), 34, (out, to) => out.set(codes, to)),
  Q5_0: scaled(gridOf(integers(-16, 15), 0, 2), 22, (out, to) => {
    writeFifths(out, to)
    writeNibbles(out, to + 4)
  }),
  Q4_0: scaled(gridOf(integers(-8, 7), 0, 2), 18, writeNibbles),
  Q4_1: line,
  IQ4_NL: scaled(gridOf(unequal, 0, 64), 18, writeNibbles),
  MXFP4: power
}
