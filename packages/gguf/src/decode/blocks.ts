import { type Decode, halfFloats } from './plain.js'

// Blocks of 32 values. The first 16 are in the lower halves of the bytes of codes, the others in the upper ones. Products and sums are
// rounded to float32 one by one, as gguf-py rounds them.

/** The levels of `IQ4_NL`, by code. */
export const nonlinear = Int8Array.of(-127, -104, -83, -65, -49, -35, -22, -10, 1, 13, 25, 38, 53, 69, 89, 113)

/** The levels of `MXFP4` (E2M1 of OCP Microscaling Formats 1.0), twice their size, by code. */
export const fp4 = Int8Array.of(0, 1, 2, 3, 4, 6, 8, 12, 0, -1, -2, -3, -4, -6, -8, -12)

const half = (bytes: Uint8Array, at: number) => halfFloats()[bytes[at] | (bytes[at + 1] << 8)]

/** Float16 scale, 32 bytes with a sign. */
export const decodeQ8_0: Decode = (bytes, out) => {
  for (let at = 0, i = 0; at < bytes.length; at += 34) {
    const scale = half(bytes, at)
    for (let j = 2; j < 34; j++) out[i++] = ((bytes[at + j] << 24) >> 24) * scale
  }
}

/** `levels` of 4-bit codes, times a scale. */
function decodeLevels(
  bytes: Uint8Array,
  at: number,
  levels: Int8Array,
  scale: number,
  out: Float32Array,
  i: number
): void {
  for (let j = 0; j < 16; j++) {
    const codes = bytes[at + j]
    out[i + j] = levels[codes & 15] * scale
    out[i + 16 + j] = levels[codes >> 4] * scale
  }
}

const centred = Int8Array.from({ length: 16 }, (_, code) => code - 8)

/** Float16 scale, 4-bit codes. */
export const decodeQ4_0: Decode = (bytes, out) => {
  for (let at = 0, i = 0; at < bytes.length; at += 18, i += 32) {
    decodeLevels(bytes, at + 2, centred, half(bytes, at), out, i)
  }
}

/** Float16 scale, 4-bit codes of unequally spaced levels. */
export const decodeIQ4_NL: Decode = (bytes, out) => {
  for (let at = 0, i = 0; at < bytes.length; at += 18, i += 32) {
    decodeLevels(bytes, at + 2, nonlinear, half(bytes, at), out, i)
  }
}

/** A power of two as scale, 4-bit floating-point codes. */
export const decodeMXFP4: Decode = (bytes, out) => {
  // Half of 2^(exponent − 127), since the levels are doubled.
  for (let at = 0, i = 0; at < bytes.length; at += 17, i += 32) {
    decodeLevels(bytes, at + 1, fp4, 2 ** (bytes[at] - 128), out, i)
  }
}

/** Float16 scale and minimum, 4-bit codes. */
export const decodeQ4_1: Decode = (bytes, out) => {
  for (let at = 0, i = 0; at < bytes.length; at += 20, i += 32) {
    const [scale, least] = [half(bytes, at), half(bytes, at + 2)]
    for (let j = 0; j < 16; j++) {
      const codes = bytes[at + 4 + j]
      out[i + j] = Math.fround((codes & 15) * scale) + least
      out[i + 16 + j] = Math.fround((codes >> 4) * scale) + least
    }
  }
}

/** The fifth bits of 32 codes. */
const upper = (bytes: Uint8Array, at: number) =>
  bytes[at] | (bytes[at + 1] << 8) | (bytes[at + 2] << 16) | (bytes[at + 3] << 24)

/** Float16 scale, 5-bit codes: the fifth bits come first. */
export const decodeQ5_0: Decode = (bytes, out) => {
  for (let at = 0, i = 0; at < bytes.length; at += 22, i += 32) {
    const scale = half(bytes, at)
    const high = upper(bytes, at + 2)
    for (let j = 0; j < 16; j++) {
      const codes = bytes[at + 6 + j]
      out[i + j] = (((codes & 15) | (((high >>> j) & 1) << 4)) - 16) * scale
      out[i + 16 + j] = (((codes >> 4) | (((high >>> (j + 16)) & 1) << 4)) - 16) * scale
    }
  }
}

/** Float16 scale and minimum, 5-bit codes. */
export const decodeQ5_1: Decode = (bytes, out) => {
  for (let at = 0, i = 0; at < bytes.length; at += 24, i += 32) {
    const [scale, least] = [half(bytes, at), half(bytes, at + 2)]
    const high = upper(bytes, at + 4)
    for (let j = 0; j < 16; j++) {
      const codes = bytes[at + 8 + j]
      out[i + j] = Math.fround(((codes & 15) | (((high >>> j) & 1) << 4)) * scale) + least
      out[i + 16 + j] = Math.fround(((codes >> 4) | (((high >>> (j + 16)) & 1) << 4)) * scale) + least
    }
  }
}
