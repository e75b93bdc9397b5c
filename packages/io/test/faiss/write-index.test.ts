import { randomAt } from '@slimbed/core'
import { concat } from '@slimbed/core/kinds/pq'
import { codebook, householder, offset, packIndex } from '@slimbed/core/kinds/trellis'
import { dense, product, type Table } from '@slimbed/runtime'
import { runPython } from '@slimbed/testing'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { faissTable } from '../../src/faiss/index.js'
import { encodeVectors } from '../../src/index.js'
import { matrixOver, refusal, written } from '../support.js'
import { farthest, indexOf, python, rowsOf, title } from './indices.js'

const rows = 60
const random = randomAt(5)
const numbers = (count: number) => Float32Array.from({ length: count }, () => 2 * random() - 1)

/** Codes in codebooks of these numbers of rows, each for `width` columns. */
function codes(entries: readonly number[], width: number): Table {
  const parts = entries.map((count) => {
    const index = Uint32Array.from({ length: rows }, () => Math.floor(random() * count))
    return codebook(
      packIndex(index, Math.max(1, Math.ceil(Math.log2(count)))),
      dense(count, width, numbers(count * width))
    )
  })
  return parts.length === 1 ? parts[0] : concat(parts)
}

/** Codes in rotated axes, as those of `opq`. */
function rotated(left: Table, dim = left.dim): Table {
  const elements = left.dim * dim - (left.dim * (left.dim - 1)) / 2
  return product(left, householder(left.dim, dim, dense(elements, 1, numbers(elements))))
}

/** What FAISS makes of indices: the rows, and the squared distances of the nearest ones, as it says, least of all, and of those it names. */
const program = `
import json, sys
import faiss
import numpy as np
faiss.omp_set_num_threads(1)
def about(text):
    index = faiss.deserialize_index(np.frombuffer(bytes.fromhex(text), 'u1'))
    rows = index.reconstruct_n(0, index.ntotal)
    queries = np.random.RandomState(2).randn(7, index.d).astype('f4')
    said, ids = index.search(queries, 4)
    distances = ((queries[:, None].astype('f8') - rows) ** 2).sum(2)
    lists = [rows, said, np.sort(distances)[:, :4], np.take_along_axis(distances, ids, 1)]
    return [numbers.reshape(-1).tolist() for numbers in lists]
print(json.dumps([about(text) for text in json.load(sys.stdin)]))
`
async function inFaiss(tables: readonly Table[]) {
  const indices = await Promise.all(tables.map(indexOf))
  const input = JSON.stringify(indices.map((bytes) => Buffer.from(bytes).toString('hex')))
  const found = runPython(python, ['-c', program], input) as (readonly (readonly number[])[])[]
  return tables.map((table, i) => {
    const [rows, said, least, named] = found[i]
    return { table, rows, said, least, named }
  })
}

describe.skipIf(!python)(`FAISS takes what is written${title}`, () => {
  test('codes of 8, 5, 4 and 11 bits, one part, books that are not full: the same rows to the bit, and neighbours', async () => {
    const entries = [[256, 256, 256], [32, 17, 3, 1], [16], [2048, 1500]]
    for (const { table, rows, said, least, named } of await inFaiss(entries.map((counts) => codes(counts, 4)))) {
      expect(rows).toEqual(rowsOf(table))
      expect(farthest(said, least)).toBeLessThan(1e-4)
      expect(farthest(named, least)).toBeLessThan(1e-4)
    }
  })

  test('codes in rotated axes, after a vector, of fewer axes than columns: the same rows to rounding', async () => {
    const shifted = offset({ dtype: 'F32', shape: [8], data: numbers(8) }, codes([8, 8], 4))
    const [plain, moved, fewer] = await inFaiss([
      rotated(codes([16, 16, 9], 4)),
      rotated(shifted),
      rotated(codes([16, 16], 3), 10)
    ])
    for (const { table, rows } of [plain, moved, fewer]) expect(farthest(rows, rowsOf(table))).toBeLessThan(1e-5)
    // Of fewer axes, FAISS leaves out what queries have besides them.
    for (const { said, least, named } of [plain, moved]) {
      expect(farthest(said, least)).toBeLessThan(1e-4)
      expect(farthest(named, least)).toBeLessThan(1e-4)
    }
  })
})

test('any codes read back as the same rows, in rotated axes to rounding, and are written as the same bytes again', async () => {
  const entries = fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 5 })
  await fc.assert(
    fc.asyncProperty(entries, fc.integer({ min: 1, max: 4 }), fc.boolean(), async (counts, width, turned) => {
      const table = turned ? rotated(codes(counts, width)) : codes(counts, width)
      const bytes = await indexOf(table)
      const again = faissTable(bytes)
      const [found, expected] = [rowsOf(again), rowsOf(table)]
      // The rotation is read back as a matrix; before, its reflections turn the rows.
      if (turned) expect(farthest(found, expected)).toBeLessThan(1e-5)
      else expect(found).toEqual(expected)
      expect(await indexOf(again)).toEqual(bytes)
    })
  )
})

describe('refused in one line', () => {
  const start =
    'unsupported: .faiss holds tables of pq and opq: parts of as many columns, or these times a rotation; this is '
  const half = dense(4, 4, numbers(16))
  test.each([
    ['a table of kind dense', half],
    ['a table of 65536 columns', dense(1, 65_536, new Float32Array(65_536))],
    ['a table with a part of kind dense', concat([codes([4], 2), dense(rows, 2, numbers(rows * 2))])],
    ['one with parts of 2 and 3 columns', concat([codes([4], 2), codes([4], 3)])],
    ['one with codes of 17 bits, more than 16', codebook(packIndex([0, 1], 17), half)],
    ['a product of dense', product(half, half)],
    ['a product: the rows of its transform are not orthonormal, so it cannot be undone', product(codes([4], 4), half)]
  ])('%s', async (what, table) => {
    expect(await refusal(indexOf(table))).toBe(`${start}${what}: write .npy`)
  })

  test('plain vectors, and codebooks that are not finite', async () => {
    const sink = { write: () => expect.fail('nothing is written') }
    const matrix = matrixOver(numbers(8), 2)
    expect(await refusal(encodeVectors({ matrix }, 'faiss', sink))).toBe(`${start}plain vectors: write .npy`)
    expect(await refusal(written('faiss', 2, Float32Array.of(1, 2, 3, Number.NaN)))).toMatch(
      /^bad-input: codebook 0, row 1, column 1 .* expected a finite float32 number, came NaN$/
    )
  })

  test('an abort leaves the rest unwritten', async () => {
    const table = codes([4], 2)
    const signal = AbortSignal.abort()
    const sink = { write: () => expect.fail('nothing is written') }
    const writing = encodeVectors({ matrix: matrixOver(numbers(8), 2), table }, 'faiss', sink, { signal })
    expect(await refusal(writing)).toBe('aborted: interrupted')
  })
})
