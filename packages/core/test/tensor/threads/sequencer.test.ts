import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createSequencer } from '../../../src/tensor/threads/sequencer.js'

/** Starts `count` blocks, of which those in `failing` fail, and has them made in the order of `order`. */
async function run(count: number, order: readonly number[], failing: ReadonlySet<number>) {
  const ordered = createSequencer()
  const used: number[] = []
  const settle: (() => void)[] = []
  const tasks = Array.from({ length: count }, (_, index) => {
    const making = new Promise<number>((resolve, reject) => {
      settle[index] = () => (failing.has(index) ? reject(new Error(`block ${index}`)) : resolve(index))
    })
    return ordered(index, making, async (made) => {
      await Promise.resolve()
      used.push(made)
    })
  })
  const ended = Promise.allSettled(tasks)
  for (const index of order) {
    settle[index]()
    await new Promise((done) => setImmediate(done))
  }
  return { used, ended: await ended }
}

const orders = fc.integer({ min: 1, max: 8 }).chain((count) =>
  fc.shuffledSubarray(
    Array.from({ length: count }, (_, i) => i),
    { minLength: count }
  )
)

test('blocks are used in their order, whatever the order in which they are made', async () => {
  const property = fc.asyncProperty(orders, async (order) => {
    const { used, ended } = await run(order.length, order, new Set())
    expect(used).toEqual([...order].sort((a, b) => a - b))
    expect(ended.every(({ status }) => status === 'fulfilled')).toBe(true)
  })
  await fc.assert(property, { numRuns: 60 })
})

test('a block that fails fails all after it, and none of them waits for ever', async () => {
  const property = fc.asyncProperty(orders, fc.nat(), async (order, which) => {
    const failed = which % order.length
    const { used, ended } = await run(order.length, order, new Set([failed]))
    expect(used).toEqual(Array.from({ length: used.length }, (_, i) => i))
    expect(used.length).toBeLessThanOrEqual(failed)
    ended.forEach((end, i) => {
      if (i >= failed) expect(end).toMatchObject({ status: 'rejected', reason: new Error(`block ${failed}`) })
    })
  })
  await fc.assert(property, { numRuns: 60 })
})
