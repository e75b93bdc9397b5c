import fc from 'fast-check'
import { expect, it } from 'vitest'
import type { Dense, Matrix, TensorAdapter } from '../../../src/index.js'
import { everyRow } from '../every-row.js'
import { matrixOf, product, randomDense, transpose } from '../reference.js'
import { few, onEachEngine, shape, streamed } from './support.js'

/** The sums of a matrix compared with what a basis keeps of it. */
async function sumsOf(tensor: TensorAdapter, a: Dense, basis: Dense): Promise<Float64Array> {
  const sums = new Float64Array(5 * a.rows)
  const matrix = matrixOf(a)
  const left = await tensor.project(matrix, basis)
  await tensor.compareProduct(
    matrix,
    left,
    basis,
    everyRow((start, found) => sums.set(found, 5 * start))
  )
  return sums
}

onEachEngine((engine) => {
  it('compares a matrix with a product, in order, row by row', async () => {
    const check = fc.asyncProperty(shape, fc.integer({ min: 1, max: 9 }), async ({ rows, dim, seed }, rank) => {
      const [a, left, right] = [randomDense(rows, dim, seed), randomDense(rows, rank, ~seed), randomDense(rank, dim, 7)]
      const made = product(left, right)
      let next = 0
      await engine.tensor.compareProduct(
        matrixOf(a),
        matrixOf(left),
        right,
        everyRow((start, sums) => {
          expect(start).toBe(next)
          for (let at = 0; at < sums.length; at += 5, next++) {
            const [x, y] = [a.data, made].map((data) => data.slice(next * dim, (next + 1) * dim))
            const sum = (of: (i: number) => number) => Array.from(x, (_, i) => of(i)).reduce((p, q) => p + q, 0)
            const expected = [
              sum((i) => x[i] ** 2),
              sum((i) => y[i] ** 2),
              sum((i) => x[i] * y[i]),
              sum((i) => (x[i] - y[i]) ** 2),
              Math.max(...Array.from(x, (value, i) => Math.abs(value - y[i])))
            ]
            expected.forEach((value, i) => {
              expect(sums[at + i] - value).toBeCloseTo(0, 3)
            })
          }
        })
      )
      expect(next).toBe(rows)
    })
    await fc.assert(check, few)
    const wrong = engine.tensor.compareProduct(streamed(4, 3), streamed(4, 2), randomDense(1, 3, 1), everyRow())
    await expect(wrong).rejects.toThrow('cannot compare 4 × 3 with the product of 4 × 2 by 1 × 3 of 3 values')
  })

  it('comparing with an orthonormal projection: norms tell what comparing rows does', async () => {
    const { q } = await engine.tensor.qr(randomDense(24, 6, 3))
    const basis = { rows: 6, dim: 24, data: Float32Array.from(transpose(q).data) }
    const a = randomDense(3000, 24, 9)
    const [sums, kept] = [await sumsOf(engine.tensor, a, basis), new Float64Array(5 * a.rows)]
    const matrix = matrixOf(a)
    const left = await engine.tensor.project(matrix, basis)
    await left.read(0, 1)
    await engine.tensor.compareProduct(
      matrix,
      left,
      basis,
      everyRow((start, found) => kept.set(found, 5 * start))
    )
    for (let at = 0; at < sums.length; at += 5) {
      for (let k = 0; k < 4; k++) expect(Math.abs(sums[at + k] - kept[at + k])).toBeLessThan(1e-6 * kept[at])
      expect(sums[at + 4]).toBeNaN()
    }
    // Where next to nothing is lost, rows are compared after all, and to the bit.
    const inside = { rows: 500, dim: 24, data: Float32Array.from(product(randomDense(500, 6, 4), basis)) }
    const small = await sumsOf(engine.tensor, inside, basis)
    expect(small.every((value, i) => i % 5 !== 4 || value < 1e-6)).toBe(true)
    // A basis that is not orthonormal is not taken for one.
    const skewed = { ...basis, data: basis.data.map((x, i) => (i < 24 ? 1.01 * x : x)) }
    expect((await sumsOf(engine.tensor, a, skewed)).every(Number.isFinite)).toBe(true)
  })

  it('what is computed of a projection while it is compared can be had as it comes', async () => {
    const [source, basis] = [streamed(20_011, 33), randomDense(5, 33, 3)]
    const rows: number[] = []
    const left = await engine.tensor.project(source, basis)
    const keep = async (some: Float32Array) => {
      await Promise.resolve()
      rows.push(...some)
    }
    await engine.tensor.compareProduct(source, left, basis, everyRow(), { keep })
    const whole = await (await engine.tensor.project(source, basis)).read(0, 20_011)
    expect(rows.length === whole.length && rows.every((value, i) => value === whole[i])).toBe(true)
    const full = async () => {
      throw new Error('no room')
    }
    const other = await engine.tensor.project(source, basis)
    await expect(engine.tensor.compareProduct(source, other, basis, everyRow(), { keep: full })).rejects.toThrow(
      'no room'
    )
  })

  it('comparing with a projection computes it by the way, to the same bytes', async () => {
    const [source, basis] = [streamed(20_011, 33), randomDense(5, 33, 3)]
    const compared = async (held: boolean) => {
      const left = await engine.tensor.project(source, basis)
      if (held) await left.read(0, 1)
      const sums: number[] = []
      await engine.tensor.compareProduct(
        source,
        left,
        basis,
        everyRow((_, found) => sums.push(...found))
      )
      return [sums, [...(await left.read(0, 20_011))]]
    }
    const [by, after] = [await compared(false), await compared(true)]
    expect(by).toEqual(after)
    expect(by[0]).toHaveLength(5 * 20_011)
    // What is no projection of this matrix is not taken for one.
    const other = await engine.tensor.project(streamed(20_011, 33), basis)
    const sums: number[] = []
    await engine.tensor.compareProduct(
      source,
      other,
      basis,
      everyRow((_, found) => sums.push(...found))
    )
    expect(sums).toEqual(by[0])
  })

  it('comparing with a projection that is too large to be held', async () => {
    const rows = 40_000_000
    let reads = 0
    const source: Matrix = {
      rows,
      dim: 2,
      async read(start, count) {
        if (++reads > 40) throw new Error('far enough')
        return Float32Array.from({ length: 2 * count }, (_, i) => ((2 * start + i) % 5) - 2)
      }
    }
    const basis = { rows: 2, dim: 2, data: Float32Array.of(1, 0, 0, 1) }
    const left = await engine.tensor.project(source, basis)
    let seen = 0
    const visit = (start: number, sums: Float64Array) => {
      seen = start + sums.length / 5
      for (let at = 0; at < sums.length; at += 5) expect(sums[at + 3]).toBe(0)
    }
    await expect(engine.tensor.compareProduct(source, left, basis, everyRow(visit))).rejects.toThrow('far enough')
    expect(seen).toBeGreaterThan(10_000)
  })
})
