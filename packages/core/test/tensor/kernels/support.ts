import { codeBytes } from '@slimbed/core'
import fc from 'fast-check'
import { expect } from 'vitest'
import { generator } from '../../../../runtime/test/sample.js'
import { compiledKernels } from '../../../src/tensor/kernels/instance.js'

/** Some quantized rows: grids of every layout, among them scales of 0, and values around and beyond what they cover. */
export interface Sample {
  readonly rows: number
  readonly row: number
  readonly grids: { dim: number; bits: number; groupSize: number; scale: Float32Array; zero: number | Float32Array }
  readonly values: Float32Array
}

const shapes = fc.record({
  rows: fc.integer({ min: 0, max: 5 }),
  row: fc.nat(2),
  dim: fc.integer({ min: 1, max: 41 }),
  bits: fc.integer({ min: 1, max: 16 }),
  groupSize: fc.integer({ min: 1, max: 41 }),
  shared: fc.boolean(),
  affine: fc.boolean(),
  exponent: fc.integer({ min: -140, max: 100 }),
  seed: fc.integer()
})

export const samples: fc.Arbitrary<Sample> = shapes.map(
  ({ rows, row, dim, bits, shared, affine, exponent, seed, ...given }) => {
    const random = generator(seed)
    const groupSize = Math.min(given.groupSize, dim)
    const groups = Math.ceil(dim / groupSize)
    const top = 2 ** bits - 1
    const count = (shared ? 1 : row + rows) * groups
    const scale = Float32Array.from({ length: count }, () =>
      random() < 0.1 ? 0 : 2 ** exponent * (1 + Math.floor(random() * 3))
    )
    const zero = affine ? Float32Array.from({ length: count }, () => top * (random() * 1.5 - 0.25)) : top / 2
    // Quarters of a step: many lie halfway between two codes.
    const values = Float32Array.from(
      { length: rows * dim },
      () => (Math.floor((random() - 0.5) * 5 * (top + 1)) / 4) * 2 ** exponent
    )
    return { rows, row, grids: { dim, bits, groupSize, scale, zero }, values }
  }
)

/** Where the grid of a value lies. */
export function gridAt({ row, grids }: Sample, at: number): { scale: number; zero: number } {
  const { dim, groupSize, scale, zero } = grids
  const groups = Math.ceil(dim / groupSize)
  const shared = scale.length === groups
  const index = (shared ? 0 : row + Math.floor(at / dim)) * groups + Math.floor((at % dim) / groupSize)
  return { scale: scale[index], zero: typeof zero === 'number' ? zero : zero[index] }
}

/** Room for the codes of a sample. */
export const codesOf = ({ rows, row, grids }: Sample): Uint8Array =>
  new Uint8Array((row + rows) * codeBytes(grids.dim, grids.bits))

/** Fails where the compiled kernels do not run: what follows would compare JavaScript with itself. */
export const expectCompiled = () => expect(compiledKernels()).toBeDefined()

/** The bits of numbers: NaN equals itself, 0 does not equal −0. */
export const bitsOf = ({ buffer, byteOffset, byteLength }: Float32Array | Float64Array): Uint8Array =>
  new Uint8Array(buffer, byteOffset, byteLength)
