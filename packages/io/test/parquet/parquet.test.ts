import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { isSlimbedError } from '@slimbed/runtime'
import fc from 'fast-check'
import { parquetWriteBuffer, type SchemaElement } from 'hyparquet-writer'
import { afterAll, expect, test } from 'vitest'
import { bytesSource } from '../../src/index.js'
import { nodeHost } from '../../src/node/host.js'
import { openVectors } from '../../src/node/index.js'
import { parquetOnThread } from '../../src/node/parquet-on-thread.js'
import { readVectorsOn } from '../../src/read.js'
import type { ReadOptions } from '../../src/vectors.js'
import { refusal, utf8 } from '../support.js'

const read = (bytes: Uint8Array, options: ReadOptions = {}) =>
  readVectorsOn(nodeHost, bytesSource('in', bytes), options)

const folder = mkdtempSync(join(tmpdir(), 'slimbed-parquet-'))
afterAll(() => rmSync(folder, { recursive: true }))

type Row = readonly unknown[] | null

/** The schema of a column of lists of a type. */
const listOf = (name: string, element: Partial<SchemaElement>): SchemaElement[] => [
  { name, repetition_type: 'OPTIONAL', num_children: 1, converted_type: 'LIST' },
  { name: 'list', repetition_type: 'REPEATED', num_children: 1 },
  { name: 'element', repetition_type: 'OPTIONAL', ...element }
]

function parquet(
  vectors: Readonly<Record<string, readonly Row[]>>,
  words?: readonly (string | null)[],
  { element = { type: 'FLOAT' } as Partial<SchemaElement>, rowGroupSize = 1000, extra = 0 } = {}
): Uint8Array {
  const names = Object.keys(vectors)
  const texts = words ? Array.from({ length: 1 + extra }, (_, i) => (i === 0 ? 'word' : `other${i}`)) : []
  const schema: SchemaElement[] = [
    { name: 'root', num_children: names.length + texts.length },
    ...texts.map(
      (name): SchemaElement => ({ name, type: 'BYTE_ARRAY', converted_type: 'UTF8', repetition_type: 'OPTIONAL' })
    ),
    ...names.flatMap((name) => listOf(name, element))
  ]
  const columnData = [
    ...texts.map((name) => ({ name, data: [...(words ?? [])] })),
    ...names.map((name) => ({ name, data: [...vectors[name]] }))
  ]
  return new Uint8Array(parquetWriteBuffer({ columnData, schema, rowGroupSize }))
}

const numbers = (rows: number, dim: number) =>
  Array.from({ length: rows }, (_, i) => Array.from({ length: dim }, (_, j) => Math.fround((i * dim + j) / 7 - 3)))

test('any rows are read, in any groups, with their words', async () => {
  const shape = fc.tuple(
    fc.integer({ min: 1, max: 40 }),
    fc.integer({ min: 1, max: 9 }),
    fc.integer({ min: 1, max: 50 })
  )
  await fc.assert(
    fc.asyncProperty(shape, fc.nat(), fc.nat(), async ([rows, dim, rowGroupSize], from, size) => {
      const data = numbers(rows, dim)
      const words = data.map((_, i) => `wört ${i}`)
      const { matrix, vocabulary, format } = await read(parquet({ vector: data }, words, { rowGroupSize }))
      expect([format, matrix.rows, matrix.dim]).toEqual(['parquet', rows, dim])
      const start = from % rows
      const count = 1 + (size % (rows - start))
      expect([...(await matrix.read(start, count))]).toEqual(data.slice(start, start + count).flat())
      expect([...(await matrix.read(0, rows))]).toEqual(data.flat())
      expect(Array.from({ length: rows }, (_, i) => vocabulary?.word(i))).toEqual(words)
    }),
    { numRuns: 60 }
  )
})

test.each([
  [
    'DOUBLE',
    [
      [0.5, -1],
      [2, 3]
    ]
  ],
  [
    'INT32',
    [
      [1, -2],
      [3, 4]
    ]
  ],
  [
    'INT64',
    [
      [1n, -2n],
      [3n, 4n]
    ]
  ]
] as const)('lists of %s', async (type, rows) => {
  const { matrix } = await read(parquet({ v: rows }, undefined, { element: { type } }))
  expect([...(await matrix.read(0, 2))]).toEqual(rows.flat().map(Number))
})

