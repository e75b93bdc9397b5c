import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { createTensor } from '../../../src/index.js'
import { createAdapter } from '../../../src/tensor/adapter.js'
import { residualJob } from '../../../src/tensor/jobs/residual.js'
import { alone } from '../../../src/tensor/spread/spread.js'
import { canStartThreads, ThreadPool } from '../../../src/tensor/threads/thread-pool.js'
import { everyRow } from '../every-row.js'
import { presentBackends } from '../present.js'
import { matrixOf, randomDense } from '../reference.js'
import { scaledSums } from '../scaled-sums.js'

// The threads of TensorFlow are its own.
const present = (await presentBackends()).present.filter((backend) => backend !== 'tensorflow' && backend !== 'cpu')

/** An adapter that always computes on threads. */
function threaded(backend: string, threads: number) {
  const pool = new ThreadPool({ backend }, threads)
  return {
    pool,
    tensor: createAdapter(backend, {
      threads,
      speed: 1e9,
      spread: alone,
      forProducts: () => pool,
      forLoops: () => pool,
      close: () => pool.close()
    })
  }
}

const bytes = ({ buffer, byteOffset, byteLength }: Float32Array | Float64Array | Uint32Array | Uint8Array) =>
  Buffer.from(buffer, byteOffset, byteLength).toString('base64')

it('threads can be had here, from the sources', () => expect(canStartThreads()).toBe(true))

it('a thread that cannot start its engine is one error', async () => {
  const { tensor } = threaded('abacus', 2)
  await expect(tensor.gram(matrixOf(randomDense(20_000, 10, 1)))).rejects.toThrow(/^a computing thread failed: /)
  await expect(tensor.gram(matrixOf(randomDense(10, 10, 1)))).rejects.toThrow(/^a computing thread failed: /)
  await tensor.close()
})

