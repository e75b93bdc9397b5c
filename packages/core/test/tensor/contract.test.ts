import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  codeBytes,
  createTensor,
  type Dense,
  encodeRows,
  type Matrix,
  quantized,
  type TensorAdapter,
  type VisitCodes
} from '../../src/index.js'
import { compareRows } from '../../src/tensor/kernels/compare.js'
import { presentBackends } from './present.js'
import { gramOf, matrixOf, product, randomDense, relative, transpose, uniform } from './reference.js'

const { present, absent } = await presentBackends()

const seed = fc.integer({ min: 0, max: 2 ** 31 })
const shape = fc.record({ rows: fc.integer({ min: 0, max: 90 }), dim: fc.integer({ min: 1, max: 40 }), seed })
const few = { numRuns: 25 }

/** Rows that are made as they are read, as of a file. */
const streamed = (rows: number, dim: number, delay = 0): Matrix => ({
  rows,
  dim,
  async read(start, count) {
    if (delay > 0) await new Promise((done) => setTimeout(done, delay))
    const out = new Float32Array(count * dim)
    for (let i = 0; i < out.length; i++) out[i] = Math.fround(Math.sin((start * dim + i) * 0.7))
    return out
  }
})

/** The sums of a matrix compared with what a basis keeps of it. */
async function sumsOf(tensor: TensorAdapter, a: Dense, basis: Dense): Promise<Float64Array> {
  const sums = new Float64Array(5 * a.rows)
  const matrix = matrixOf(a)
  const left = await tensor.project(matrix, basis)
  await tensor.compareProduct(matrix, left, basis, (start, found) => sums.set(found, 5 * start))
  return sums
}

it.each(absent)('%s is absent, its contract is not checked: %s', (backend) => {
  expect(present).not.toContain(backend)
})

it('wasm and cpu are always there', () => {
  expect(present).toEqual(expect.arrayContaining(['wasm', 'cpu']))
})

