import { connect, createServer, type Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { hasRedis, startRedis, titleIf } from '@slimbed/testing'
import { Redis } from 'ioredis'
import { describe, expect, onTestFinished, test } from 'vitest'
import { coordinate } from '../src/index.js'

import { memoryStore, versions } from './support.js'

/** A Redis server that can be away: its own URL, and one by which it can be cut off, as it is once it is sent `text`. */
async function startAway(text?: string) {
  const redis = await startRedis()
  const port = Number(new URL(redis.url).port)
  const sockets = new Set<Socket>()
  let away = false
  const keep = (socket: Socket) => {
    sockets.add(socket)
    socket.on('error', () => {})
    return socket
  }
  const cut = () => {
    away = true
    for (const socket of sockets) socket.destroy()
    sockets.clear()
  }
  const server = createServer((client) => {
    if (away) return void client.destroy()
    const own = keep(connect(port, '127.0.0.1'))
    own.pipe(keep(client))
    client.on('data', (bytes) => {
      if (text !== undefined && bytes.includes(text)) cut()
      else own.write(bytes)
    })
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  onTestFinished(async () => {
    cut()
    server.close()
    await redis.stop()
  })
  const address = server.address()
  const url = `redis://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`
  return { own: redis.url, url, cut, mend: () => (away = false) }
}

const optionsAt = (redis: string) => ({
  redis,
  program: {},
  versions,
  backend: 'wasm',
  store: 'memory',
  opened: memoryStore()
})

describe.skipIf(!hasRedis)(titleIf(hasRedis, 'redis-server')('Redis is gone for good'), () => {
  test.each([
    ['while the run is claimed', ':owner'],
    ['while it is made known', 'slimbed:runs'],
    ['while its queue is made', 'slimbed:queues']
  ])(
    '%s: one error, after the time that it may be away',
    async (_, text) => {
      const { url } = await startAway(text)
      let worked = false
      const running = coordinate({ ...optionsAt(url), patience: 500 }, async () => {
        worked = true
      })
      await expect(running).rejects.toMatchObject({
        code: 'io',
        message: expect.stringMatching(/^Redis at redis:\/\/127\.0\.0\.1:\d+ has been away for 0\.5 seconds; the same/)
      })
      expect(worked).toBe(false)
    },
    30_000
  )
})

describe.skipIf(!hasRedis)(titleIf(hasRedis, 'redis-server')('Redis is away'), () => {
  test('just when a run ends: nothing of the run is left in it', async () => {
    const { own, url, cut, mend } = await startAway()
    await coordinate(optionsAt(url), async () => {
      cut()
      await sleep(300)
      setTimeout(mend, 1500)
    })
    const redis = new Redis(own)
    onTestFinished(() => redis.disconnect())
    expect(await redis.keys('*')).toEqual([])
  }, 60_000)
})