test.each(['FLOAT', 'DOUBLE'] as const)(
  'rows of %s that go on in other pages, from a dictionary or not',
  async (type) => {
    for (const steps of [3, 1e9]) {
      const rows = Array.from({ length: 300 }, (_, i) => Array.from({ length: 7 }, (_, j) => ((i * 7 + j) % steps) / 4))
      const schema: SchemaElement[] = [{ name: 'root', num_children: 1 }, ...listOf('v', { type })]
      const columnData = [{ name: 'v', data: rows }]
      const bytes = new Uint8Array(parquetWriteBuffer({ columnData, schema, rowGroupSize: 200, pageSize: 500 }))
      const { matrix } = await read(bytes)
      expect([...(await matrix.read(0, 300))]).toEqual(rows.flat())
    }
  }
)

test('a file of pyarrow: Snappy, one column of vectors, words from a dictionary', async () => {
  const bytes = new Uint8Array(readFileSync(new URL('one.parquet', import.meta.url)))
  const { matrix, vocabulary } = await read(bytes)
  expect([...(await matrix.read(0, 7))]).toEqual(Array.from({ length: 21 }, (_, i) => (((i * 5) % 17) - 8) / 4))
  expect(vocabulary?.word(6)).toBe('wört 6')
})

test('one of several columns is chosen, and said which there are', async () => {
  const file = parquet({ a: numbers(3, 2), b: numbers(3, 4) }, ['x', 'y', 'z'], { extra: 1 })
  expect((await read(file, { column: 'b' })).matrix.dim).toBe(4)
  expect((await read(file, { column: 'b' })).vocabulary?.word(2)).toBe('z')
  expect(await refusal(read(file))).toBe(
    'bad-input: in: expected one column of lists of numbers, those that have: a, b; choose one (--column in the command)'
  )
  expect(await refusal(read(file, { column: 'word' }))).toMatch(
    /column "word" has no lists of numbers, those that have: a, b/
  )
  const plain = parquetWriteBuffer({ columnData: [{ name: 'n', data: [1, 2], type: 'INT32' }] })
  expect(await refusal(read(new Uint8Array(plain)))).toBe(
    'bad-input: in: expected one column of lists of numbers, those that have: none; its columns: n (INT32)'
  )
})

test.each([
  ['a row of another length', [[1, 2], [3]], /row 1 \(from 0\): expected 2 numbers, as in row 0, came 1 numbers/],
  ['a row that is none', [[1, 2], null], /row 1 \(from 0\): expected 2 numbers, as in row 0, came none/],
  [
    'a number that is none',
    [
      [1, 2],
      [3, null]
    ],
    /row 1, column 1 \(both from 0\): expected a number, came null/
  ],
  [
    'NaN',
    [
      [1, 2],
      [3, Number.NaN]
    ],
    /row 1, column 1 \(both from 0\): expected a finite float32 number, came NaN/
  ],
  ['no numbers in the first row', [[], [1]], /row 0: expected a list of numbers, came none/]
])('%s is refused with its place', async (_, rows, message) => {
  const reading = read(parquet({ v: rows as Row[] })).then(({ matrix }) => matrix.read(0, 2))
  expect(await refusal(reading)).toMatch(message)
})

test('a missing word is refused; files are parts of a table, with their words', async () => {
  const missing = parquet({ v: numbers(2, 2) }, ['a', null])
  expect(await refusal(read(missing))).toMatch(/row 1 \(from 0\): expected a word in column word, came none/)
  mkdirSync(join(folder, 'parts'))
  const data = numbers(25, 3)
  for (let i = 0; i < 3; i++) {
    const part = data.slice(i * 10, i * 10 + 10)
    const words = part.map((_, j) => `w${i * 10 + j}`)
    writeFileSync(join(folder, 'parts', `train-${i}.parquet`), parquet({ v: part }, words, { rowGroupSize: 4 }))
  }
  const { matrix, vocabulary, close } = await openVectors(join(folder, 'parts'), { column: 'v' })
  expect([...(await matrix.read(3, 20))]).toEqual(data.slice(3, 23).flat())
  expect([0, 10, 24].map((row) => vocabulary?.word(row))).toEqual(['w0', 'w10', 'w24'])
  await close()
})

