import { compress, createTensor, format, matrixFrom, pipeline, save, type Table, tableBytes } from '@slimbed/core'
import { fixedpoint } from '@slimbed/fixedpoint'
import { load } from '@slimbed/runtime'
import { walk } from '@slimbed/runtime/kinds'
import { optionalKinds } from '@slimbed/runtime/optional-kinds'
import { falling, numbers, rowsOf } from '@slimbed/testing'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { opq, pq, residual } from '../src/index.js'

type Tensor = Awaited<ReturnType<typeof createTensor>>
let tensor: Tensor
beforeAll(async () => {
  tensor = await createTensor({ backend: 'cpu', threads: 1 })
})
afterAll(() => tensor.close())

const [rows, dim] = [900, 12]
const data = falling(rows, dim, 3)
const matrix = matrixFrom(rows, dim, data)
const kinds = (table: Table) => [...walk(table)].map(({ path, table: node }) => `${path.join('.')}:${node.kind}`)

describe('what the stages make', () => {
  test('pq: codes of each part side by side, packed', async () => {
    const { table } = await compress(matrix, pq({ parts: 5, bits: 3 }), { tensor })
    expect(table.kind).toBe('concat')
    expect(Object.values(table.children).map((part) => part.dim)).toEqual([3, 3, 2, 2, 2])
    expect(kinds(table).slice(0, 3)).toEqual([':concat', '0:codebook', '0.source:dense'])
    expect(tableBytes(table)).toBe(5 * Math.ceil((rows * 3) / 8) + 8 * dim * 4)
  })

  test('opq: the same in a basis that stays orthonormal, however it is rounded', async () => {
    const made = await compress(matrix, pipeline(opq({ parts: 4, bits: 4 }), fixedpoint({ bits: 8 })), { tensor })
    const { table } = load(await save({ table: made.table, provenance: {} }), { kinds: optionalKinds })
    expect(kinds(table)).toEqual([
      ':product',
      'left:concat',
      ...[0, 1, 2, 3].flatMap((i) => [`left.${i}:codebook`, `left.${i}.source:quantized`]),
      'right:householder',
      'right.vectors:quantized'
    ])
    const basis = rowsOf(table.children.right)
    for (let a = 0; a < dim; a++) {
      for (let b = 0; b < dim; b++) {
        let sum = 0
        for (let j = 0; j < dim; j++) sum += basis[a * dim + j] * basis[b * dim + j]
        expect(sum).toBeCloseTo(a === b ? 1 : 0, 5)
      }
    }
    expect(made.measured.relativeError).toBeLessThan(1.05 * made.stages[0].relativeError)
  })

  test('residual: a sum of codebooks, each for what is left', async () => {
    const errors: number[] = []
    for (const stages of [1, 2, 4]) {
      const { table, measured } = await compress(matrix, residual({ stages, bits: 5 }), { tensor })
      expect(table.kind).toBe(stages === 1 ? 'codebook' : 'sum')
      errors.push(measured.relativeError)
    }
    expect(errors[1]).toBeLessThan(0.75 * errors[0])
    expect(errors[2]).toBeLessThan(0.75 * errors[1])
  })

  test('a rotation helps where columns are not independent', async () => {
    const error = async (stage: ReturnType<typeof pq>) =>
      (await compress(matrix, stage, { tensor })).measured.relativeError
    expect(await error(opq({ parts: 4, bits: 4 }))).toBeLessThan(0.9 * (await error(pq({ parts: 4, bits: 4 }))))
  })

  test('a matrix of few rows stays as it is', async () => {
    const { table } = await compress(matrixFrom(9, 4, numbers(36, 1)), pq({ parts: 2 }), { tensor })
    expect(table.kind).toBe('dense')
    const none = await compress(matrixFrom(0, 4, new Float32Array()), opq({ parts: 2 }), { tensor })
    expect([none.table.kind, none.table.rows]).toEqual(['dense', 0])
  })
})

test.each([1e-30, 1e30])('rows of size %d lose as little as others', async (size) => {
  const scaled = matrixFrom(
    rows,
    dim,
    data.map((value) => value * size)
  )
  for (const stage of [pq({ parts: 3, bits: 4 }), opq({ parts: 3, bits: 4 }), residual({ stages: 2, bits: 4 })]) {
    const [usual, odd] = [await compress(matrix, stage, { tensor }), await compress(scaled, stage, { tensor })]
    const [a, b] = [rowsOf(usual.table), rowsOf(odd.table)]
    let [lost, all] = [0, 0]
    for (let at = 0; at < a.length; at++) {
      lost += (b[at] / size - data[at]) ** 2
      all += (a[at] - data[at]) ** 2
    }
    expect(lost / all).toBeCloseTo(1, 1)
  }
})

test('any number of threads makes the same table', { timeout: 120_000 }, async () => {
  const big = matrixFrom(9000, 12, falling(9000, 12, 5))
  const files: Uint8Array[] = []
  for (const threads of [1, 2]) {
    const own = await createTensor({ backend: 'wasm', threads })
    const { table } = await compress(big, pq({ parts: 4, bits: 3 }), { tensor: own })
    files.push(await save({ table, provenance: {} }))
    await own.close()
  }
  expect(Buffer.compare(files[0], files[1])).toBe(0)
})

test('what cannot be done is refused', async () => {
  expect(() => pq({})).toThrow('pq: give parts')
  expect(() => opq({ bits: 4 })).toThrow('opq: give parts')
  expect(() => residual()).toThrow('residual: give stages')
  expect(format(pq({ parts: 3 }))).toBe('pq(parts=3)')
  await expect(compress(matrix, pq({ parts: 13 }), { tensor })).rejects.toThrow('parts=13 of 12 columns')
  const wide = matrixFrom(1, 2049, new Float32Array(2049))
  await expect(compress(wide, opq({ parts: 2 }), { tensor })).rejects.toThrow('at most 2048 columns, not 2049')
  const odd = matrixFrom(2, 2, Float32Array.of(1, 2, Number.NaN, 3))
  for (const stage of [pq({ parts: 1 }), opq({ parts: 1 }), residual({ stages: 1 })]) {
    await expect(compress(odd, stage, { tensor })).rejects.toThrow('row 1 of the matrix holds NaN or Infinity')
  }
})
