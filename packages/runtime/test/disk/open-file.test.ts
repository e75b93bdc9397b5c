import { execFileSync } from 'node:child_process'
import {
  closeSync,
  ftruncateSync,
  mkdtempSync,
  openSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
  writeSync
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { crc32 } from 'node:zlib'
import { load, rows } from '@slimbed/runtime'
import { vocabularyOf } from '@slimbed/runtime/format'
import { openFile } from '@slimbed/runtime/node'
import { optionalKinds } from '@slimbed/runtime/optional-kinds'
import fc from 'fast-check'
import { afterAll, expect, test, vi } from 'vitest'
import { rowCache } from '../../src/disk/row-cache.js'
import { fileOf } from '../file-of.js'
import { f32, makeFile, withHeader } from '../make-file.js'
import { generator, quantizedSample, samples } from '../sample.js'

const folder = mkdtempSync(join(tmpdir(), 'slimbed-disk-'))
afterAll(() => rmSync(folder, { recursive: true }))
let files = 0
const put = (bytes: Uint8Array): string => {
  const path = join(folder, `${files++}.safetensors`)
  writeFileSync(path, bytes)
  return path
}

test('any table has the same rows in its file as in memory, however often and by how many they are read', async () => {
  const batches = fc.array(fc.array(fc.nat(), { maxLength: 40 }), { maxLength: 5 })
  const property = fc.asyncProperty(samples, batches, fc.nat(3000), async ({ table }, picks, cacheBytes) => {
    const bytes = fileOf(table)
    const path = put(bytes)
    const whole = load(bytes, { kinds: optionalKinds }).table
    const file = await openFile(path, { kinds: optionalKinds, cacheBytes })
    expect([file.table.rows, file.table.dim]).toEqual([table.rows, table.dim])
    const asked = picks.map((some) => (table.rows === 0 ? [] : some.map((pick) => pick % table.rows)))
    for (const ids of asked) expect(await file.table.read(ids)).toEqual(rows(whole, ids))
    const together = await Promise.all(asked.map((ids) => file.table.read(ids)))
    for (const [i, ids] of asked.entries()) expect(together[i]).toEqual(rows(whole, ids))
    await file.close()
    rmSync(path)
  })
  await fc.assert(property, { numRuns: 150 })
})

test('rows of a slow disk are read in the background', async () => {
  const { table } = quantizedSample(generator(1), 300, 40)
  const bytes = fileOf(table)
  const file = await openFile(put(bytes))
  const ids = Array.from({ length: 300 }, (_, i) => (i * 7) % 300)
  let now = 0
  // Each look at the clock finds that a second has passed.
  vi.spyOn(performance, 'now').mockImplementation(() => (now += 1000))
  try {
    for (let time = 0; time < 3; time++) expect(await file.table.read(ids)).toEqual(rows(table, ids))
  } finally {
    vi.restoreAllMocks()
  }
  await file.close()
})

test('words, and a row number that is none', async () => {
  const path = put(fileOf(quantizedSample(generator(2), 3, 4).table, vocabularyOf(['a', 'b', 'c'])))
  const file = await openFile(path)
  expect(file.vocabulary?.find('b')).toBe(1)
  await expect(file.table.read([3])).rejects.toMatchObject({ code: 'out-of-range' })
  await file.close()
})

test('a damaged block is an error for its rows alone, each time', async () => {
  const dim = 128
  const data = f32([64, dim], ...Array.from({ length: 64 * dim }, (_, i) => i))
  const bytes = makeFile({ tensors: { data }, manifest: { table: { kind: 'dense' } } })
  const start = bytes.length - data.bytes.length
  bytes[start + 10 * dim * 4 + 3] ^= 64
  const file = await openFile(put(bytes))
  for (let time = 0; time < 2; time++) {
    await expect(file.table.read([9, 10])).rejects.toMatchObject({ code: 'corrupt-file' })
    expect((await file.table.read([9, 11]))[0]).toBe(9 * dim)
  }
  await file.close()
})

test('a file that shrinks, one that is none, and one that was closed', async () => {
  const path = put(fileOf(quantizedSample(generator(3), 2000, 16).table))
  const file = await openFile(path)
  truncateSync(path, statSync(path).size - 20_000)
  await expect(file.table.read([1999])).rejects.toMatchObject({ code: 'corrupt-file', message: /shrank/ })
  await file.close()
  await file.close()
  await expect(file.table.read([0])).rejects.toMatchObject({ code: 'io', message: /has been closed/ })
  await expect(openFile(join(folder, 'none'))).rejects.toMatchObject({ code: 'not-found' })
  await expect(openFile(folder)).rejects.toMatchObject({ code: 'bad-input' })
  if (process.platform !== 'win32') {
    // Nobody writes to it.
    const pipe = join(folder, 'pipe')
    execFileSync('mkfifo', [pipe])
    await expect(openFile(pipe)).rejects.toMatchObject({
      code: 'bad-input',
      message: expect.stringMatching(/pipe: expected a file/)
    })
  }
  await expect(openFile(put(new Uint8Array(100)))).rejects.toMatchObject({ code: 'corrupt-file' })
})

test('closing waits for reads that are on their way', async () => {
  const { table } = quantizedSample(generator(4), 500, 32)
  const file = await openFile(put(fileOf(table)))
  const reads = Array.from({ length: 20 }, (_, i) => file.table.read([i, 400 - i]))
  await file.close()
  for (const read of reads) {
    const got = await read.catch((error: unknown) => error)
    if (!(got instanceof Float32Array)) expect(got).toMatchObject({ code: 'io' })
  }
})

// Zeros that take no room on the disk, but for the last rows.
test('rows beyond 4 GiB', async () => {
  const [dim, count, blockBytes] = [1024, 5 * 2 ** 20 + 3, 2 ** 20]
  const size = dim * count
  const blocks = Math.ceil(size / blockBytes)
  const last = new Uint8Array(size - (blocks - 1) * blockBytes).map((_, i) => 1 + (i >> 10))
  const sums = new Uint32Array(blocks).fill(crc32(new Uint8Array(blockBytes)))
  sums[blocks - 1] = crc32(last)
  const scale = new Uint8Array(Float32Array.of(2).buffer)
  const checksums = {
    blockBytes,
    crc32: Buffer.concat([u32(crc32(scale)), Buffer.from(sums.buffer)]).toString('base64')
  }
  const table = { kind: 'quantized', config: { dim, bits: 8, groupSize: dim, zero: 0 } }
  const facts = { checksum: '00000000', slimbed: JSON.stringify({ format: 1, checksums, table }) }
  const text = JSON.stringify({
    __metadata__: facts,
    scale: { dtype: 'F32', shape: [1, 1], data_offsets: [0, 4] },
    codes: { dtype: 'U8', shape: [count, dim], data_offsets: [4, 4 + size] }
  })
  const head = Buffer.from(withHeader(text.padEnd(Math.ceil(text.length / 8) * 8)))
  head.write(crc32(head).toString(16).padStart(8, '0'), head.indexOf('"checksum":"00000000"') + 12)
  const path = join(folder, 'large.safetensors')
  const fd = openSync(path, 'w')
  writeSync(fd, head)
  writeSync(fd, scale)
  ftruncateSync(fd, head.length + 4 + size)
  writeSync(fd, last, 0, last.length, head.length + 4 + size - last.length)
  closeSync(fd)
  const file = await openFile(path)
  const got = await file.table.read([count - 1, 0, count - 3, 4 * 2 ** 20])
  expect([0, 1, 2, 3].map((row) => got[row * dim + 5])).toEqual([6, 0, 2, 0])
  await file.close()
  rmSync(path)
})

const u32 = (value: number) => {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32LE(value)
  return bytes
}

test('rows keep their places until others get them, and there are never more of them than places', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(500), { maxLength: 300 }), fc.nat(150), (asked, most) => {
      const cache = rowCache(most, 501)
      expect(cache.places).toBeLessThanOrEqual(Math.max(8, most))
      const kept = new Uint32Array(cache.places)
      for (const row of asked) {
        const at = cache.find(row)
        if (at >= 0) expect(kept[at]).toBe(row)
        else {
          const place = cache.place(row)
          kept[place] = row
          expect(cache.find(row)).toBe(place)
        }
      }
      const last = asked.at(-1) ?? 0
      if (asked.length > 0) cache.forget(cache.find(last))
      expect(cache.find(last)).toBe(-1)
    })
  )
})

test('rows that are found again stay longer than those that are not', () => {
  const cache = rowCache(8, 1000)
  cache.place(0)
  for (let row = 1; row < 100; row++) {
    expect(cache.find(0)).toBeGreaterThanOrEqual(0)
    cache.place(row)
  }
})

test('rows are written to an array that is given, which must be large enough', async () => {
  const { table } = quantizedSample(generator(5), 30, 6)
  const file = await openFile(put(fileOf(table)))
  const into = new Float32Array(20)
  expect(await file.table.read([3, 7], { into })).toBe(into)
  expect(into.slice(0, 12)).toEqual(rows(table, [3, 7]))
  await expect(file.table.read([1, 2, 3, 4], { into })).rejects.toMatchObject({ code: 'bad-input' })
  await file.close()
})
