/** @import { Fill } from '../jobs/stored-input.js' */
/** @import { EightBitFloats } from './eight-bits.js' */
import { compiledKernels, forBlocks, reserve } from './instance.js'

// Plain JavaScript, as what it builds on: threads run it too, from the sources and from the build.

/** The largest integer of 16 bits. */
const most = 2 ** 15 - 1

/** Bytes of the numbers `2^max(0, e − 1)` for exponents e from 0 to 15: the lower ones, then the upper ones. */
const powers = Uint8Array.from({ length: 32 }, (_, i) => (2 ** Math.max(0, (i % 16) - 1)) >> (i < 16 ? 0 : 8))

/**
 * Writes the upper triangle of `Σ x xᵀ` over rows of floats of 8 bits to `part`, exact where no sum is above 2^53 times the square of the least
 * value. The kernels must run, and `dim` be a multiple of 16. False where a value is too large, or is none: what `part` holds then does not count.
 * @param {{ readonly rows: number, readonly fill: Fill, readonly type: EightBitFloats }} given
 * @param {number} dim
 * @param {Float64Array} part `dim × dim`; below the triangle it gets other numbers
 */
export function gramOfEightBits({ rows, fill, type }, dim, part) {
  const kernels = compiledKernels()
  if (!kernels) throw new Error('the compiled kernels do not run here')
  const { fraction, bias, values } = type
  const unit = 2 ** (1 - bias - fraction)
  const limit = values.findIndex((value) => !(value <= most * unit)) - 1
  const { memory } = kernels
  const size = dim * dim
  /** The first places, which are the same for blocks of any size. @param {number} count */
  const placesFor = (count) =>
    /** @type {[number, number, number, number]} */ (reserve(kernels, size * 8, 32, 256 * dim, count * dim))
  const [sums, bytes, pairs] = placesFor(0)
  new Float64Array(memory.buffer, sums, size).fill(0)
  new Uint8Array(memory.buffer, bytes, 32).set(powers)
  let done = true
  forBlocks(rows, dim, (start, count) => {
    if (!done) return
    const x = placesFor(count)[3]
    fill(new Uint8Array(memory.buffer, x, count * dim), start * dim)
    done = kernels.gramEightBits(x, count, dim, fraction, limit, bytes, pairs, sums) !== 0
  })
  part.set(new Float64Array(memory.buffer, sums, size))
  for (let i = 0; i < size; i++) part[i] *= unit * unit
  return done
}
