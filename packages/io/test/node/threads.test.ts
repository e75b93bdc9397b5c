import { appendFileSync, mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import type { ReadOptions, Vectors } from '../../src/index.js'
import { fileSource, openVectors } from '../../src/node/index.js'
import { threadedHost } from '../../src/node/threads.js'
import { readVectorsOn } from '../../src/read.js'
import { allOf, dataFolder, expectSame, haveData, read, refusal } from '../support.js'

const folder = mkdtempSync(join(tmpdir(), 'slimbed-threads-'))
afterAll(() => rmSync(folder, { recursive: true }))
let files = 0
const fileOf = (content: string | Uint8Array) => {
  const path = join(folder, `${files++}.txt`)
  writeFileSync(path, content)
  return path
}

interface Threading {
  readonly threads?: number
  readonly sliceBytes?: number
  readonly program?: string
}

/** Reads a file on threads, however small it is. */
async function threaded(path: string, threading: Threading = {}, options: ReadOptions = {}): Promise<Vectors> {
  const { threads = 2, sliceBytes = 1000, program } = threading
  const file = await fileSource(path)
  const url = program === undefined ? undefined : new URL(`data:text/javascript,${encodeURIComponent(program)}`)
  return readVectorsOn(threadedHost(file, threads, { sliceBytes, ...(url ? { program: url } : {}) }), file, options)
}

const rows = 3000
const lines = Array.from({ length: rows }, (_, i) => `wörd ${i % 2900}th ${i} -${i}.5 1e-${i % 30}\n`)
const plain = lines.join('')

/** The threads that this process has besides its own. */
const threadsLeft = () => process.getActiveResourcesInfo().filter((kind) => /worker|port/i.test(kind)).length

async function expectSameVectors(found: Vectors, expected: Vectors): Promise<void> {
  const { matrix, vocabulary, format, warnings, bytes } = found
  expect({
    rows: matrix.rows,
    dim: matrix.dim,
    format,
    bytes,
    warnings: warnings.map((text) => text.replace(/^.*?: /, ''))
  }).toEqual({
    rows: expected.matrix.rows,
    dim: expected.matrix.dim,
    format: expected.format,
    bytes: expected.bytes,
    warnings: expected.warnings.map((text) => text.replace(/^.*?: /, ''))
  })
  expectSame(await allOf(matrix), await allOf(expected.matrix))
  expect(vocabulary?.offsets).toEqual(expected.vocabulary?.offsets)
  expect(vocabulary?.bytes).toEqual(expected.vocabulary?.bytes)
}

describe('any number of threads reads the same', () => {
  test.each([
    ['GloVe', plain],
    ['word2vec, with a header that is wrong and no last line end', `17 3\n${plain.slice(0, -1)}`],
    ['odd line ends, blank lines, a byte order mark', `\ufeff${lines.join('\r\n')}`],
    ['numbers alone', lines.map((line) => line.replace(/^.*th /, '0.5 ')).join('')],
    ['numbers alone, between tabs', lines.map((line) => line.replace(/^.*th /, '0.5 ').replaceAll(' ', '\t')).join('')]
  ])('%s', async (_, text) => {
    const expected = await read(text)
    const path = fileOf(text)
    for (const threads of [1, 2, 3]) {
      const vectors = await threaded(path, { threads, sliceBytes: 1000 * threads })
      await expectSameVectors(vectors, expected)
      await vectors.close()
    }
  })

  test('values are in shared memory, which threads that compute need', async () => {
    const { matrix, close } = await threaded(fileOf(plain))
    expect((await matrix.read(0, 1)).buffer).toBeInstanceOf(SharedArrayBuffer)
    await close()
  })

  test('the first line that is wrong is the one that is named', async () => {
    const bad = [...lines]
    for (const line of [1200, 1201, 2000, 2999]) bad[line] = `wörd ${line}th 1 2 x\n`
    const path = fileOf(bad.join(''))
    const expected = `bad-input: ${path}, line 1201: expected a number as number 3 of 3, came "x"`
    for (const threads of [1, 2, 3]) expect(await refusal(threaded(path, { threads }))).toBe(expected)
    expect(await refusal(openVectors(path))).toBe(expected)
    bad[1] = 'short\n'
    writeFileSync(path, bad.join(''))
    expect(await refusal(threaded(path))).toBe(
      `bad-input: ${path}, line 2: expected a word and 3 numbers, came 1 field`
    )
    const cut = fileOf(`9999 3\n${plain.slice(0, -1)}`)
    expect(await refusal(threaded(cut))).toBe(
      `corrupt-file: ${cut}, line 3002: expected 9999 rows, as the header says; the file ends after 3000`
    )
  })

  test.skipIf(!haveData)(`a real file${haveData ? '' : ` (skipped: no data in ${dataFolder})`}`, async () => {
    const path = join(dataFolder, 'vectors/glove.6B.50d.top10k.txt')
    const one = await openVectors(path, { threads: 1 })
    const two = await threaded(path, { sliceBytes: 100_000 })
    await expectSameVectors(two, one)
    for (const vectors of [one, two]) await vectors.close()
  })
})

describe('threads', () => {
  test('of large files report progress in order and leave nothing running', async () => {
    const path = fileOf(plain.repeat(400))
    const seen: [number, number][] = []
    const before = threadsLeft()
    let during = 0
    const progress = (done: number, total: number) => {
      seen.push([done, total])
      during = Math.max(during, threadsLeft())
    }
    const vectors = await openVectors(path, { threads: 2, progress })
    expect(during).toBeGreaterThan(before)
    expect(threadsLeft()).toBe(before)
    expect(vectors.matrix.rows).toBe(400 * rows)
    expect((await vectors.matrix.read(0, 1)).buffer).toBeInstanceOf(SharedArrayBuffer)
    expect(seen).toEqual([...seen].sort((a, b) => a[0] - b[0]))
    expect(seen.at(-1)).toEqual([vectors.bytes, vectors.bytes])
    await vectors.close()
  })

  test.each([0, -1, 1.5, Number.NaN])('%d of them are refused', async (threads) => {
    expect(await refusal(openVectors('missing.txt', { threads }))).toBe(
      `bad-option: threads must be a whole number from 1, not ${threads}`
    )
  })

  test.each([
    ['throws', "throw new Error('no memory')", 'failed: no memory'],
    ['ends', 'process.exit(7)', 'stopped with exit code 7'],
    ['ends without its work', '', 'stopped with exit code 0'],
    ['runs out of memory', 'new SharedArrayBuffer(2 ** 50)', 'failed: Array buffer allocation failed']
  ])('one that %s is one error', async (_, program, what) => {
    const path = fileOf(plain)
    const before = threadsLeft()
    expect(await refusal(threaded(path, { program }))).toBe(
      `io: ${path}: a reading thread ${what}; nothing was kept; run again, or with one thread`
    )
    expect(threadsLeft()).toBe(before)
  })

  test('one that dies while the others work is one error', async () => {
    const path = fileOf(plain)
    const thread = new URL('../../src/node/worker/thread.js', import.meta.url)
    const program = `
      import { workerData } from 'node:worker_threads'
      if (Atomics.compareExchange(workerData.next, 0, 0, 1) === 0) process.exit(3)
      await import(${JSON.stringify(thread.href)})`
    expect(await refusal(threaded(path, { program }))).toMatch(/: a reading thread stopped with exit code 3; /)
  })

  test('are interrupted at once, also when they never answer', async () => {
    const path = fileOf(plain)
    for (const program of ['for (;;);', undefined]) {
      const controller = new AbortController()
      const before = threadsLeft()
      const options = { signal: controller.signal, progress: () => controller.abort() }
      const work = refusal(threaded(path, program === undefined ? {} : { program }, options))
      if (program !== undefined) setTimeout(() => controller.abort(), 100)
      expect(await work).toBe('aborted: interrupted')
      expect(threadsLeft()).toBe(before)
    }
    expect(await refusal(threaded(path, {}, { signal: AbortSignal.abort() }))).toBe('aborted: interrupted')
  })
})

describe('a file that changes while it is read', () => {
  const half = plain.length >> 1
  test.each([1, 2])('shrinks, on %d threads', async (threads) => {
    const path = fileOf(plain.repeat(400))
    const size = plain.length * 400
    const shrink = () => truncateSync(path, half)
    expect(await refusal(openVectors(path, { threads, progress: shrink }))).toMatch(
      new RegExp(`^corrupt-file: ${path}, byte \\d+: expected \\d{8} bytes in all; the file shrank while being read$`)
    )
    expect(size).toBeGreaterThan(32 << 20)
  })

  test.each([1, 2])('grows, on %d threads', async (threads) => {
    const path = fileOf(plain.repeat(400))
    let once = true
    const grow = () => {
      if (once) appendFileSync(path, 'more 1 2 3\n')
      once = false
    }
    expect(await refusal(openVectors(path, { threads, progress: grow }))).toMatch(
      /^corrupt-file: .*, byte \d+: expected its end; the file grew to \d+ while being read$/
    )
  })
})
