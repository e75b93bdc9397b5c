import { compiledKernels, forBlocks, reserve } from './instance.js'

/** A type of floats of 8 bits: a sign, an exponent whose bias is odd, and a fraction. */
export interface EightBitFloats {
  /** Bits of the fraction: 1 to 3. */
  readonly fraction: number
  readonly bias: number
  /** The code of positive infinity; 128 where there is none. */
  readonly infinity: number
  /** The first code of those from 0 to 127 that are no numbers. */
  readonly nan: number
  /** The value of each of the 256 codes. */
  readonly values: Float32Array
}

/** `eightBitFloats`, in JavaScript. */
export function plainEightBitFloats(codes: Uint8Array, values: Float32Array, out: Float32Array): void {
  for (let i = 0; i < codes.length; i++) out[i] = values[codes[i]]
}

/** Codes from which on the kernel is worth its call. */
const many = 512

/** Writes the values of codes of floats of 8 bits to `out`, which has as many places. */
export function eightBitFloats(codes: Uint8Array, type: EightBitFloats, out: Float32Array): void {
  const { fraction, bias, infinity, nan, values } = type
  const kernels = codes.length < many ? undefined : compiledKernels()
  if (!kernels) {
    plainEightBitFloats(codes, values, out)
    return
  }
  const bits = new Uint32Array(values.buffer, values.byteOffset, 16)
  forBlocks(codes.length, 1, (start, count) => {
    const room = Math.ceil(count / 16) * 16
    const [x, upper, lower, floats] = reserve(kernels, room, 16, 16, room * 4) as [number, number, number, number]
    const { buffer } = kernels.memory
    new Uint8Array(buffer, x, count).set(codes.subarray(start, start + count))
    new Uint8Array(buffer, upper, 16).set(bits.map((word) => word >>> 24))
    new Uint8Array(buffer, lower, 16).set(bits.map((word) => (word >>> 16) & 0xff))
    kernels.eightBits(x, count, fraction, bias, infinity, nan, upper, lower, floats)
    out.set(new Float32Array(buffer, floats, count), start)
  })
}
