/** Bytes of one row of `dim` codes of `bits` bits: rows begin on a byte. */
export const codeBytes = (dim: number, bits: number): number => Math.ceil((dim * bits) / 8)

/** Writes the `dim` codes that begin at byte `at` of `codes` to `out[0 .. dim)`. */
export type Unpack = (codes: Uint8Array, at: number, dim: number, out: Float32Array) => void

const one: Unpack = (codes, at, dim, out) => {
  const whole = dim & ~7
  let j = 0
  while (j < whole) {
    const byte = codes[at++]!
    out[j] = byte & 1
    out[j + 1] = (byte >> 1) & 1
    out[j + 2] = (byte >> 2) & 1
    out[j + 3] = (byte >> 3) & 1
    out[j + 4] = (byte >> 4) & 1
    out[j + 5] = (byte >> 5) & 1
    out[j + 6] = (byte >> 6) & 1
    out[j + 7] = byte >> 7
    j += 8
  }
  for (let byte = codes[at]!; j < dim; j++, byte >>= 1) out[j] = byte & 1
}

const two: Unpack = (codes, at, dim, out) => {
  const whole = dim & ~3
  let j = 0
  while (j < whole) {
    const byte = codes[at++]!
    out[j] = byte & 3
    out[j + 1] = (byte >> 2) & 3
    out[j + 2] = (byte >> 4) & 3
    out[j + 3] = byte >> 6
    j += 4
  }
  for (let byte = codes[at]!; j < dim; j++, byte >>= 2) out[j] = byte & 3
}

const four: Unpack = (codes, at, dim, out) => {
  const whole = dim & ~1
  let j = 0
  while (j < whole) {
    const byte = codes[at++]!
    out[j] = byte & 15
    out[j + 1] = byte >> 4
    j += 2
  }
  if (j < dim) out[j] = codes[at]! & 15
}

const eight: Unpack = (codes, at, dim, out) => {
  for (let j = 0; j < dim; j++) out[j] = codes[at + j]!
}

const sixteen: Unpack = (codes, at, dim, out) => {
  for (let j = 0; j < dim; j++, at += 2) out[j] = codes[at]! | (codes[at + 1]! << 8)
}

const stream =
  (bits: number): Unpack =>
  (codes, at, dim, out) => {
    const mask = (1 << bits) - 1
    let held = 0
    let count = 0
    for (let j = 0; j < dim; j++) {
      while (count < bits) {
        held |= codes[at++]! << count
        count += 8
      }
      out[j] = held & mask
      held >>= bits
      count -= bits
    }
  }

const special: Readonly<Record<number, Unpack>> = { 1: one, 2: two, 4: four, 8: eight, 16: sixteen }

/** The decoder of codes of `bits` bits. Codes are exact in float32. */
export const unpackOf = (bits: number): Unpack => special[bits] ?? stream(bits)
