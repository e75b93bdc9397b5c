import { closeSync, mkdtempSync, openSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, expect, test } from 'vitest'
import { bytesSource } from '../../src/index.js'
import { sliceReader } from '../../src/node/worker/slice.js'
import { chunksOf } from '../../src/source/chunks.js'
import { longestLine } from '../../src/text/longest-line.js'
import { type Parsed, parseStream } from '../../src/text/parse-stream.js'
import { utf8 } from '../support.js'

const folder = mkdtempSync(join(tmpdir(), 'slimbed-slice-'))
afterAll(() => rmSync(folder, { recursive: true }))
const path = join(folder, 'text')

/** Blocks as one: what is read, up to what stops it. */
function joined(blocks: Iterable<Parsed & { fault?: unknown }>) {
  const all = { values: [] as number[], words: [] as string[], lines: 0, unended: false, stopped: '' }
  for (const { values, words, ends, rows, lines, unended, problem, fault } of blocks) {
    expect([values.length % Math.max(1, rows), ends.length]).toEqual([0, rows])
    all.values.push(...values)
    ends.forEach((end, row) => {
      all.words.push(Buffer.from(words.subarray(row === 0 ? 0 : ends[row - 1], end)).toString('hex'))
    })
    all.lines += lines
    if (problem !== undefined || fault) return { ...all, stopped: problem ?? JSON.stringify(fault) }
    all.unended ||= unended
  }
  return all
}

function* sliced(bytes: Uint8Array, dim: number, start: number, sliceBytes: number) {
  writeFileSync(path, bytes)
  const slices = Math.ceil((bytes.length - start) / sliceBytes)
  const fd = openSync(path, 'r')
  const read = sliceReader({ fd, size: bytes.length, start, dim, sliceBytes, slices })
  try {
    for (let index = 0; index < slices; index++) yield read(index)
  } finally {
    closeSync(fd)
  }
}

async function whole(bytes: Uint8Array, dim: number, start: number) {
  const blocks = []
  const chunks = chunksOf(bytesSource('in', bytes))
  for await (const block of parseStream(chunks, 'in', { dim, start })) blocks.push(block)
  return joined(blocks)
}

const number = fc.oneof(
  fc.constantFrom('0', '-1.5', '3e-3', '123456789.123', '.5', '1e39', 'nan', 'x', '-'),
  fc.float({ noNaN: true, noDefaultInfinity: true }).map(String)
)
const gap = fc.constantFrom(' ', ' ', ' ', ' ', '\t', '  ')
const line = fc
  .tuple(fc.constantFrom('a', 'word', 'new york', '', ' ', '中文', 'a\u00a0b', '12'), gap, number, gap, number)
  .map((parts) => parts.join(''))
const odd = fc.oneof({ weight: 20, arbitrary: line }, fc.constantFrom('', ' ', '\t', 'word', 'word 1', '\u0000'))
const text = fc
  .tuple(fc.array(fc.tuple(odd, fc.constantFrom('\n', '\n', '\n', '\r\n')), { maxLength: 12 }), odd)
  .map(([lines, last]) => lines.map((pair) => pair.join('')).join('') + last)

test('slices of any size are the text as a whole', async () => {
  await fc.assert(
    fc.asyncProperty(text, fc.integer({ min: 1, max: 60 }), fc.nat({ max: 9 }), async (content, size, skip) => {
      const bytes = utf8(content)
      const start = Math.min(skip, bytes.length)
      expect(joined(sliced(bytes, 2, start, size))).toEqual(await whole(bytes, 2, start))
    }),
    { numRuns: 1500 }
  )
})

test('lines longer than slices, and as long as they may be', async () => {
  const row = (length: number) => `w 1 ${'0'.repeat(length - 4)}`
  const bytes = utf8(`a 1 2\n${row(300_000)}\nb 3 4\n${row(longestLine)}\nc 5 6\n`)
  expect(joined(sliced(bytes, 2, 0, 1000))).toEqual(await whole(bytes, 2, 0))
  expect(joined(sliced(bytes, 2, 0, 1000)).words).toHaveLength(5)
})

test.each(['', '\n', '\nb 3 4\n'])(
  'a line that is too long stops the reading after those before it, however it ends: %j',
  async (end) => {
    const bytes = utf8(`a 1 2\nw 1 ${'0'.repeat(longestLine - 3)}${end}`)
    await expect(whole(bytes, 2, 0)).rejects.toThrow(`in: expected lines of vectors; a line is longer than`)
    const found = joined(sliced(bytes, 2, 0, 1 << 20))
    expect(found).toMatchObject({ lines: 1, words: ['61'], stopped: '{"kind":"long"}' })
  }
)