describe.each(present)('%s', (backend) => {
  it('any number of threads gives the bytes of none', async () => {
    const a = randomDense(20_011, 40, 1)
    const bases = [randomDense(3, 40, 2), randomDense(5, 40, 3)]
    const weights = Float32Array.from({ length: a.rows }, (_, i) => 1 / (1 + (i % 97)))
    const groups = { ids: Uint8Array.from({ length: a.rows }, (_, i) => (i * 31) % 4), count: 4 }
    const results = async (tensor: Awaited<ReturnType<typeof createTensor>>) => {
      const { errors, nearest } = await tensor.residual(matrixOf(a), bases)
      const [sum] = await tensor.gram(matrixOf(a), { weights })
      const sums = await tensor.gram(matrixOf(a), { groups })
      const projected = await (await tensor.project(matrixOf(a), bases[1])).read(0, a.rows)
      const product = await tensor.matmul(a, randomDense(40, 60, 4))
      const matrix = matrixOf(a)
      const left = await tensor.project(matrix, bases[1])
      const compared = new Float64Array(5 * a.rows)
      await tensor.compareProduct(
        matrix,
        left,
        bases[1],
        everyRow((start, found) => compared.set(found, 5 * start))
      )
      const made = await left.read(0, a.rows)
      const basis = {
        rows: 2,
        dim: 40,
        data: Float32Array.from({ length: 80 }, (_, i) => (i === 3 || i === 47 ? 1 : 0))
      }
      const normed = new Float64Array(5 * a.rows)
      const unit = await tensor.project(matrix, basis)
      await tensor.compareProduct(
        matrix,
        unit,
        basis,
        everyRow((start, found) => normed.set(found, 5 * start))
      )
      const codes = new Uint8Array(a.rows * 20)
      const quantized = new Float64Array(5 * a.rows)
      const gridsOf = () => ({ scale: Float32Array.of(2 / 15), zero: 7.5 })
      const compare = everyRow((start, found) => quantized.set(found, 5 * start))
      await tensor.quantize(matrix, { bits: 4, groupSize: 40, gridsOf, compare }, (start, some) => {
        codes.set(some, 20 * start)
      })
      const ids = new Uint32Array(2 * a.rows)
      const books = [randomDense(70, 25, 5), randomDense(20, 15, 6)]
      await tensor.nearest(matrix, books, (start, found) => ids.set(found, 2 * start))
      const [sums40, order] = [new Float64Array(a.rows), [] as number[]]
      const mapping = { given: { factors: randomDense(1, 5000, 6).data, shift: 0 }, operations: 1e6, multiple: 33 }
      const each = (start: number) => ({ shift: start })
      await tensor.mapRows(matrix, scaledSums, { ...mapping, each }, (start, { sums }) => {
        sums40.set(sums, start)
        order.push(start)
      })
      expect(order).toEqual(order.map((_, i) => i * order[1]!))
      expect(order[1]! % 33).toBe(0)
      const loops = [normed, codes, quantized, ids, sums40]
      return [errors, nearest, sum, ...sums, projected, product.data, compared, made, ...loops].map(bytes)
    }
    const none = await createTensor({ backend: backend, threads: 1 })
    const expected = await results(none)
    await none.close()
    for (const threads of [2, 3]) {
      const { tensor } = threaded(backend, threads)
      expect(await results(tensor)).toEqual(expected)
      await tensor.close()
    }
  })

  it('passes that overlap do not disturb each other', async () => {
    const { tensor } = threaded(backend, 2)
    const [a, b] = [randomDense(20_000, 30, 5), randomDense(20_000, 20, 6)]
    const alone = [await tensor.gram(matrixOf(a)), await tensor.gram(matrixOf(b))]
    const both = await Promise.all([tensor.gram(matrixOf(a)), tensor.gram(matrixOf(b))])
    expect(both.map(([sum]) => bytes(sum))).toEqual(alone.map(([sum]) => bytes(sum)))
    await tensor.close()
  })

  it('a thread that dies at work is one error, the others stop, and nothing hangs', async () => {
    const { pool, tensor } = threaded(backend, 2)
    const a = matrixOf(randomDense(200_000, 50, 1))
    let blocks = 0
    const progress = () => {
      // A job that no engine can do: the thread that gets it ends with an uncaught error.
      if (++blocks === 3)
        void pool
          .run(residualJob, {
            rows: -1,
            dim: 1,
            width: 1,
            input: new Float32Array(1),
            factor: new Float32Array(1),
            ends: [1],
            output: new Float64Array(1)
          })
          .catch(() => {})
    }
    await expect(tensor.gram(a, { progress })).rejects.toThrow(/^a computing thread failed: .*nothing was kept/)
    expect(blocks).toBeLessThan(40)
    await tensor.close()
  })

  it('a job that fails on a thread is one error', async () => {
    const { tensor } = threaded(backend, 2)
    const given = { factors: new Float32Array(1), shift: Number.NaN }
    const work = tensor.mapRows(matrixOf(randomDense(9000, 4, 1)), scaledSums, { given, operations: 1e6 }, () => {})
    await expect(work).rejects.toThrow('no shift')
    await tensor.close()
  })

  it('closing ends what is under way', async () => {
    const { tensor } = threaded(backend, 2)
    const work = tensor.gram(matrixOf(randomDense(200_000, 50, 1)), { progress: () => void tensor.close() })
    await expect(work).rejects.toMatchObject({ code: 'aborted' })
  })
})

const built = existsSync(new URL('../../../dist/tensor/threads/thread.js', import.meta.url))

/** Runs a program against the build, with an adapter `tensor` on two threads and a matrix of 6,000,000 halves. */
function program(backend: string, body: string) {
  const script = `
    import { createTensor } from '@slimbed/core'
    const data = new Float32Array(60000 * 100).fill(0.5)
    const matrix = { rows: 60000, dim: 100, read: async (start, count) => data.subarray(start * 100, (start + count) * 100) }
    const tensor = await createTensor({ backend: '${backend}', threads: 2 })
    const gram = async () => (await tensor.gram(matrix))[0][0]
    ${body}`
  const options = { cwd: new URL('../../..', import.meta.url), encoding: 'utf8' } as const
  return spawnSync(process.execPath, ['--input-type=module', '-e', script], options)
}

describe.skipIf(!built).each(present)('a program on %s (skipped before the first build)', (backend) => {
  it('works on threads to the end, and idle ones do not keep it alive', () => {
    const run = program(backend, 'let sum; for (let i = 0; i < 25; i++) sum = await gram(); console.log(sum)')
    expect(run).toMatchObject({ status: 0, stdout: '15000\n', stderr: '' })
  })

  it('may end while threads are at work', () => {
    const run = program(backend, 'setTimeout(() => process.exit(3), 700); while (true) await gram()')
    expect(run).toMatchObject({ status: 3, stdout: '', stderr: '' })
  })

  it('may close while threads are starting', () => {
    const body =
      'const work = gram().catch((error) => console.log(error.code)); for (let i = 0; i < 40; i++) gram().catch(() => {}); await tensor.close()'
    expect(program(backend, body)).toMatchObject({ status: 0, stderr: '' })
  })
})
