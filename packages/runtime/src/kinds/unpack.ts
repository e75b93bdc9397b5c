/** Bytes of one row of `dim` codes of `bits` bits: rows begin on a byte. */
export const codeBytes = (dim: number, bits: number): number => Math.ceil((dim * bits) / 8)

/** Writes `values[code]` for each of the `dim` codes that begin at byte `at` of `codes` to `out[0 .. dim)`; from 9 bits on, the codes. */
export type Unpack = (codes: Uint8Array, at: number, dim: number, out: Float32Array, values: Float32Array) => void

const one: Unpack = (codes, at, dim, out, values) => {
  const whole = dim & ~7
  let j = 0
  while (j < whole) {
    const byte = codes[at++]
    out[j] = values[byte & 1]
    out[j + 1] = values[(byte >> 1) & 1]
    out[j + 2] = values[(byte >> 2) & 1]
    out[j + 3] = values[(byte >> 3) & 1]
    out[j + 4] = values[(byte >> 4) & 1]
    out[j + 5] = values[(byte >> 5) & 1]
    out[j + 6] = values[(byte >> 6) & 1]
    out[j + 7] = values[byte >> 7]
    j += 8
  }
  for (let byte = codes[at]; j < dim; j++, byte >>= 1) out[j] = values[byte & 1]
}

const two: Unpack = (codes, at, dim, out, values) => {
  const whole = dim & ~3
  let j = 0
  while (j < whole) {
    const byte = codes[at++]
    out[j] = values[byte & 3]
    out[j + 1] = values[(byte >> 2) & 3]
    out[j + 2] = values[(byte >> 4) & 3]
    out[j + 3] = values[byte >> 6]
    j += 4
  }
  for (let byte = codes[at]; j < dim; j++, byte >>= 2) out[j] = values[byte & 3]
}

const four: Unpack = (codes, at, dim, out, values) => {
  const whole = dim & ~1
  let j = 0
  while (j < whole) {
    const byte = codes[at++]
    out[j] = values[byte & 15]
    out[j + 1] = values[byte >> 4]
    j += 2
  }
  if (j < dim) out[j] = values[codes[at] & 15]
}

const eight: Unpack = (codes, at, dim, out, values) => {
  for (let j = 0; j < dim; j++) out[j] = values[codes[at + j]]
}

const stream =
  (bits: number): Unpack =>
  (codes, at, dim, out, values) => {
    const mask = (1 << bits) - 1
    const wide = bits > 8
    let held = 0
    let count = 0
    for (let j = 0; j < dim; j++) {
      while (count < bits) {
        held |= codes[at++] << count
        count += 8
      }
      out[j] = wide ? held & mask : values[held & mask]
      held >>= bits
      count -= bits
    }
  }

const special: Readonly<Record<number, Unpack>> = { 1: one, 2: two, 4: four, 8: eight }

/** The decoder of codes of `bits` bits. */
export const unpackOf = (bits: number): Unpack => special[bits] ?? stream(bits)

/** The codes themselves as values, which the caller scales. */
export const ownValues = (bits: number): Float32Array => new Float32Array(bits > 8 ? 0 : 2 ** bits).map((_, i) => i)

/** Writes the values of all codes of one grid, `(code − zero) · scale`, to `values`. */
export function fillValues(values: Float32Array, scale: number, zero: number): void {
  for (let code = 0; code < values.length; code++) values[code] = (code - zero) * scale
}

/** Writes the values of the codes of columns `from .. to`, one grid and a byte each, of the row that begins at byte `at`. */
export function scaleBytes(
  codes: Uint8Array,
  at: number,
  from: number,
  to: number,
  scale: number,
  zero: number,
  out: Float32Array
): void {
  for (let j = from, i = at + from; j < to; j++, i++) out[j] = (codes[i] - zero) * scale
}
