import { readFileSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import {
  bytesSource,
  dense,
  isSlimbedError,
  load,
  openSource,
  openUrl,
  partition,
  product,
  quantized,
  rows,
  type Source,
  type TableKind
} from '@slimbed/runtime'
import { vocabularyOf } from '@slimbed/runtime/format'
import { optionalKinds } from '@slimbed/runtime/optional-kinds'
import { trellis } from '@slimbed/runtime/trellis'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { fileOf } from '../file-of.js'
import { f32, makeFile } from '../make-file.js'
import { decode, generator, quantizedSample, samples } from '../sample.js'
import { serve } from '../server.js'
import { trellisParts } from '../trellis-sample.js'

const golden = new URL('../golden/every-kind.safetensors', import.meta.url)

/** A source that counts the bytes it is asked for. */
const counting = (bytes: Uint8Array) => {
  const source = bytesSource('file', bytes)
  const counted = {
    name: source.name,
    size: source.size,
    count: 0,
    requests: 0,
    read(offset: number, length: number) {
      counted.count += length
      counted.requests++
      return source.read(offset, length)
    }
  }
  return counted
}

test('any table has the same rows by ranges as whole', async () => {
  const property = fc.asyncProperty(samples, fc.array(fc.nat(), { maxLength: 9 }), async ({ table }, picks) => {
    const file = fileOf(table)
    const remote = await openSource(bytesSource('file', file), { blockBytes: 7, cacheBytes: 64, kinds: optionalKinds })
    expect([remote.table.rows, remote.table.dim, remote.whole]).toEqual([table.rows, table.dim, false])
    const ids = table.rows === 0 ? [] : picks.map((pick) => pick % table.rows)
    const whole = load(file, { kinds: optionalKinds }).table
    expect(await remote.table.read(ids)).toEqual(rows(whole, ids))
    expect(decode(await remote.table.take(ids))).toEqual(rows(whole, ids))
  })
  await fc.assert(property, { numRuns: 200 })
})

test('a file of Node, by its handle', async () => {
  const handle = await open(fileURLToPath(golden))
  try {
    const source: Source = {
      name: 'file',
      size: (await handle.stat()).size,
      async read(offset, length) {
        const { bytesRead, buffer } = await handle.read(new Uint8Array(length), 0, length, offset)
        return buffer.subarray(0, bytesRead)
      }
    }
    const { table, vocabulary, manifest } = await openSource(source)
    const whole = load(readFileSync(golden))
    expect(await table.read([14, 0, 3, 3])).toEqual(rows(whole.table, [14, 0, 3, 3]))
    expect(vocabulary?.find('日本')).toBe(3)
    expect(manifest).toEqual(whole.manifest)
    const short = { ...source, read: (offset: number) => source.read(offset, 1) }
    await expect(openSource(short)).rejects.toMatchObject({
      code: 'io',
      message: expect.stringContaining('expected 8')
    })
  } finally {
    await handle.close()
  }
})

const random = generator(7)
const words = vocabularyOf(Array.from({ length: 20_000 }, (_, i) => `word${i}`))
const codes = quantizedSample(random, 20_000, 40, { bits: 8, groupSize: 40, perRow: true }).table
const factors = dense(
  40,
  64,
  Float32Array.from({ length: 40 * 64 }, () => random() - 0.5)
)
const large = fileOf(product(codes, factors), words)
const ten = [3, 19_999, 10_000, 77, 12_345, 5_000, 5_001, 15_000, 8_000, 1]

test('ten rows cost less than 5 % of the file beyond the vocabulary, and nothing the second time', async () => {
  const source = counting(large)
  const { table, sizes } = await openSource(source)
  expect(await table.read(ten)).toEqual(rows(load(large).table, ten))
  expect(source.count - sizes.vocabulary).toBeLessThan(0.05 * sizes.table)
  const { count } = source
  await table.read(ten)
  expect(source.count).toBe(count)
})

test('blocks used last are kept, others are read again', async () => {
  const source = counting(large)
  const { table } = await openSource(source, { blockBytes: 1024, cacheBytes: 4096 })
  const reads = async (...ids: number[]) => {
    const before = source.requests
    await table.read(ids)
    return source.requests - before
  }
  // A row's codes and its scale lie in a block each.
  expect(await reads(0)).toBe(2)
  expect(await reads(10_000)).toBe(2)
  expect(await reads(0)).toBe(0)
  expect(await reads(19_000)).toBe(2)
  expect(await reads(0)).toBe(0)
  expect(await reads(10_000)).toBe(2)
})

test('entropy-coded rows come by blocks: neighbours in one request, others in one for each block of the file', async () => {
  const { parts } = trellisParts(generator(1), 3000, 12)
  const file = fileOf(trellis({ ...parts, lengths: Uint32Array.from(parts.lengths) }))
  const source = counting(file)
  const { table } = await openSource(source, { kinds: optionalKinds })
  const whole = load(file, { kinds: optionalKinds }).table
  const reads = async (ids: readonly number[]) => {
    const before = source.requests
    expect(await table.read(ids)).toEqual(rows(whole, ids))
    return source.requests - before
  }
  expect(parts.stream.length).toBeGreaterThan(50_000)
  expect(await reads(Array.from({ length: 500 }, (_, i) => 100 + i))).toBe(1)
  expect(await reads([599, 100, 300])).toBe(0)
  expect(await reads([2900, 700, 2901, 1500, 701, 700])).toBe(3)
})

test('a part of which no row is asked for is not read', async () => {
  const factors = (seed: number) => dense(20, 64, Float32Array.from({ length: 1280 }, generator(seed)))
  const left = quantizedSample(generator(5), 500, 20, { bits: 8, groupSize: 20, perRow: false }).table
  const parts = [1, 2, 3].map((seed) => product(left, factors(seed)))
  const file = fileOf(
    partition(
      Uint8Array.from({ length: 1500 }, (_, i) => i % 3),
      parts
    )
  )
  const source = counting(file)
  const { table } = await openSource(source)
  const opened = source.count
  expect(await table.read([3, 0])).toEqual(rows(load(file).table, [3, 0]))
  // One `right` of 5,120 bytes, a scale, and a block or two.
  expect(source.count - opened).toBeGreaterThan(5120)
  expect(source.count - opened).toBeLessThan(2 * 5120)
  expect(await table.read([1, 2, 4, 0])).toEqual(rows(load(file).table, [1, 2, 4, 0]))
})

test('neighbouring blocks come in one request', async () => {
  const source = counting(large)
  const { table } = await openSource(source, { blockBytes: 512 })
  const before = source.requests
  await table.read(Array.from({ length: 1000 }, (_, i) => i))
  expect(source.requests - before).toBe(2)
})

test('rows that are none are refused', async () => {
  const { table } = await openSource(bytesSource('file', large))
  for (const row of [-1, 20_000, 0.5, Number.NaN]) {
    await expect(table.read([row])).rejects.toMatchObject({ code: 'out-of-range' })
  }
})

test('a table of a kind that has no rows apart is read whole', async () => {
  const twice: TableKind = {
    kind: 'twice',
    load: (_, { data }) =>
      dense(
        2,
        2,
        Float32Array.from(data.data, (x) => 2 * x)
      )
  }
  const plain = dense(2, 2, Float32Array.of(1, 2, 3, 4))
  const kind = {
    ...twice,
    load: (...parts: Parameters<TableKind['load']>) => ({ ...twice.load(...parts), kind: 'twice' })
  }
  const file = makeFile({ tensors: { data: f32([2, 2], ...decode(plain)) }, manifest: { table: { kind: 'twice' } } })
  const { table, whole } = await openSource(bytesSource('file', file), { kinds: [kind] })
  expect([await table.read([1, 0, 1]), whole]).toEqual([Float32Array.of(6, 8, 2, 4, 6, 8), true])
  await expect(openSource(bytesSource('file', file))).rejects.toMatchObject({ code: 'unsupported' })
})

test('what a program keeps beside its table comes along, and belongs to nothing without an entry', async () => {
  const tensors = { data: f32([1, 1], 5), 'extra.bias': f32([2], 1, 2) }
  const table = { kind: 'dense' }
  const file = makeFile({ tensors, manifest: { table, extra: { name: 'x' } } })
  const { extra, table: found } = await openSource(bytesSource('file', file))
  expect(extra).toEqual(load(file).extra)
  expect([extra?.config, await found.read([0])]).toEqual([{ name: 'x' }, Float32Array.of(5)])
  const loose = makeFile({ tensors, manifest: { table } })
  await expect(openSource(bytesSource('file', loose))).rejects.toMatchObject({ code: 'corrupt-file' })
})

test('damage to any byte is refused in one line, wherever it lies', async () => {
  const small = fileOf(
    product(
      quantizedSample(generator(3), 9, 5, { bits: 4, groupSize: 2, perRow: true }).table,
      dense(5, 4, new Float32Array(20).fill(0.5))
    ),
    vocabularyOf([...'abcdefghi'])
  )
  const codes = new Set<string>()
  for (let at = 0; at < small.length; at++) {
    const file = small.slice()
    file[at] ^= 1 << (at % 8)
    try {
      const { table } = await openSource(bytesSource('file', file))
      await table.read(Array.from({ length: table.rows }, (_, i) => i))
      expect.unreachable(`the damage to byte ${at} was not noticed`)
    } catch (error) {
      if (!isSlimbedError(error)) throw error
      expect(error.message).toMatch(/^.{10,400}$/)
      codes.add(error.code)
    }
  }
  for (let length = 0; length < small.length; length++) {
    await expect(openSource(bytesSource('file', small.subarray(0, length)))).rejects.toMatchObject({
      code: 'corrupt-file'
    })
  }
  expect([...codes]).toEqual(['corrupt-file'])
})

test('parts that do not fit are refused when the file is opened', async () => {
  const scale = { dtype: 'F32', shape: [2, 1], data: new Float32Array(2) } as const
  const good = quantized({ dim: 2, bits: 8, groupSize: 2, codes: new Uint8Array(4), scale, zero: 0 })
  const wrong: readonly [object, string][] = [
    [{ dim: 2, bits: 99, groupSize: 2, zero: 0 }, 'bits must be'],
    [{ dim: 3, bits: 8, groupSize: 3, zero: 0 }, 'codes of [0,3], got [0,2]'],
    [{ dim: '2', bits: 8, groupSize: 2, zero: 0 }, '1 to 16777216 columns, got 0 × 2']
  ]
  for (const [config, message] of wrong) {
    const file = fileOf({ ...good, config: config as never })
    const error = { code: 'corrupt-file', message: expect.stringContaining(message) }
    await expect(openSource(bytesSource('file', file))).rejects.toMatchObject(error)
  }
})

test('a server with ranges sends the header, the vocabulary and the blocks of the rows', async () => {
  const server = await serve({ bytes: large, etag: '"1"' })
  try {
    const { table, vocabulary, sizes, whole } = await openUrl(server.url)
    expect(await table.read(ten)).toEqual(rows(load(large).table, ten))
    expect([whole, vocabulary?.find('word19999')]).toEqual([false, 19_999])
    expect(server.sent - sizes.vocabulary).toBeLessThan(0.05 * sizes.table)
    expect(server.ranges.every((range) => range !== '')).toBe(true)
  } finally {
    await server.close()
  }
})
