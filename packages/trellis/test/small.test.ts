import { compress, createTensor, matrixFrom } from '@slimbed/core'
import { expect, test } from 'vitest'
import { trellis } from '../src/index.js'
import { gaussian } from './support.js'

const waves = (rows: number, dim: number) =>
  matrixFrom(
    rows,
    dim,
    Float32Array.from({ length: rows * dim }, (_, i) => Math.sin(i * 1.37 + i * i * 0.01))
  )

test('where what stands beside the codes takes more than was asked for, codes take it all the same', async () => {
  const tensor = await createTensor({ backend: 'cpu' })
  for (const bits of [2, 4]) {
    const { measured } = await compress(waves(60, 8), trellis({ bits }), { tensor })
    expect(measured.relativeError).toBeLessThan(0.5)
  }
  await expect(compress(waves(60, 8), trellis({ maxBytes: 100 }), { tensor })).rejects.toThrow(
    /maxBytes=100 is too few/
  )
  await tensor.close()
})

test('one value, for which there is less than a byte', async () => {
  const tensor = await createTensor({ backend: 'cpu' })
  const { measured } = await compress(waves(1, 1), trellis({ bits: 2 }), { tensor })
  expect(measured.relativeError).toBeLessThanOrEqual(1)
  await tensor.close()
})

test('few rows are coded along their columns: principal axes would take more than they save', async () => {
  const tensor = await createTensor({ backend: 'cpu' })
  const few = matrixFrom(48, 100, gaussian(1, 48 * 100))
  const [klt, none] = await Promise.all(
    (['klt', 'none'] as const).map((basis) => compress(few, trellis({ bits: 4, basis, clusters: 0 }), { tensor }))
  )
  expect(klt!.measured.relativeError).toBe(none!.measured.relativeError)
  expect(klt!.measured.relativeError).toBeLessThan(0.15)
  await tensor.close()
})

test('values far larger than others are coded, at any rate: levels have room for them', async () => {
  const tensor = await createTensor({ backend: 'cpu' })
  const [rows, dim] = [400, 32]
  for (const background of [0, 1]) {
    const data = gaussian(1, rows * dim).map((value) => value * background)
    data[37] = 1e12
    const { measured } = await compress(matrixFrom(rows, dim, data), trellis({ bits: 2, states: 16 }), { tensor })
    expect(measured.relativeError).toBeLessThan(1e-6)
  }
  await tensor.close()
})

test('an error is kept to where a few rows are far longer than the others', async () => {
  const tensor = await createTensor({ backend: 'cpu' })
  const [rows, dim] = [400, 32]
  const long = gaussian(2, rows).map((value) => Math.exp(12 * value))
  const data = gaussian(1, rows * dim).map((value, i) => value * long[Math.floor(i / dim)]!)
  const { measured } = await compress(matrixFrom(rows, dim, data), trellis({ error: 0.05, states: 16 }), { tensor })
  expect(measured.relativeError).toBeLessThan(0.051)
  await tensor.close()
})

test('rows that lie in a few directions take bits for these alone, and more bits leave less error', async () => {
  const tensor = await createTensor({ backend: 'cpu' })
  const [rows, rank, dim] = [2000, 3, 32]
  const [left, right] = [gaussian(1, rows * rank), gaussian(2, rank * dim)]
  const data = new Float32Array(rows * dim)
  for (let i = 0; i < rows; i++) {
    for (let k = 0; k < rank; k++)
      for (let j = 0; j < dim; j++) data[i * dim + j]! += left[i * rank + k]! * right[k * dim + j]!
  }
  const errorOf = async (bits: number) => {
    const given = trellis({ bits, states: 16 })
    return (await compress(matrixFrom(rows, dim, data), given, { tensor })).measured.relativeError
  }
  expect(await errorOf(2)).toBeLessThan(1e-3)
  expect(await errorOf(4)).toBeLessThan(1e-4)
  await tensor.close()
})
