import { type Context, type Matrix, SlimbedError, type Table } from '@slimbed/core'
import { toBfloat16, toFloat16 } from '@slimbed/core/numbers'
import { halvesOf } from '@slimbed/core/quantize'

const formats = {
  f16: {
    dtype: 'F16',
    convert: toFloat16,
    infinity: 0x7c00,
    largest: 65504,
    name: 'float16',
    advice: 'use format=bf16'
  },
  bf16: {
    dtype: 'BF16',
    convert: toBfloat16,
    infinity: 0x7f80,
    largest: 3.3895313892515355e38,
    name: 'bfloat16',
    advice: 'scale the table down'
  }
} as const

/** The position of the first number whose bits, without the sign, are `infinity` or more; −1 if there is none. */
function firstInfinite(bits: Uint16Array, infinity: number): number {
  for (let i = 0; i < bits.length; i++) if ((bits[i] & 0x7fff) >= infinity) return i
  return -1
}

/**
 * A dense table of half floats, each the nearest to its value, half to even, computed as they are asked for.
 *
 * Its passes reject with `bad-input` for a value that is not finite or too large for the format.
 */
export function halfFloats(matrix: Matrix, format: keyof typeof formats, { progress, signal }: Context): Table {
  const { dim } = matrix
  const { dtype, convert, infinity, largest, name, advice } = formats[format]
  return halvesOf(matrix, {
    dtype,
    progress,
    signal,
    convert(block, start) {
      const halves = convert(block)
      const bad = firstInfinite(halves, infinity)
      if (bad < 0) return halves
      const value = block[bad]
      const where = `fixedpoint: row ${start + Math.floor(bad / dim)}, column ${bad % dim} is ${value}`
      const problem = Number.isFinite(value)
        ? `${name} holds at most ${largest}; ${advice}`
        : 'a finite number was expected'
      throw new SlimbedError('bad-input', `${where}: ${problem}`)
    }
  })
}
