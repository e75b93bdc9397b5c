import { bytesSource } from '@slimbed/runtime'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { joined } from '../../src/remote/joined.js'

const bytes = Uint8Array.from({ length: 5000 }, (_, i) => (i * 31) % 251)

/** A source that keeps what it is asked for, and how much of it at a time. */
function watched() {
  const seen = { asked: [] as [number, number][], now: 0, most: 0 }
  const source = {
    ...bytesSource('file', bytes),
    async read(offset: number, length: number) {
      seen.asked.push([offset, length])
      seen.most = Math.max(seen.most, ++seen.now)
      await new Promise((done) => setTimeout(done))
      seen.now--
      return bytes.subarray(offset, offset + length)
    }
  }
  return { seen, source }
}

const ranges = fc.array(fc.tuple(fc.nat(4800), fc.nat(200)), { maxLength: 40 })

test('reads of one go give what they give alone, in as few reads as there are gaps, six at a time', async () => {
  const property = fc.asyncProperty(ranges, async (wanted) => {
    const { seen, source } = watched()
    const { read } = joined(source)
    const found = await Promise.all(wanted.map(([offset, length]) => read(offset, length)))
    expect(found).toEqual(wanted.map(([offset, length]) => bytes.subarray(offset, offset + length)))
    let [runs, end] = [0, -1]
    for (const [offset, length] of wanted.toSorted(([a], [b]) => a - b)) {
      if (offset > end) runs++
      end = Math.max(end, offset + length)
    }
    expect(seen.asked.length).toBe(runs)
    expect(seen.most).toBeLessThanOrEqual(6)
  })
  await fc.assert(property, { numRuns: 60 })
})

test('reads are not joined to more than maxBytes, nor with those of another signal', async () => {
  const { seen, source } = watched()
  const { read } = joined(source, 100)
  await Promise.all([read(0, 60), read(60, 40), read(100, 60)])
  expect(seen.asked).toEqual([
    [0, 100],
    [100, 60]
  ])
  await expect(read(0, 101)).rejects.toMatchObject({ code: 'io' })
  const { signal } = new AbortController()
  seen.asked.length = 0
  await Promise.all([read(0, 10, { signal }), read(10, 10), read(20, 10)])
  expect(seen.asked).toEqual([
    [0, 10],
    [10, 20]
  ])
})

test('a read that fails fails those that it was made for, and holds no other', async () => {
  const { source } = watched()
  const failing = {
    ...source,
    read: (offset: number, length: number) =>
      offset === 1000 ? Promise.resolve(new Uint8Array(3)) : source.read(offset, length)
  }
  const { read } = joined(failing)
  const wanted = Array.from({ length: 20 }, (_, i) => i * 100)
  const found = await Promise.allSettled([...wanted.map((offset) => read(offset, 10)), read(1010, 5)])
  expect(found.flatMap(({ status }, i) => (status === 'rejected' ? [i] : []))).toEqual([10, 20])
  expect(await read(1001, 4)).toEqual(bytes.subarray(1001, 1005))
})
