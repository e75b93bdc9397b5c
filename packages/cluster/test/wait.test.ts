import { lowrank } from '@slimbed/lowrank'
import { hasRedis, startRedis, titleIf } from '@slimbed/testing'
import { describe, expect, test } from 'vitest'
import { createDispatch } from '../src/coordinator/dispatch.js'
import { connect } from '../src/run/redis.js'
import { createChanges, settled, sleep } from '../src/run/wait.js'
import { createReplica } from '../src/worker/replica.js'
import { fileOf, madeUp, memoryStore, versions } from './support.js'

/** Milliseconds that something takes. */
async function timeOf(work: Promise<unknown>): Promise<number> {
  const start = performance.now()
  await work
  return performance.now() - start
}

test('a change that came before the wait, but after the look, is not missed', async () => {
  const changes = createChanges()
  const seen = changes.count()
  changes.tell()
  expect(await timeOf(changes.next(20_000, seen))).toBeLessThan(5000)
  const waiting = changes.next(20_000, changes.count())
  changes.tell()
  expect(await timeOf(waiting)).toBeLessThan(5000)
  expect(await timeOf(changes.next(50, changes.count()))).toBeGreaterThan(40)
})

test('what never settles is waited for as long as that', async () => {
  expect(await timeOf(settled(new Promise(() => {}), 50))).toBeGreaterThan(40)
  expect(await timeOf(settled(Promise.reject(new Error('no')), 20_000))).toBeLessThan(5000)
})

test('a run that is over while a worker looks into the store is left at once', async () => {
  const store = memoryStore()
  let looked = () => {}
  const looks = new Promise<void>((resolve) => {
    looked = resolve
  })
  let answer = () => {}
  const get = async () => {
    looked()
    await new Promise<void>((resolve) => {
      answer = resolve
    })
    return undefined
  }
  const program = {
    versions,
    verify: async () => {},
    run: (spread: never, signal: AbortSignal) => fileOf(madeUp(100_003, 8), lowrank({ rank: 3 }), spread, signal),
    close: async () => {}
  }
  const replica = createReplica('run', program, { ...store, get })
  const asked = replica.make({ pass: 0, shard: 0, fingerprint: 'x' }).catch((error: Error) => error.message)
  await looks
  const closed = replica.close()
  answer()
  expect(await timeOf(closed)).toBeLessThan(10_000)
  await asked
})

describe.skipIf(!hasRedis)(titleIf(hasRedis, 'redis-server')('without Redis at the end'), () => {
  test('a queue is closed all the same', async () => {
    const server = await startRedis()
    const redis = await connect(server.url)
    const dispatch = await createDispatch(redis, 'run', () => {}, new AbortController().signal)
    await dispatch.add('gram', [{ pass: 0, shard: 0, fingerprint: 'x' }])
    await server.stop()
    // Now its connections are being made again.
    await sleep(1500)
    expect(await timeOf(dispatch.close())).toBeLessThan(20_000)
    redis.disconnect()
  }, 30_000)
})
