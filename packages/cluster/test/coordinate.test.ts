import type { Compressor } from '@slimbed/core'
import { pipeline, SlimbedError } from '@slimbed/core'
import { fixedpoint } from '@slimbed/fixedpoint'
import { groupreduce } from '@slimbed/groupreduce'
import { iiq } from '@slimbed/iiq'
import { lowrank } from '@slimbed/lowrank'
import { pq } from '@slimbed/pq'
import { prune } from '@slimbed/prune'
import { rotate } from '@slimbed/rotate'
import { hasRedis, type RedisServer, startRedis, titleIf } from '@slimbed/testing'
import { trellis } from '@slimbed/trellis'
import { Redis } from 'ioredis'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { clearRuns, coordinate, statusOf } from '../src/index.js'
import { fileOf, madeUp, memoryStore, versions, worker } from './support.js'

const matrix = madeUp(100_003, 8)
// Of two shards: what takes long is done by every process.
const shorter = madeUp(40_000, 4)
const long = new Set(['iiq', 'pq', 'fixedpoint, fitted levels', 'trellis, entropy-coded', 'trellis, fixed bits'])
const title = titleIf(hasRedis, 'redis-server')

const compressors: Readonly<Record<string, Compressor>> = {
  'lowrank | fixedpoint': pipeline(lowrank({ rank: 3 }), fixedpoint({ bits: 4 })),
  lowrank: lowrank({ rank: 3 }),
  'fixedpoint, scales of columns': fixedpoint({ bits: 3, scale: 'column', clip: 'mse' }),
  'fixedpoint, float16': fixedpoint({ format: 'f16' }),
  'fixedpoint, fitted levels': fixedpoint({ bits: 3, levels: 'lloyd' }),
  'groupreduce | fixedpoint': pipeline(groupreduce({ groups: 3, ratio: 3 }), fixedpoint({ bits: 4 })),
  iiq: iiq({ bits: 16 }),
  pq: pq({ parts: 2, bits: 4 }),
  'prune | fixedpoint': pipeline(prune({ keep: 0.7 }), fixedpoint({ bits: 4 })),
  'rotate | fixedpoint': pipeline(rotate(), fixedpoint({ bits: 4 })),
  'trellis, entropy-coded': trellis({ bits: 2, clusters: 16, states: 8 }),
  'trellis, fixed bits': trellis({ bits: 2, coding: 'fixed', clusters: 0 })
}

