import { connect, createServer, type Socket } from 'node:net'
import { hasRedis, startRedis, titleIf } from '@slimbed/testing'
import { describe, expect, onTestFinished, test } from 'vitest'
import { coordinate } from '../src/index.js'
import { memoryStore, versions } from './support.js'

/** A Redis server that is gone for good once it is sent a text. */
async function goneAt(text: string): Promise<string> {
  const redis = await startRedis()
  const port = Number(new URL(redis.url).port)
  const sockets = new Set<Socket>()
  let gone = false
  const keep = (socket: Socket) => {
    sockets.add(socket)
    socket.on('error', () => {})
    return socket
  }
  const server = createServer((client) => {
    if (gone) return void client.destroy()
    const own = keep(connect(port, '127.0.0.1'))
    own.pipe(keep(client))
    client.on('data', (bytes) => {
      gone ||= bytes.includes(text)
      if (gone) for (const socket of sockets) socket.destroy()
      else own.write(bytes)
    })
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  onTestFinished(async () => {
    for (const socket of sockets) socket.destroy()
    server.close()
    await redis.stop()
  })
  const address = server.address()
  return `redis://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`
}

describe.skipIf(!hasRedis)(titleIf(hasRedis, 'redis-server')('Redis is gone for good'), () => {
  test.each([
    ['while the run is claimed', ':owner'],
    ['while it is made known', 'slimbed:runs'],
    ['while its queue is made', 'slimbed:queues']
  ])(
    '%s: one error, after the time that it may be away',
    async (_, text) => {
      const url = await goneAt(text)
      const options = { redis: url, program: {}, versions, backend: 'wasm', store: 'memory', opened: memoryStore() }
      let worked = false
      const running = coordinate({ ...options, patience: 500 }, async () => {
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
