import { expect, test } from 'vitest'
import { createBufferPool } from '../../../src/tensor/threads/buffer-pool.js'

test('memory is lent to one at a time, and again once it is back', () => {
  const { lend, owns, release, forget, restore } = createBufferPool()
  const [a, b] = [lend(5000), lend(5000)]
  expect(a.buffer).not.toBe(b.buffer)
  expect([a.length, owns(a), owns(new Float32Array(5000))]).toEqual([5000, true, false])
  release(a)
  release(a)
  const again = lend(4000)
  expect([again.buffer === a.buffer, again.length]).toEqual([true, 4000])
  expect(lend(4000).buffer).not.toBe(a.buffer)
  forget(b)
  release(b)
  expect(lend(5000).buffer).not.toBe(b.buffer)
  restore(b.buffer as ArrayBuffer)
  expect(lend(5000).buffer).toBe(b.buffer)
})

test('much smaller arrays do not take large memory', () => {
  const { lend, release } = createBufferPool()
  const large = lend(1_000_000)
  release(large)
  expect(lend(10).buffer).not.toBe(large.buffer)
  expect(lend(600_000).buffer).toBe(large.buffer)
})
