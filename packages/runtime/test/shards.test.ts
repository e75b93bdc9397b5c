import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { bytesSource, load, rows } from '../src/index.js'
import { formatShards, loadShards, openShards, parseShards } from '../src/shards/index.js'
import { dim, shards } from './shards-sample.js'

const opening =
  (files: ReadonlyMap<string, Uint8Array>, opened: string[] = []) =>
  async (file: string) => {
    opened.push(file)
    return bytesSource(file, files.get(file) ?? new Uint8Array())
  }

test('rows of any order are those of the parts, read from files or held in memory', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.integer({ min: 1, max: 6 }), { minLength: 1, maxLength: 5 }),
      fc.array(fc.nat(1000), { maxLength: 12 }),
      async (counts, some) => {
        const { files, manifest, bytes } = await shards(counts)
        const ids = some.map((id) => id % manifest.rows)
        const whole = loadShards(bytes, files)
        const all = [...files.values()].map((file) => load(file).table)
        const expected = ids.flatMap((id) => {
          let [part, row] = [0, id]
          while (row >= counts[part]) row -= counts[part++]
          return [...rows(all[part], [row])]
        })
        expect([...rows(whole, ids)]).toEqual(expected)
        const { table } = openShards(bytes, opening(files))
        expect([...(await table.read(ids))]).toEqual(expected)
        const taken = await table.take(ids)
        expect([taken.rows, taken.dim]).toEqual([ids.length, dim])
      }
    ),
    { numRuns: 25 }
  )
})

test('a part is opened when a row of it is asked for, once; words are found in all', async () => {
  const { files, bytes } = await shards([4, 5, 6])
  const opened: string[] = []
  const sharded = openShards(bytes, opening(files, opened))
  expect(opened).toEqual([])
  await sharded.table.read([6])
  await sharded.table.read([5, 8])
  expect(opened).toEqual(['part-1.safetensors'])
  expect([await sharded.find('w3'), await sharded.find('w14'), await sharded.find('none')]).toEqual([3, 14, -1])
  await expect(sharded.table.read([15])).rejects.toMatchObject({ code: 'out-of-range' })
})

test('parts that are asked for at the same time are opened once; one that is not what it should be is closed, and opened anew', async () => {
  const { files, bytes } = await shards([4, 5])
  const opened: string[] = []
  const closed: string[] = []
  let wrong = true
  const sharded = openShards(bytes, async (file) => {
    opened.push(file)
    await Promise.resolve()
    const own = file === 'part-1.safetensors' && wrong ? new Uint8Array(64) : files.get(file)
    return { ...bytesSource(file, own ?? new Uint8Array()), close: async () => void closed.push(file) }
  })
  const reads = [[0], [3], [1, 2]].map((ids) => sharded.table.read(ids))
  expect((await Promise.all(reads)).map(({ length }) => length / dim)).toEqual([1, 1, 2])
  expect([opened, closed]).toEqual([['part-0.safetensors'], []])
  for (let i = 0; i < 2; i++) {
    await expect(sharded.table.read([0, 5])).rejects.toMatchObject({ code: 'corrupt-file' })
    expect(closed).toHaveLength(i + 1)
  }
  wrong = false
  expect(await sharded.table.read([5])).toHaveLength(dim)
  expect(closed).toEqual(['part-1.safetensors', 'part-1.safetensors'])
})

test('rows that a manifest claims take no memory before the files are there', async () => {
  const { files, manifest, bytes } = await shards([2, 2])
  const claimed = manifest.parts.map((part) => ({ ...part, rows: 2_000_000_000 }))
  const before = process.memoryUsage().arrayBuffers
  let most = before
  const spy = new Proxy(files, {
    get(target, key) {
      most = Math.max(most, process.memoryUsage().arrayBuffers)
      const value = Reflect.get(target, key)
      return typeof value === 'function' ? value.bind(target) : value
    }
  })
  expect(() => loadShards(formatShards({ ...manifest, rows: 4_000_000_000, parts: claimed }), spy)).toThrow(
    expect.objectContaining({ code: 'corrupt-file', message: expect.stringMatching(/expected 2000000000 × 3/) })
  )
  expect(most - before).toBeLessThan(2 ** 24)
  expect(loadShards(bytes, files).rows).toBe(4)
})

test('any byte of the manifest that is changed is noticed', async () => {
  const { bytes } = await shards([2, 2])
  for (let at = 0; at < bytes.length; at++) {
    const damaged = bytes.slice()
    damaged[at] ^= 1
    expect(() => parseShards(damaged)).toThrow(expect.objectContaining({ code: 'corrupt-file' }))
  }
  for (let end = 0; end < bytes.length; end += 7) expect(() => parseShards(bytes.subarray(0, end))).toThrow()
})

describe('a manifest that does not fit is refused', () => {
  test.each([
    ['a path upwards', { file: '../part-0.safetensors' }],
    ['an absolute path', { file: '/etc/part.safetensors' }],
    ['a backslash', { file: 'a\\part.safetensors' }],
    ['another ending', { file: 'part-0.npy' }],
    ['a hidden file', { file: '.part.safetensors' }],
    ['a name twice', { file: 'part-1.safetensors' }],
    ['other rows', { rows: 3 }],
    ['no rows', { rows: 0 }],
    ['a size that is no number', { bytes: '12' }],
    ['no checksum', { header: 'x' }]
  ])('%s', async (_, change) => {
    const { manifest } = await shards([2, 2])
    const [first, ...others] = manifest.parts
    const bytes = formatShards({ ...manifest, parts: [{ ...first, ...change } as never, ...others] })
    expect(() => parseShards(bytes)).toThrow(expect.objectContaining({ code: 'corrupt-file' }))
  })
})

test('a part that is not the one of the manifest is refused', async () => {
  const { files, bytes } = await shards([3, 3])
  const other = await shards([2, 4])
  const [first, second] = ['part-0.safetensors', 'part-1.safetensors']
  const longer = new Uint8Array([...(files.get(first) ?? []), 0])
  const damaged = (files.get(first) ?? new Uint8Array()).slice()
  damaged[damaged.length - 1] ^= 1
  for (const wrong of [longer, damaged, files.get(second), other.files.get(first)]) {
    const changed = new Map([...files, [first, wrong ?? new Uint8Array()]])
    const { table } = openShards(bytes, opening(changed))
    await expect(table.read([0, 1, 2])).rejects.toMatchObject({ code: 'corrupt-file' })
    expect(() => loadShards(bytes, changed)).toThrow(expect.objectContaining({ code: 'corrupt-file' }))
    // The others are whole.
    expect(await table.read([4])).toHaveLength(dim)
  }
})
