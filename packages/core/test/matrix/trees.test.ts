import { load, rows as rowsOf, tableKinds } from '@slimbed/runtime'
import { walk } from '@slimbed/runtime/kinds'
import { optionalKinds } from '@slimbed/runtime/optional-kinds'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  type Compressor,
  compress,
  createTensor,
  dense,
  denseOf,
  expand,
  gather,
  materialize,
  matrixFrom,
  product,
  save,
  type Table,
  type TensorAdapter
} from '../../src/index.js'
import { measure } from '../../src/measure/index.js'
import { backwardsKind, trees } from './trees.js'

let tensor: TensorAdapter
beforeAll(async () => {
  tensor = await createTensor({ backend: 'cpu' })
})
afterAll(() => tensor.close())

const all = (table: Table) =>
  rowsOf(
    table,
    Uint32Array.from({ length: table.rows }, (_, row) => row)
  )

const shapes = fc.tuple(fc.integer({ min: 1, max: 20 }), fc.integer({ min: 1, max: 9 }))
const anyTree = shapes.chain(([rows, dim]) => trees(rows, dim))

/** A stage that makes this table of anything. */
const making = (table: Table): Compressor => ({ name: 'making', config: {}, compress: async () => table })

/** Products are the adapter's in blocks: they differ from those of single rows by what float32 rounds. */
function expectClose(got: Float32Array, wanted: Float32Array) {
  const size = wanted.reduce((most, value) => Math.max(most, Math.abs(value)), 1)
  expect(got.length).toBe(wanted.length)
  expect(Math.max(...got.map((value, i) => Math.abs(value - wanted[i])), 0)).toBeLessThan(1e-4 * size)
}

test('the trees have every kind', () => {
  const seen = new Set(fc.sample(anyTree, 300).flatMap((table) => [...walk(table)].map(({ table: { kind } }) => kind)))
  expect([...seen].sort()).toEqual([...tableKinds.map(({ kind }) => kind), 'backwards', 'codebook', 'concat'].sort())
})

describe('trees of every kind, over leaves that are yet to be computed', () => {
  test('any blocks of rows are those that are read one by one when all is held', async () => {
    const cases = fc.tuple(anyTree, fc.nat(), fc.nat())
    await fc.assert(
      fc.asyncProperty(cases, async ([table, from, to]) => {
        const wanted = all(await materialize(table))
        const matrix = await expand(table, tensor)
        const { rows, dim } = table
        expectClose(await matrix.read(0, rows), wanted)
        const start = from % rows
        const count = to % (rows - start + 1)
        expectClose(await matrix.read(start, count), wanted.subarray(start * dim, (start + count) * dim))
        await expect(matrix.read(start, rows - start + 1)).rejects.toMatchObject({ code: 'out-of-range' })
      })
    )
  })

  test('compress, measure, save and load agree with them', async () => {
    await fc.assert(
      fc.asyncProperty(anyTree, async (table) => {
        const wanted = all(await materialize(table))
        const original = matrixFrom(table.rows, table.dim, wanted)
        const { relativeError } = await measure(original, table, { tensor })
        expect(relativeError).toBeLessThan(1e-4)

        const made = await compress(original, making(table), { tensor })
        expect(made.measured.relativeError).toBe(relativeError)
        expect(all(await materialize(made.table))).toEqual(wanted)
        const bytes = await save({ table: made.table, provenance: { seed: 0 } })
        expect(all(load(bytes, { kinds: [backwardsKind, ...optionalKinds] }).table)).toEqual(wanted)

        let written = new Uint8Array(0)
        const sink = {
          async write(piece: Uint8Array, at: number) {
            const grown = new Uint8Array(Math.max(written.length, at + piece.length))
            grown.set(written)
            grown.set(piece, at)
            written = grown
          }
        }
        await compress(original, making(table), { sink, tensor })
        expect(all(load(written, { kinds: [backwardsKind, ...optionalKinds] }).table)).toEqual(wanted)
      })
    )
  })
})

test('a gather over a source too large to be held reads the rows that a block asks for', async () => {
  const [count, dim] = [2 ** 16, 300]
  let most = 0
  const source = {
    rows: count,
    dim,
    async read(start: number, some: number) {
      most = Math.max(most, some)
      return Float32Array.from({ length: some * dim }, (_, i) => start + Math.floor(i / dim))
    }
  }
  const index = Uint32Array.of(count - 1, 0, 70, 5, 40_000, 0, count - 1, 134)
  const matrix = await expand(gather(index, denseOf(source)), tensor)
  const read = await matrix.read(1, 6)
  expect(Array.from({ length: 6 }, (_, i) => read[i * dim])).toEqual([0, 70, 5, 40_000, 0, count - 1])
  expect(read.every((value, i) => value === index[1 + Math.floor(i / dim)])).toBe(true)
  expect(most).toBeLessThanOrEqual(71)
})

test('what a table says itself of its blocks goes before what its kind does', async () => {
  const plain = product(dense(2, 1, Float32Array.of(1, 2)), dense(1, 1, Float32Array.of(3)))
  const table: Table = { ...plain, expand: ({ left }) => left }
  expect(await (await expand(table, tensor)).read(0, 2)).toEqual(Float32Array.of(1, 2))
})
