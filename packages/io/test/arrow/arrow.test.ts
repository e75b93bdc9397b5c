import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { isSlimbedError } from '@slimbed/runtime'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { bytesSource, readVectors } from '../../src/index.js'
import { nodeHost } from '../../src/node/host.js'
import { readVectorsOn } from '../../src/read.js'
import { readOrRefuse } from '../support.js'

// Files of pyarrow: `python make-golden.py golden`.
const golden = (name: string) => new Uint8Array(readFileSync(fileURLToPath(new URL(`golden/${name}`, import.meta.url))))
const files = [
  'fixed.arrow',
  'stream.arrows',
  'half.arrow',
  'double.arrow',
  'large.arrow',
  'plain.feather',
  'packed.feather'
]
const [rows, dim] = [7, 3]
const expected = Array.from({ length: rows * dim }, (_, i) => (((i * 5) % 17) - 8) / 4)

describe.each(files)('%s of pyarrow', (name) => {
  test('has its rows and words', async () => {
    const { matrix, vocabulary, format, warnings } = await readVectors(bytesSource('in', golden(name)))
    expect([format, matrix.rows, matrix.dim, warnings]).toEqual(['arrow', rows, dim, []])
    expect([...(await matrix.read(0, rows))]).toEqual(expected)
    expect([...(await matrix.read(2, 3))]).toEqual(expected.slice(2 * dim, 5 * dim))
    expect(Array.from({ length: rows }, (_, i) => vocabulary?.word(i))).toEqual(
      Array.from({ length: rows }, (_, i) => `wört ${i}`)
    )
  })

  test('cut at any byte is read to a batch, or refused', async () => {
    const bytes = golden(name)
    for (let length = 0; length < bytes.length; length += 3) await readOrRefuse(bytes.subarray(0, length))
  })

  test('with changed bytes is read or refused', async () => {
    const bytes = golden(name)
    const change = fc.tuple(fc.nat(bytes.length - 1), fc.integer({ min: 0, max: 255 }))
    await fc.assert(
      fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 4 }), async (changes) => {
        const damaged = Uint8Array.from(bytes)
        for (const [at, byte] of changes) damaged[at] = byte
        await readOrRefuse(damaged)
      }),
      { numRuns: 300 }
    )
  })
})

test('a stream that is cut between two batches is read, with a warning', async () => {
  const bytes = golden('stream.arrows')
  const told = new Map<number, readonly string[]>()
  for (let length = 0; length < bytes.length; length++) {
    const read = await readVectors(bytesSource('in', bytes.subarray(0, length))).catch(() => undefined)
    if (read) told.set(read.matrix.rows, read.warnings)
  }
  expect([...told.keys()]).toEqual([3, 6, 7])
  for (const [count, warnings] of told) {
    expect(warnings).toEqual([`in: the stream ends without a mark after ${count} rows: is the file whole?`])
  }
})

test('buffers of many packed blocks, which refer to the ones before, in any order', async () => {
  const value = (i: number) =>
    Math.fround(i % 20000 < 15000 ? (((i * 5) % 17) - 8) / 4 : Number((BigInt(i) * 2654435761n) % 2n ** 32n) / 65536)
  const { matrix } = await readVectors(bytesSource('in', golden('blocks.feather')))
  expect([matrix.rows, matrix.dim]).toEqual([20000, 3])
  for (const [start, count] of [
    [0, 20000],
    [17000, 3000],
    [8990, 20],
    [3, 1]
  ] as const) {
    const expected = Float32Array.from({ length: count * 3 }, (_, i) => value(start * 3 + i))
    expect(await matrix.read(start, count)).toEqual(expected)
  }
})

test('gzipped, and a column by its name', async () => {
  const packed = bytesSource('in', new Uint8Array(gzipSync(golden('stream.arrows'))))
  const { matrix } = await readVectorsOn(nodeHost, packed, { column: 'vector' })
  expect([...(await matrix.read(6, 1))]).toEqual(expected.slice(18))
})

const refused = async (bytes: Uint8Array, column?: string) => {
  const error = await readVectors(bytesSource('in', bytes), { column }).then(
    () => undefined,
    (error: unknown) => error
  )
  return isSlimbedError(error) ? `${error.code} ${error.message}` : error
}

test('what is packed, and what is no column of vectors, is refused in a line that says what to do', async () => {
  expect(await refused(golden('zstd.feather'))).toMatch(/^unsupported in: .*packed with ZSTD: write it without/)
  expect(await refused(golden('fixed.arrow'), 'tags')).toBe(
    'bad-input in: column "tags" has no lists of numbers, those that have: vector'
  )
})

/** The numbers of a column as they are in the file. */
function found(bytes: Uint8Array, values: readonly number[]): number {
  const wanted = Buffer.from(Float32Array.from(values).buffer)
  const at = Buffer.from(bytes).indexOf(wanted)
  expect(at).toBeGreaterThan(0)
  return at
}

test('a number that is not finite is named with its row', async () => {
  const bytes = golden('fixed.arrow')
  // Row 4 is in the second batch.
  new DataView(bytes.buffer).setFloat32(found(bytes, expected.slice(12, 15)) + 4, Number.NaN, true)
  const { matrix } = await readVectors(bytesSource('in', bytes))
  await expect(matrix.read(0, rows)).rejects.toMatchObject({ code: 'bad-input', message: /row 4, column 1/ })
})

test.each([
  ['null-row.arrow', /row 4 \(from 0\): expected a list of numbers, came null/],
  ['null-number.arrow', /row 4 \(from 0\): expected a number in column 1, came null/],
  ['lengths.arrow', /row 5 \(from 0\): expected 3 numbers, as in row 0, came 2/],
  ['null-word.arrow', /row 6 \(from 0\): expected a word in column word, came none/],
  ['empty.arrow', /expected rows of vectors; it has none/]
])('%s is refused', async (name, message) => {
  expect(await refused(golden(name))).toMatch(message)
})

test('views, unions and other columns before the vectors are gone beyond', async () => {
  const { matrix } = await readVectors(bytesSource('in', golden('others.arrow')))
  expect([...(await matrix.read(0, rows))]).toEqual(expected)
})