test('a file of pyarrow: Zstandard, pages of version 2, fixed lists of float16, three groups', async () => {
  // pq.write_table(table, 'pyarrow.parquet', compression='zstd', row_group_size=12, data_page_version='2.0')
  const path = join(import.meta.dirname, 'pyarrow.parquet')
  const rows = Array.from({ length: 30 }, (_, i) => Array.from({ length: 4 }, (_, j) => (i * 4 + j) / 8))
  const small = await openVectors(path, { column: 'small' })
  expect([...(await small.matrix.read(0, 30))]).toEqual(rows.flat())
  expect(small.vocabulary?.word(29)).toBe('wört 29')
  await small.close()
  const wide = await openVectors(path, { column: 'wide', rows: [11, 13] })
  expect([...(await wide.matrix.read(0, 2))]).toEqual(rows.slice(11, 13).flatMap((row) => [...row, ...row]))
  await wide.close()
})

/** More of them with a number in the environment. */
const runs = Number(process.env.SLIMBED_FUZZ ?? 60)
/** As in Node, with less patience. */
const host = { ...nodeHost, parquet: parquetOnThread(2) }

test('damaged files are refused in a line, or read', async () => {
  const file = parquet(
    { v: numbers(60, 5) },
    Array.from({ length: 60 }, (_, i) => `w${i}`),
    { rowGroupSize: 20 }
  )
  const damage = fc.oneof(
    fc.array(fc.tuple(fc.nat(file.length - 1), fc.nat(255)), { minLength: 1, maxLength: 4 }),
    // Of the metadata, which are at the end.
    fc.array(fc.tuple(fc.integer({ min: file.length - 700, max: file.length - 1 }), fc.nat(255)), {
      minLength: 1,
      maxLength: 4
    })
  )
  await fc.assert(
    fc.asyncProperty(damage, fc.integer({ min: 5, max: file.length }), fc.boolean(), async (changes, length, cut) => {
      const bytes = cut ? file.slice(0, length) : file.slice()
      if (!cut) for (const [at, value] of changes) bytes[at] = value
      try {
        const { matrix } = await readVectorsOn(host, bytesSource('in', bytes), {})
        await matrix.read(0, Math.min(matrix.rows, 1000))
      } catch (error) {
        if (!isSlimbedError(error)) throw error
        expect(error.message).toMatch(/^in[:,][^\n]{5,600}$/)
      }
    }),
    { numRuns: runs, interruptAfterTimeLimit: 60_000, markInterruptAsFailure: false }
  )
}, 120_000)

test('what takes too long, or is stopped, ends the thread; the next file is read', async () => {
  const file = parquet({ v: numbers(20_000, 8) })
  const hurried = { ...nodeHost, parquet: parquetOnThread(-1) }
  expect(await refusal(readVectorsOn(hurried, bytesSource('in', file)))).toMatch(
    /^bad-input: in, metadata: takes longer than -?\d+ s to read, as a damaged file does$/
  )
  expect((await read(file)).matrix.rows).toBe(20_000)
  const controller = new AbortController()
  const reading = read(file, { signal: controller.signal })
  controller.abort()
  expect(await refusal(reading)).toMatch(/^aborted/)
  expect((await read(file)).matrix.rows).toBe(20_000)
})

test('lengths and counts of a page that its column cannot have are refused before they are used', async () => {
  const file = parquet({ v: numbers(60, 5) }, undefined, { rowGroupSize: 60 })
  // The header of the first page: its kind, its size, and how many bytes it has in the file.
  expect([file[4], file[6]]).toEqual([0x15, 0x15])
  const changed = (at: number, ...values: number[]) => {
    const bytes = file.slice()
    bytes.set(values, at)
    return refusal(read(bytes))
  }
  // A field 2 that is not the size but ends the header.
  expect(await changed(6, 0)).toMatch(/row group 0 \(from 0\): .*page 0 says that it has undefined bytes/)
  expect(await changed(7, 0xff, 0xff)).toMatch(/row group 0 \(from 0\): /)
})

test('a column is of Parquet and Arrow files alone; in a page such files are refused', async () => {
  const host = { ...nodeHost, parquet: undefined }
  const file = parquet({ v: numbers(2, 2) })
  expect(await refusal(readVectorsOn(host, bytesSource('in', file)))).toMatch(
    /^unsupported: in: this is a Parquet file/
  )
  expect(await refusal(readVectorsOn(nodeHost, bytesSource('in', utf8('a 1 2\nb 3 4\n')), { column: 'v' }))).toBe(
    'bad-option: in: a column is chosen of a Parquet or an Arrow file; this is txt'
  )
})