describe.skipIf(!hasRedis)(title('runs over Redis'), () => {
  let redis: RedisServer
  beforeAll(async () => {
    redis = await startRedis()
  })
  afterAll(() => redis?.stop())

  const store = memoryStore()
  const run = (compressor: Compressor, program: string, onNote?: (line: string) => void, table = matrix) =>
    coordinate(
      { redis: redis.url, program: { program }, versions, backend: 'wasm', store: 'memory', opened: store, onNote },
      (spread) => fileOf(table, compressor, spread)
    )
  const left = async () => {
    const client = new Redis(redis.url)
    const found = (await client.keys('*')).filter((key) => !key.includes(':worker:'))
    client.disconnect()
    return [...found, ...store.objects.keys()]
  }

  test.each(Object.keys(compressors))('%s: the bytes are those of one process', async (name) => {
    const compressor = compressors[name]
    const table = long.has(name) ? shorter : matrix
    const workers = Array.from({ length: long.has(name) ? 1 : 2 }, () =>
      worker(redis.url, store, { run: (spread, signal) => fileOf(table, compressor, spread, signal) })
    )
    const expected = await fileOf(table, compressor)
    const made = await run(compressor, name, undefined, table)
    expect(Buffer.from(made).equals(expected)).toBe(true)
    await Promise.all(workers.map((one) => one.end()))
    expect(await left()).toEqual([])
  })

  test('a worker of another version takes no part, and says why; status shows both', async () => {
    const compressor = compressors['lowrank | fixedpoint']
    const program = { run: (spread: never, signal: AbortSignal) => fileOf(matrix, compressor, spread, signal) }
    const other = worker(redis.url, store, { ...program, versions: { '@slimbed/core': '1.2.4' } })
    const notes: string[] = []
    const running = run(compressor, 'versions', (line) => notes.push(line))
    await expect.poll(() => notes, { timeout: 20_000 }).toHaveLength(1)
    expect(notes[0]).toMatch(/^worker \S+ takes no part: it has @slimbed\/core 1\.2\.4, the run needs 1\.2\.3$/)
    const { runs, workers } = await statusOf(redis.url)
    expect(runs).toHaveLength(1)
    expect(runs[0]).toMatchObject({ name: 'gram', pass: 0, shards: 4, done: 0, waiting: 4, alive: true })
    expect(workers).toHaveLength(1)
    const good = worker(redis.url, store, program)
    expect(Buffer.from(await running).equals(await fileOf(matrix, compressor))).toBe(true)
    expect(other.notes.filter((line) => line.includes('takes no part'))).toHaveLength(1)
    await Promise.all([other.end(), good.end()])
  })

  test('an error of a worker is that of the run; nothing is left', async () => {
    const compressor = compressors.lowrank
    const verify = async () => {
      throw new SlimbedError('bad-input', 'in.npy has changed since the run began: run it again')
    }
    let looks = 0
    const changing = worker(redis.url, store, {
      verify: async () => (looks++ > 0 ? verify() : undefined),
      run: (spread, signal) => fileOf(matrix, compressor, spread, signal)
    })
    await expect(run(compressor, 'changes')).rejects.toMatchObject({
      code: 'bad-input',
      message: /^in\.npy has changed/
    })
    await changing.end()
    expect(await left()).toEqual([])
  })

  test('where no worker can take part because the input has changed, the run ends with that', async () => {
    const changed = async () => {
      throw new SlimbedError('bad-input', 'in.npy has changed since the run began: run it again')
    }
    const refusing = worker(redis.url, store, { verify: changed, run: async () => {} })
    const options = { redis: redis.url, program: {}, versions, backend: 'wasm', store: 'memory', opened: store }
    const running = coordinate({ ...options, verify: changed }, (spread) => fileOf(matrix, compressors.lowrank, spread))
    await expect(running).rejects.toThrow(/^in\.npy has changed/)
    await refusing.end()
    expect(await left()).toEqual([])
  })

  test('a worker whose data differ is found out', async () => {
    const compressor = compressors.lowrank
    const odd = worker(redis.url, store, {
      run: (spread, signal) => fileOf(madeUp(100_004, 8), compressor, spread, signal)
    })
    await expect(run(compressor, 'differs')).rejects.toThrow('its data differ')
    await odd.end()
    expect(await left()).toEqual([])
  })

  test('what was done before is taken up again; a run without a coordinator can be cleared', async () => {
    const compressor = compressors['lowrank | fixedpoint']
    const program = { run: (spread: never, signal: AbortSignal) => fileOf(matrix, compressor, spread, signal) }
    const expected = await fileOf(matrix, compressor)
    const one = worker(redis.url, store, program)
    // Shards of a finished run that a killed coordinator would leave.
    const puts: [string, Uint8Array][] = []
    const put = async (key: string, bytes: Uint8Array) => {
      puts.push([key, bytes.slice()])
      await store.put(key, bytes)
    }
    const watched = worker(redis.url, { ...store, put }, program)
    await one.end()
    await run(compressor, 'again')
    for (const [key, bytes] of puts) await store.put(key, bytes)
    expect(puts.length).toBeGreaterThan(8)
    const notes: string[] = []
    const made = await run(compressor, 'again', (line) => notes.push(line))
    expect(notes.some((line) => line.includes('is taken up again'))).toBe(true)
    expect(Buffer.from(made).equals(expected)).toBe(true)
    await watched.end()
    expect(await left()).toEqual([])
    const client = new Redis(redis.url)
    const record = { id: 'abc', program: {}, versions, backend: 'wasm', store: 'memory' }
    await client.set('slimbed:run:abc', JSON.stringify(record))
    await client.set('slimbed:run:abc:state', JSON.stringify({ host: 'h', pid: 1, started: 0 }))
    await client.sadd('slimbed:runs', 'abc')
    client.disconnect()
    await store.put('abc/0.0', new Uint8Array(3))
    expect(await clearRuns(redis.url, async () => store)).toEqual(['abc'])
    expect(await left()).toEqual([])
  })
})

test('no server: one line', async () => {
  const options = {
    redis: 'redis://127.0.0.1:9',
    program: {},
    versions,
    backend: 'wasm',
    store: 'm',
    opened: memoryStore()
  }
  await expect(coordinate(options, async () => 1)).rejects.toThrow(/^Redis at redis:\/\/127\.0\.0\.1:9 does not answer/)
  await expect(coordinate({ ...options, redis: 'http://u:secret@x' }, async () => 1)).rejects.toThrow(
    'expected redis://host:port or rediss://host:port, not "http://x"'
  )
})
