import { type Decode, halfFloats } from './plain.js'

// Blocks of 256 values, in parts that have scales of their own, which are codes too ("K-quants" of llama.cpp). Rounded as gguf-py rounds.

const { fround } = Math
const half = (bytes: Uint8Array, at: number) => halfFloats()[bytes[at] | (bytes[at + 1] << 8)]

/** The 6-bit scale and minimum of part `part`, 0 to 7, of the 12 bytes at `at`. */
function scaleOf(bytes: Uint8Array, at: number, part: number): number {
  if (part < 4) return bytes[at + part] & 63
  return (bytes[at + part + 4] & 15) | ((bytes[at + part - 4] >> 2) & 48)
}

function leastOf(bytes: Uint8Array, at: number, part: number): number {
  if (part < 4) return bytes[at + part + 4] & 63
  return (bytes[at + part + 4] >> 4) | ((bytes[at + part] >> 2) & 48)
}

/** Scale and minimum in float16, those of eight parts of 32 values, 4-bit codes; `high` is where their fifth bits are, if they have any. */
function decodeParts(
  bytes: Uint8Array,
  at: number,
  codes: number,
  high: number,
  out: Float32Array,
  from: number
): void {
  const [scale, least] = [half(bytes, at), half(bytes, at + 2)]
  for (let part = 0, i = from; part < 8; part++, i += 32) {
    const own = fround(scale * scaleOf(bytes, at + 4, part))
    const offset = fround(least * leastOf(bytes, at + 4, part))
    const start = codes + (part >> 1) * 32
    const shift = (part & 1) * 4
    for (let j = 0; j < 32; j++) {
      const fifth = high < 0 ? 0 : ((bytes[high + j] >> part) & 1) << 4
      out[i + j] = fround(own * (((bytes[start + j] >> shift) & 15) | fifth)) - offset
    }
  }
}

/** 4 bits a code. */
export const decodeQ4_K: Decode = (bytes, out) => {
  for (let at = 0, i = 0; at < bytes.length; at += 144, i += 256) decodeParts(bytes, at, at + 16, -1, out, i)
}

/** 5 bits a code. */
export const decodeQ5_K: Decode = (bytes, out) => {
  for (let at = 0, i = 0; at < bytes.length; at += 176, i += 256) decodeParts(bytes, at, at + 48, at + 16, out, i)
}

/** 6 bits a code: 128 bytes of lower bits, 64 of upper ones, scales of 16 parts of 16 values with a sign, a float16 scale. */
export const decodeQ6_K: Decode = (bytes, out) => {
  for (let at = 0, i = 0; at < bytes.length; at += 210, i += 256) {
    const scale = half(bytes, at + 208)
    for (let j = 0; j < 256; j++) {
      // Of 128 values, the codes of each 32 are in other bits of the same bytes.
      const [stretch, within, column] = [j >> 7, (j >> 5) & 3, j & 31]
      const low = (bytes[at + stretch * 64 + (within & 1) * 32 + column] >> ((within >> 1) * 4)) & 15
      const high = (bytes[at + 128 + stretch * 32 + column] >> (within * 2)) & 3
      const own = fround(scale * ((bytes[at + 192 + (j >> 4)] << 24) >> 24))
      out[i + j] = own * ((low | (high << 4)) - 32)
    }
  }
}