describe.each(present)('%s', (backend) => {
  let tensor: TensorAdapter
  beforeAll(async () => {
    tensor = await createTensor({ backend })
  })
  afterAll(() => tensor.close())

  it('says what it is', () => {
    expect(tensor.backend).toBe(backend)
    expect(tensor.threads).toBeGreaterThan(0)
  })

  it('gram is Σ xxᵀ', async () => {
    const check = fc.asyncProperty(shape, async ({ rows, dim, seed }) => {
      const a = randomDense(rows, dim, seed)
      const [sum] = await tensor.gram(matrixOf(a))
      expect(relative(sum, gramOf(a))).toBeLessThan(2e-6)
    })
    await fc.assert(check, few)
  })

  it('gram weighs rows and splits them in groups', async () => {
    const check = fc.asyncProperty(shape, fc.integer({ min: 1, max: 5 }), async ({ rows, dim, seed }, count) => {
      const a = randomDense(rows, dim, seed)
      const next = uniform(seed + 1)
      const weights = Float32Array.from({ length: rows }, () => Math.max(0, 100 * next()))
      const ids = Uint8Array.from({ length: rows }, () => Math.floor(((next() + 1) / 2) * count))
      const sums = await tensor.gram(matrixOf(a), { weights, groups: { ids, count } })
      expect(sums.length).toBe(count)
      for (const [group, sum] of sums.entries()) {
        expect(
          relative(
            sum,
            gramOf(a, weights, (row) => ids[row] === group)
          )
        ).toBeLessThan(2e-6)
      }
    })
    await fc.assert(check, few)
  })

  it('gram of many blocks keeps float64 sums, is exactly symmetric and reports progress', async () => {
    const a = randomDense(9001, 7, 3)
    const reports: number[] = []
    const progress = (done: number, total: number) => {
      expect(total).toBe(9001)
      reports.push(done)
    }
    const [sum] = await tensor.gram(matrixOf(a), { progress })
    expect(relative(sum, gramOf(a))).toBeLessThan(1e-6)
    expect(sum).toEqual(transpose({ rows: 7, dim: 7, data: sum }).data)
    expect(reports.at(-1)).toBe(9001)
    expect(reports).toEqual(reports.toSorted((x, y) => x - y))
  })

  it('gram refuses what does not fit', async () => {
    const a = matrixOf(randomDense(3, 2, 1))
    const weights = (values: number[]) => tensor.gram(a, { weights: Float32Array.from(values) })
    await expect(weights([1, 2])).rejects.toThrow('expected 3 weights, one for each row, not 2')
    await expect(weights([1, -2, 0])).rejects.toThrow('weight 1 is -2')
    await expect(weights([1, 2, Number.NaN])).rejects.toThrow('weight 2 is NaN')
    await expect(tensor.gram(a, { groups: { ids: [0, 2, 0], count: 2 } })).rejects.toThrow('row 1 is in group 2')
    const short: Matrix = { rows: 3, dim: 2, read: async () => new Float32Array(4) }
    await expect(tensor.gram(short)).rejects.toThrow('rows 0 to 3: expected 6 values, the matrix gave 4')
  })

  it('project is matrix · basisᵀ', async () => {
    const check = fc.asyncProperty(shape, fc.integer({ min: 0, max: 12 }), async ({ rows, dim, seed }, rank) => {
      const a = randomDense(rows, dim, seed)
      const basis = randomDense(rank, dim, seed + 1)
      const projected = await tensor.project(matrixOf(a), basis)
      expect([projected.rows, projected.dim]).toEqual([rows, rank])
      expect(relative(await projected.read(0, rows), product(a, transpose(basis)))).toBeLessThan(1e-5)
    })
    await fc.assert(check, few)
  })

  it('project adds offsets, and refuses those that do not fit', async () => {
    const [a, basis] = [randomDense(70, 9, 5), randomDense(4, 9, 6)]
    const offsets = Float32Array.of(1, -2, 3, 0)
    const plain = await (await tensor.project(matrixOf(a), basis)).read(0, 70)
    const moved = await tensor.project(matrixOf(a), basis, { offsets })
    const sums: number[] = []
    await tensor.compareProduct(matrixOf(a), moved, basis, (_, found) => sums.push(...found))
    expect(await moved.read(0, 70)).toEqual(plain.map((value, i) => value + offsets[i % 4]))
    expect(sums).toHaveLength(350)
    await expect(tensor.project(matrixOf(a), basis, { offsets: offsets.subarray(1) })).rejects.toThrow(
      'project: expected 4 offsets, got 3'
    )
  })

  it('project computes large results as they are read', async () => {
    const [rows, dim] = [40_000_000, 2]
    const matrix = streamed(rows, dim)
    const basis = randomDense(2, dim, 5)
    const projected = await tensor.project(matrix, basis)
    for (const start of [0, 4095, rows - 5000]) {
      const expected = product({ rows: 5000, dim, data: await matrix.read(start, 5000) }, transpose(basis))
      expect(relative(await projected.read(start, 5000), expected)).toBeLessThan(1e-5)
    }
    await expect(projected.read(rows - 1, 2)).rejects.toThrow('of a matrix of 40000000 rows')
  })

  it('residual is what each subspace leaves of a row', async () => {
    const check = fc.asyncProperty(shape, fc.integer({ min: 1, max: 4 }), async ({ rows, dim, seed }, count) => {
      const a = randomDense(rows, dim, seed)
      const bases = await Promise.all(
        Array.from({ length: count }, async (_, i) => {
          const rank = Math.min(dim, 1 + ((seed + i) % 5))
          const { q } = await tensor.qr(randomDense(dim, rank, seed + i))
          return { rows: rank, dim, data: Float32Array.from(transpose(q).data) }
        })
      )
      const { errors, nearest } = await tensor.residual(matrixOf(a), bases)
      for (const [base, basis] of bases.entries()) {
        const kept = product(a, transpose(basis))
        for (let i = 0; i < rows; i++) {
          const square = (sum: number, x: number) => sum + x * x
          const norm = a.data.subarray(i * dim, (i + 1) * dim).reduce(square, 0)
          const rest = norm - kept.subarray(i * basis.rows, (i + 1) * basis.rows).reduce(square, 0)
          expect(Math.abs(errors[i * count + base] - rest)).toBeLessThanOrEqual(2e-6 * norm)
          expect(errors[i * count + base]).toBeGreaterThanOrEqual(errors[i * count + nearest[i]])
        }
      }
    })
    await fc.assert(check, few)
  })

  it('signProduct is Σ x sgn(x · factor)ᵀ and Σ |x · factor|', async () => {
    const check = fc.asyncProperty(shape, fc.integer({ min: 1, max: 12 }), async ({ rows, dim, seed }, width) => {
      const a = randomDense(rows, dim, seed)
      const factor = randomDense(dim, width, seed + 1)
      const { cross, magnitude } = await tensor.signProduct(matrixOf(a), factor)
      const z = product(a, factor)
      // Signs near zero may fall either way.
      if (z.some((value) => Math.abs(value) < 1e-5)) return
      const signs = { rows, dim: width, data: z.map(Math.sign) }
      expect(relative(cross, product(transpose(a), signs))).toBeLessThan(1e-5)
      expect(relative([magnitude], [z.reduce((sum, value) => sum + Math.abs(value), 0)])).toBeLessThan(1e-5)
    })
    await fc.assert(check, few)
    const none = { rows: 2, dim: 1, data: Float32Array.of(0, -0) }
    const { cross } = await tensor.signProduct(matrixOf(randomDense(5, 2, 1)), none)
    const sums = product({ rows: 1, dim: 5, data: [1, 1, 1, 1, 1] }, randomDense(5, 2, 1))
    expect(relative(cross, sums)).toBeLessThan(1e-5)
    await expect(tensor.signProduct(matrixOf(randomDense(3, 2, 1)), randomDense(3, 1, 1))).rejects.toThrow(
      'signProduct: expected a factor of 2 rows, got 3 × 1 of 3 values'
    )
  })

  it('polar is the nearest matrix with orthonormal rows or columns', async () => {
    const size = fc.integer({ min: 1, max: 14 })
    const check = fc.asyncProperty(size, size, seed, async (rows, dim, seed) => {
      const a = randomDense(rows, dim, seed)
      const { u, v, values } = await tensor.svd(a)
      // Near a lower rank the nearest one is not to be told.
      if (values.at(-1) < 1e-3 * values[0]) return
      expect(relative((await tensor.polar(a)).data, product(u, v))).toBeLessThan(2e-4)
    })
    await fc.assert(check, few)
  })

  it('polar of what has no full rank is orthonormal all the same', async () => {
    const a = product(randomDense(9, 2, 1), randomDense(2, 9, 2))
    for (const data of [Float32Array.from(a), new Float32Array(81)]) {
      const found = await tensor.polar({ rows: 9, dim: 9, data })
      const unit = product(found, transpose(found))
      expect(
        relative(
          unit,
          Float64Array.from({ length: 81 }, (_, i) => (i % 10 === 0 ? 1 : 0))
        )
      ).toBeLessThan(1e-5)
    }
    expect((await tensor.polar({ rows: 0, dim: 4, data: new Float32Array() })).rows).toBe(0)
    const bad = { rows: 1, dim: 2, data: Float32Array.of(1, Number.NaN) }
    await expect(tensor.polar(bad)).rejects.toThrow('polar: row 0, column 1 is NaN')
  })

  it('residual takes the first of equals', async () => {
    const basis = { rows: 1, dim: 2, data: Float32Array.of(1, 0) }
    const { errors, nearest } = await tensor.residual(matrixOf(randomDense(50, 2, 9)), [basis, basis])
    expect(errors.length).toBe(100)
    expect(nearest.every((base) => base === 0)).toBe(true)
  })

  it('spectrum agrees with what project keeps', async () => {
    const a = randomDense(300, 20, 6)
    const [sum] = await tensor.gram(matrixOf(a))
    const { values, leading } = await tensor.spectrum(sum, 20)
    const { vectors } = await leading(7)
    const kept = await (await tensor.project(matrixOf(a), { rows: 7, dim: 20, data: Float32Array.from(vectors) })).read(
      0,
      300
    )
    const first = values.slice(0, 7).reduce((total, value) => total + value, 0)
    expect(kept.reduce((total, x) => total + x * x, 0) / first).toBeCloseTo(1, 5)
    expect(values.length).toBe(20)
  })

  it('matmul is a · b, also with nothing in it', async () => {
    const size = fc.integer({ min: 0, max: 30 })
    const check = fc.asyncProperty(size, size, size, seed, async (m, k, n, seed) => {
      const [a, b] = [randomDense(m, k, seed), randomDense(k, n, seed + 1)]
      const c = await tensor.matmul(a, b)
      expect([c.rows, c.dim]).toEqual([m, n])
      expect(relative(c.data, product(a, b))).toBeLessThan(1e-5)
    })
    await fc.assert(check, few)
    await expect(tensor.matmul(randomDense(2, 3, 1), randomDense(2, 3, 1))).rejects.toThrow(
      'cannot multiply 2 × 3 by 2 × 3'
    )
  })

  it('gives the same bytes again, and on several threads', async () => {
    const a = randomDense(10_000, 33, 11)
    const ids = Uint32Array.from({ length: 10_000 }, (_, i) => (i * 7) % 3)
    const basis = randomDense(20, 33, 12)
    const results = async (use: TensorAdapter) =>
      [
        ...(await use.gram(matrixOf(a), { groups: { ids, count: 3 } })),
        await (await use.project(matrixOf(a), basis)).read(0, 10_000),
        (await use.residual(matrixOf(a), [basis])).errors,
        (await use.signProduct(matrixOf(a), randomDense(33, 40, 13))).cross,
        await sumsOf(use, a, basis)
      ].map((part) => Buffer.from(part.buffer, part.byteOffset, part.byteLength).toString('base64'))
    const once = await results(tensor)
    expect(await results(tensor)).toEqual(once)
    for (const threads of [1, 3]) {
      const other = await createTensor({ backend, threads })
      expect(await results(other)).toEqual(once)
      await other.close()
    }
  })

  it('stops between blocks when told to', async () => {
    const matrix = streamed(1_000_000, 4)
    for (const start of [
      (signal: AbortSignal, progress: () => void) => tensor.gram(matrix, { signal, progress }),
      (signal: AbortSignal, progress: () => void) =>
        tensor.compareProduct(matrix, streamed(1_000_000, 2), randomDense(2, 4, 1), () => {}, { signal, progress }),
      (signal: AbortSignal, progress: () => void) =>
        tensor.residual(matrix, [randomDense(2, 4, 1)], { signal, progress }),
      (signal: AbortSignal, progress: () => void) =>
        tensor.signProduct(matrix, randomDense(4, 2, 1), { signal, progress })
    ]) {
      const controller = new AbortController()
      let blocks = 0
      const progress = () => {
        if (++blocks === 3) controller.abort()
      }
      await expect(start(controller.signal, progress)).rejects.toMatchObject({ code: 'aborted' })
      expect(blocks).toBeLessThan(30)
      await expect(start(AbortSignal.abort(), progress)).rejects.toMatchObject({ code: 'aborted' })
    }
  })

  it('a projection stops between blocks when told to, and can be read again', async () => {
    const controller = new AbortController()
    let reads = 0
    const matrix: Matrix = {
      ...streamed(1_000_000, 4),
      read: (start, count, into) => {
        if (++reads === 3) controller.abort()
        return streamed(1_000_000, 4).read(start, count, into)
      }
    }
    const projected = await tensor.project(matrix, randomDense(2, 4, 1), { signal: controller.signal })
    expect(reads).toBe(0)
    for (const _ of [1, 2]) await expect(projected.read(0, 10)).rejects.toMatchObject({ code: 'aborted' })
    expect(reads).toBeLessThan(30)
  })

  it('compares a matrix with a product, in order, row by row', async () => {
    const check = fc.asyncProperty(shape, fc.integer({ min: 1, max: 9 }), async ({ rows, dim, seed }, rank) => {
      const [a, left, right] = [randomDense(rows, dim, seed), randomDense(rows, rank, ~seed), randomDense(rank, dim, 7)]
      const made = product(left, right)
      let next = 0
      await tensor.compareProduct(matrixOf(a), matrixOf(left), right, (start, sums) => {
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
      expect(next).toBe(rows)
    })
    await fc.assert(check, few)
    const wrong = tensor.compareProduct(streamed(4, 3), streamed(4, 2), randomDense(1, 3, 1), () => {})
    await expect(wrong).rejects.toThrow('cannot compare 4 × 3 with the product of 4 × 2 by 1 × 3 of 3 values')
  })

  it('comparing with an orthonormal projection: norms tell what comparing rows does', async () => {
    const { q } = await tensor.qr(randomDense(24, 6, 3))
    const basis = { rows: 6, dim: 24, data: Float32Array.from(transpose(q).data) }
    const a = randomDense(3000, 24, 9)
    const [sums, kept] = [await sumsOf(tensor, a, basis), new Float64Array(5 * a.rows)]
    const matrix = matrixOf(a)
    const left = await tensor.project(matrix, basis)
    await left.read(0, 1)
    await tensor.compareProduct(matrix, left, basis, (start, found) => kept.set(found, 5 * start))
    for (let at = 0; at < sums.length; at += 5) {
      for (let k = 0; k < 4; k++) expect(Math.abs(sums[at + k] - kept[at + k])).toBeLessThan(1e-6 * kept[at])
      expect(sums[at + 4]).toBeNaN()
    }
    // Where next to nothing is lost, rows are compared after all, and to the bit.
    const inside = { rows: 500, dim: 24, data: Float32Array.from(product(randomDense(500, 6, 4), basis)) }
    const small = await sumsOf(tensor, inside, basis)
    expect(small.every((value, i) => i % 5 !== 4 || value < 1e-6)).toBe(true)
    // A basis that is not orthonormal is not taken for one.
    const skewed = { ...basis, data: basis.data.map((x, i) => (i < 24 ? 1.01 * x : x)) }
    expect((await sumsOf(tensor, a, skewed)).every(Number.isFinite)).toBe(true)
  })

  it('what is computed of a projection while it is compared can be had as it comes', async () => {
    const [source, basis] = [streamed(20_011, 33), randomDense(5, 33, 3)]
    const rows: number[] = []
    const left = await tensor.project(source, basis)
    const keep = async (some: Float32Array) => {
      await Promise.resolve()
      rows.push(...some)
    }
    await tensor.compareProduct(source, left, basis, () => {}, { keep })
    const whole = await (await tensor.project(source, basis)).read(0, 20_011)
    expect(rows.length === whole.length && rows.every((value, i) => value === whole[i])).toBe(true)
    const full = async () => {
      throw new Error('no room')
    }
    const other = await tensor.project(source, basis)
    await expect(tensor.compareProduct(source, other, basis, () => {}, { keep: full })).rejects.toThrow('no room')
  })

  it.each([2, 4, 8, 11])('encodes rows to %i bits, in order, and compares them', async (bits) => {
    const [rows, dim, groupSize] = [20_011, 33, 11]
    const a = streamed(rows, dim)
    const asked: number[] = []
    const gridsOf = (block: Float32Array, start: number, count: number) => {
      expect(block.length).toBe(count * dim)
      asked.push(start)
      const scale = Float32Array.from({ length: 3 * count }, (_, i) => (2 + ((3 * start + i) % 5)) / 2 ** bits)
      return { scale, zero: 2 ** (bits - 1) }
    }
    const codes = new Uint8Array(rows * codeBytes(dim, bits))
    const sums = new Float64Array(5 * rows)
    let next = 0
    const visit: VisitCodes = async (start, some, grids, found) => {
      expect([start, grids.scale.length]).toEqual([next, (3 * found!.length) / 5])
      next = start + found!.length / 5
      await Promise.resolve()
      codes.set(some, start * codeBytes(dim, bits))
      sums.set(found!, 5 * start)
    }
    await tensor.quantize(a, { bits, groupSize, gridsOf, compare: true }, visit)
    expect(next).toBe(rows)
    expect(asked).toEqual([...asked].sort((x, y) => x - y))
    const scale = Float32Array.from({ length: 3 * rows }, (_, i) => (2 + (i % 5)) / 2 ** bits)
    const grids = { dim, bits, groupSize, scale, zero: 2 ** (bits - 1) }
    const [whole, expected] = [await a.read(0, rows), new Uint8Array(codes.length)]
    encodeRows(whole, grids, expected)
    expect(Buffer.from(codes).equals(expected)).toBe(true)
    const tensorOf = { dtype: 'F32', shape: [rows, 3], data: scale } as const
    const table = quantized({ dim, bits, groupSize, codes, scale: tensorOf, zero: grids.zero })
    const [decoded, direct] = [new Float32Array(rows * dim), new Float64Array(5 * rows)]
    for (let row = 0; row < rows; row++) table.readRow(row, decoded.subarray(row * dim, (row + 1) * dim))
    compareRows(whole, decoded, dim, direct)
    expect(Buffer.from(sums.buffer).equals(Buffer.from(direct.buffer))).toBe(true)
  })

  it('too few grids are refused', async () => {
    const gridsOf = () => ({ scale: new Float32Array(5), zero: 7.5 })
    const encoding = { bits: 4, groupSize: 8, compare: false, gridsOf }
    await expect(tensor.quantize(streamed(90, 8), encoding, () => {})).rejects.toThrow(
      '5 scales for 90 rows of 1 groups'
    )
  })

  it('encoding fails as its grids do, and as what is done with codes does', async () => {
    const grids = { scale: Float32Array.of(0.1), zero: 7.5 }
    const shape = { bits: 4, groupSize: 8, compare: false }
    const gridsOf = (_: Float32Array, start: number) => {
      if (start > 9000) throw new Error('no grid')
      return grids
    }
    await expect(tensor.quantize(streamed(40_000, 8), { ...shape, gridsOf }, () => {})).rejects.toThrow('no grid')
    const visit = (start: number) => {
      if (start > 9000) throw new Error('no room')
    }
    const encoding = { ...shape, gridsOf: () => grids }
    await expect(tensor.quantize(streamed(40_000, 8), encoding, visit)).rejects.toThrow('no room')
  })

  it('a value that is not finite is refused by the matrix, which knows where it is', async () => {
    const [rows, dim] = [20_000, 12]
    const unchecked: Matrix = {
      ...streamed(rows, dim),
      async read(start, count) {
        const block = await streamed(rows, dim).read(start, count)
        if (start <= 15_000 && 15_000 < start + count) block[(15_000 - start) * dim + 3] = Number.NaN
        return block
      }
    }
    const read: Matrix['read'] = async (start, count) => {
      if ((await unchecked.read(start, count)).some(Number.isNaN)) throw new Error('row 15000, column 3')
      return unchecked.read(start, count)
    }
    const matrix: Matrix = { rows, dim, read, unchecked }
    await expect(tensor.gram(matrix)).rejects.toThrow('row 15000, column 3')
    const basis = randomDense(2, dim, 1)
    const left = await tensor.project(streamed(rows, dim), basis)
    await expect(tensor.compareProduct(matrix, left, basis, () => {})).rejects.toThrow('row 15000, column 3')
    const gridsOf = () => ({ scale: Float32Array.of(0.1), zero: 7.5 })
    const encoding = { bits: 4, groupSize: dim, compare: true, gridsOf }
    await expect(tensor.quantize(matrix, encoding, () => {})).rejects.toThrow('row 15000, column 3')
    await expect(tensor.quantize(matrix, { ...encoding, compare: false }, () => {})).rejects.toThrow('row 15000')
    const picky = (block: Float32Array) => {
      if (block.some(Number.isNaN)) throw new Error('a value has no grid')
      return gridsOf()
    }
    await expect(tensor.quantize(matrix, { ...encoding, gridsOf: picky }, () => {})).rejects.toThrow('row 15000')
  })

  it('comparing with a projection computes it by the way, to the same bytes', async () => {
    const [source, basis] = [streamed(20_011, 33), randomDense(5, 33, 3)]
    const compared = async (held: boolean) => {
      const left = await tensor.project(source, basis)
      if (held) await left.read(0, 1)
      const sums: number[] = []
      await tensor.compareProduct(source, left, basis, (_, found) => sums.push(...found))
      return [sums, [...(await left.read(0, 20_011))]]
    }
    const [by, after] = [await compared(false), await compared(true)]
    expect(by).toEqual(after)
    expect(by[0]).toHaveLength(5 * 20_011)
    // What is no projection of this matrix is not taken for one.
    const other = await tensor.project(streamed(20_011, 33), basis)
    const sums: number[] = []
    await tensor.compareProduct(source, other, basis, (_, found) => sums.push(...found))
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
    const left = await tensor.project(source, basis)
    let seen = 0
    const visit = (start: number, sums: Float64Array) => {
      seen = start + sums.length / 5
      for (let at = 0; at < sums.length; at += 5) expect(sums[at + 3]).toBe(0)
    }
    await expect(tensor.compareProduct(source, left, basis, visit)).rejects.toThrow('far enough')
    expect(seen).toBeGreaterThan(10_000)
  })

  it('lets timers fire while it works', async () => {
    const controller = new AbortController()
    setTimeout(() => controller.abort(), 5)
    await expect(tensor.gram(streamed(4_000_000, 16), { signal: controller.signal })).rejects.toMatchObject({
      code: 'aborted'
    })
  })

  it('fails as the matrix does', async () => {
    const broken: Matrix = {
      ...streamed(20_000, 3),
      read: async (start) => {
        if (start > 8000) throw new Error('the disk is gone')
        return new Float32Array(4096 * 3)
      }
    }
    await expect(tensor.gram(broken)).rejects.toThrow('the disk is gone')
  })
})
