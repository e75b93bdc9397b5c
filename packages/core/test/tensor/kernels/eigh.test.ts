import fc from 'fast-check'
import { expect, test } from 'vitest'
import { plainBackTransform, updateAndMultiply } from '../../../src/tensor/eigen/tridiagonal.js'
import { countAbove, orthogonalize } from '../../../src/tensor/eigen/tridiagonal-eigh.js'
import { place } from '../../../src/tensor/kernels/place-floats.js'
import { uniform } from '../reference.js'
import { bitsOf } from './support.js'

const shape = fc.record({ dim: fc.integer({ min: 1, max: 30 }), count: fc.nat(9), seed: fc.integer() })

/** What a kernel makes of arrays, which it may change. */
function inKernels(
  arrays: readonly Float64Array[],
  run: (kernels: NonNullable<ReturnType<typeof place>>['kernels'], places: number[]) => unknown
) {
  const placed = place(...arrays)
  expect(placed).toBeDefined()
  const found = run(placed!.kernels, [...placed!.places])
  return { found, arrays: placed!.arrays.map((array) => bitsOf(array.slice())) }
}

const values = (size: number, seed: number) => Float64Array.from({ length: size }, uniform(seed))

test('the loops of the eigenproblem give the same bits in JavaScript', () => {
  const property = fc.property(shape, ({ dim, count, seed }) => {
    const from = Math.abs(seed) % dim
    const vectors = [1, 2, 3, 4].map((k) => values(dim, seed + k))
    const [v, w, x, y] = vectors as [Float64Array, Float64Array, Float64Array, Float64Array]
    const a = values(dim * dim, seed)

    const updated = inKernels([a, v, w, x, y], (kernels, [pa, pv, pw, px, py]) =>
      kernels.updateAndMultiply(pa, dim, from, pv, pw, px, py)
    )
    const own = [a.slice(), v, w, x, y.slice()] as const
    updateAndMultiply(...own, dim, from)
    expect(updated.arrays).toEqual(own.map(bitsOf))

    const rows = values(count * dim, seed + 5)
    const back = inKernels([a, v, rows], (kernels, [pa, pv, pr]) => kernels.backTransform(pa, pv, dim, pr, count))
    const turned = rows.slice()
    plainBackTransform({ dim, reflections: a, factors: v, diagonal: w, beside: x }, turned, count)
    expect(back.arrays[2]).toEqual(bitsOf(turned))

    const taken = inKernels([rows, x], (kernels, [pr, px]) => kernels.orthogonalize(pr, count, px, dim))
    const rest = x.slice()
    orthogonalize(rows, count, rest)
    expect(taken.arrays[1]).toEqual(bitsOf(rest))

    const value = (seed % 100) / 50
    const { found } = inKernels([v, w], (kernels, [pv, pw]) => kernels.countAbove(pv, pw, dim, value, 1e-200))
    expect(found).toBe(countAbove({ dim, diagonal: v, beside: w }, value, 1e-200))
  })
  fc.assert(property, { numRuns: 300 })
})

test('large arrays stay out of the kernels, whose memory would never shrink', () => {
  expect(place(new Float64Array(2 ** 25 + 1))).toBeUndefined()
})
