import { type Compressor, compress, createTensor, matrixFrom, pipeline, save, type TensorAdapter } from '@slimbed/core'
import { fixedpoint } from '@slimbed/fixedpoint'
import { hasVectors, numbers, readVectors, rowsOf, titleIf, vectorsDim } from '@slimbed/testing'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { rotate } from '../src/index.js'

let tensor: TensorAdapter
beforeAll(async () => {
  tensor = await createTensor({ backend: 'wasm', threads: 1 })
})
afterAll(() => tensor.close())

const matrix = matrixFrom(90, 26, numbers(90 * 26, 3))

describe.each(['hadamard', 'random'] as const)('kind=%s', (kind) => {
  test('alone keeps every row, and adds no bytes', async () => {
    const { table, measured } = await compress(matrix, rotate({ kind }), { tensor })
    expect(measured.relativeError).toBeLessThan(1e-6)
    expect(measured.ratio).toBe(1)
    expect(table.children.left.dim).toBe(26)
  })

  test('follows from its seed, and from that of the run without one', async () => {
    const bytes = async (seed: number | undefined, run: number) => {
      const { table } = await compress(matrix, pipeline(rotate({ kind, seed }), fixedpoint({ bits: 4 })), {
        tensor,
        seed: run
      })
      return save({ table, provenance: {} })
    }
    expect(await bytes(5, 1)).toEqual(await bytes(5, 2))
    expect(await bytes(5, 1)).not.toEqual(await bytes(6, 1))
    expect(await bytes(undefined, 1)).toEqual(await bytes(undefined, 1))
    expect(await bytes(undefined, 1)).not.toEqual(await bytes(undefined, 2))
  })
})

test('rows whose columns differ lose as little as normal numbers', async () => {
  const data = numbers(400 * 64, 8).map((value, at) => value / (1 + (at % 64)))
  const odd = matrixFrom(400, 64, data)
  const lost = async (...stages: Compressor[]) =>
    (await compress(odd, pipeline(...stages), { tensor })).measured.relativeError ** 2
  const codes = fixedpoint({ bits: 3, levels: 'lloyd' })
  const [plain, rotated] = [await lost(codes), await lost(rotate(), codes)]
  // What normal numbers lose with 3 bits is 0.0345 (Max 1960).
  expect(rotated).toBeLessThan(0.0345)
  expect(rotated).toBeLessThan(plain)
})

test.each([
  [5000, 'random', 'rotate: kind=random has at most 2048 columns, and the matrix 5000'],
  [3000, 'random', 'rotate: kind=random has at most 2048 columns, and the matrix 3000: use kind=hadamard'],
  [4097, 'hadamard', 'rotate: kind=hadamard has at most 4096 columns, and the matrix 4097']
] as const)('%d columns are refused by kind=%s', async (dim, kind, message) => {
  const wide = matrixFrom(1, dim, new Float32Array(dim))
  await expect(compress(wide, rotate({ kind }), { tensor })).rejects.toMatchObject({ code: 'bad-input', message })
})

// faiss 1.15 loses 0.0335 at 3.07 and 0.0092 at 4.06 bits a value of the whole table.
test.skipIf(!hasVectors).each([
  [3, 0.0335],
  [4, 0.0092]
])(
  titleIf(hasVectors, 'there are no public vectors')('word vectors lose less than with the codes of faiss: %d bits'),
  async (bits, most) => {
    const all = readVectors()
    const rows = 2000
    const data = new Float32Array(rows * vectorsDim)
    for (let i = 0; i < rows; i++)
      data.set(all.subarray(i * 20 * vectorsDim, (i * 20 + 1) * vectorsDim), i * vectorsDim)
    const codes = fixedpoint({ bits, levels: 'lloyd' })
    const { table } = await compress(matrixFrom(rows, vectorsDim, data), pipeline(rotate(), codes), { tensor })
    const found = rowsOf(table)
    let [lost, whole] = [0, 0]
    for (let at = 0; at < data.length; at++) {
      lost += (data[at] - found[at]) ** 2
      whole += data[at] ** 2
    }
    expect(lost / whole).toBeLessThan(most)
  }
)
