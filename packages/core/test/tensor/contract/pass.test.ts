import { expect, it } from 'vitest'
import { createTensor, type Dense, type Matrix, type TensorAdapter } from '../../../src/index.js'
import { everyRow } from '../every-row.js'
import { presentBackends } from '../present.js'
import { matrixOf, randomDense } from '../reference.js'
import { onEachEngine, streamed } from './support.js'

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

const { present, absent } = await presentBackends()

it.each(absent)('%s is absent, its contract is not checked: %s', (backend) => {
  expect(present).not.toContain(backend)
})

it('wasm and cpu are always there', () => {
  expect(present).toEqual(expect.arrayContaining(['wasm', 'cpu']))
})

onEachEngine((engine) => {
  it('says what it is', () => {
    expect(engine.tensor.backend).toBe(engine.backend)
    expect(engine.tensor.threads).toBeGreaterThan(0)
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
    const once = await results(engine.tensor)
    expect(await results(engine.tensor)).toEqual(once)
    for (const threads of [1, 3]) {
      const other = await createTensor({ backend: engine.backend, threads })
      expect(await results(other)).toEqual(once)
      await other.close()
    }
  })

  it('stops between blocks when told to', async () => {
    const matrix = streamed(1_000_000, 4)
    for (const start of [
      (signal: AbortSignal, progress: () => void) => engine.tensor.gram(matrix, { signal, progress }),
      (signal: AbortSignal, progress: () => void) =>
        engine.tensor.compareProduct(matrix, streamed(1_000_000, 2), randomDense(2, 4, 1), everyRow(), {
          signal,
          progress
        }),
      (signal: AbortSignal, progress: () => void) =>
        engine.tensor.residual(matrix, [randomDense(2, 4, 1)], { signal, progress }),
      (signal: AbortSignal, progress: () => void) =>
        engine.tensor.signProduct(matrix, randomDense(4, 2, 1), { signal, progress })
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
    await expect(engine.tensor.gram(matrix)).rejects.toThrow('row 15000, column 3')
    const basis = randomDense(2, dim, 1)
    const left = await engine.tensor.project(streamed(rows, dim), basis)
    await expect(engine.tensor.compareProduct(matrix, left, basis, everyRow())).rejects.toThrow('row 15000, column 3')
    const gridsOf = () => ({ scale: Float32Array.of(0.1), zero: 7.5 })
    const encoding = { bits: 4, groupSize: dim, compare: everyRow(), gridsOf }
    await expect(engine.tensor.quantize(matrix, encoding, () => {})).rejects.toThrow('row 15000, column 3')
    await expect(engine.tensor.quantize(matrix, { ...encoding, compare: undefined }, () => {})).rejects.toThrow(
      'row 15000'
    )
    const picky = (block: Float32Array) => {
      if (block.some(Number.isNaN)) throw new Error('a value has no grid')
      return gridsOf()
    }
    await expect(engine.tensor.quantize(matrix, { ...encoding, gridsOf: picky }, () => {})).rejects.toThrow('row 15000')
  })

  it('lets timers fire while it works', async () => {
    const controller = new AbortController()
    setTimeout(() => controller.abort(), 5)
    await expect(engine.tensor.gram(streamed(4_000_000, 16), { signal: controller.signal })).rejects.toMatchObject({
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
    await expect(engine.tensor.gram(broken)).rejects.toThrow('the disk is gone')
  })
})
