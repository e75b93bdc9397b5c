import { vocabularyOf } from '@slimbed/runtime/format'
import { describe, expect, test } from 'vitest'
import {
  bytesSource,
  encodeVectors,
  readVectors,
  type Source,
  type VectorFormat,
  vectorFormats,
  type Writable
} from '../src/index.js'
import { codedRows, collect } from './support.js'

const [rows, dim] = [40, 3]
const data = Float32Array.from({ length: rows * dim }, (_, i) => i / 8)
const words = vocabularyOf(Array.from({ length: rows }, (_, i) => `w${i}`))
const matrix = {
  rows,
  dim,
  read: async (start: number, count: number) => data.slice(start * dim, (start + count) * dim)
}

const table = codedRows(data, dim)

async function written(content: Writable, format: VectorFormat): Promise<Uint8Array> {
  const sink = collect()
  await encodeVectors(content, format, sink)
  return sink.bytes()
}

describe.each(vectorFormats)('%s', (format) => {
  test.each([1, 7, 39, 40, 41])('limit=%d gives the first rows and their words', async (limit) => {
    const file = await written({ matrix, vocabulary: words, table }, format)
    const read = await readVectors(bytesSource('file', file), { limit })
    const count = Math.min(limit, rows)
    expect([read.matrix.rows, read.matrix.dim]).toEqual([count, dim])
    expect(await read.matrix.read(0, count)).toEqual(data.subarray(0, count * dim))
    await expect(read.matrix.read(count - 1, 2)).rejects.toMatchObject({ code: 'out-of-range' })
    if (read.vocabulary) {
      expect(read.vocabulary.size).toBe(count)
      expect(read.vocabulary.word(count - 1)).toBe(`w${count - 1}`)
      expect(read.vocabulary.find(`w${count}`)).toBe(-1)
    }
    expect(read.warnings).toEqual([])
  })

  test('words of their own are those of all rows', async () => {
    const file = await written({ matrix, table }, format).catch(() => undefined)
    if (!file) return
    const list = bytesSource(
      'words',
      new TextEncoder().encode(Array.from({ length: rows }, (_, i) => `v${i}\n`).join(''))
    )
    const read = await readVectors(bytesSource('file', file), { limit: 5, words: list })
    expect([read.matrix.rows, read.vocabulary?.size, read.vocabulary?.word(4)]).toEqual([5, 5, 'v4'])
  })
})

/** A source that counts the bytes that are read of it. */
function counted(bytes: Uint8Array): Source & { count: number } {
  const source = bytesSource('file', bytes)
  const made = {
    name: source.name,
    size: source.size,
    count: 0,
    read(offset: number, length: number) {
      made.count += length
      return source.read(offset, length)
    }
  }
  return made
}

const many = 40_000
const wide = 128

test.each(['bin', 'txt'] as const)('what follows is not read: %s', async (format) => {
  const line = new TextEncoder().encode(`w${' 0.5'.repeat(wide)}\n`)
  const vector = new Uint8Array(Float32Array.from({ length: wide }, () => 0.5).buffer)
  const row = format === 'bin' ? Uint8Array.of(119, 32, ...vector, 10) : line
  const head = new TextEncoder().encode(format === 'bin' ? `${many} ${wide}\n` : '')
  const file = new Uint8Array(head.length + many * row.length)
  file.set(head)
  for (let i = 0; i < many; i++) file.set(row, head.length + i * row.length)
  const source = counted(file)
  const read = await readVectors(source, { limit: 10 })
  expect([read.matrix.rows, read.vocabulary?.size]).toEqual([10, 10])
  expect(await read.matrix.read(9, 1)).toEqual(new Float32Array(wide).fill(0.5))
  expect(source.count).toBeLessThan(0.7 * source.size)
})

test('what is wrong after the limit does not matter, and before it does', async () => {
  const text = (bad: number) =>
    bytesSource(
      'file',
      new TextEncoder().encode(Array.from({ length: 9 }, (_, i) => `w${i} 1 ${i === bad ? 'x' : 2}\n`).join(''))
    )
  await expect(readVectors(text(3), { limit: 5 })).rejects.toMatchObject({ code: 'bad-input' })
  const short = bytesSource('file', new TextEncoder().encode('9 2\na 1 2\nb 3 4'))
  expect((await readVectors(short, { limit: 1 })).matrix.rows).toBe(1)
})

test.each([0, -1, 1.5, Number.NaN])('limit=%d is refused', async (limit) => {
  const source = bytesSource('file', new TextEncoder().encode('a 1 2\nb 3 4\n'))
  await expect(readVectors(source, { limit })).rejects.toMatchObject({ code: 'bad-option' })
})
