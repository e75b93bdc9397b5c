import { bytesSource, dense, isSlimbedError, load, loadUrl, openSource, openUrl, product, rows } from '@slimbed/runtime'
import { vocabularyOf } from '@slimbed/runtime/format'
import { afterEach, expect, test } from 'vitest'
import { fileOf } from '../file-of.js'
import { decode, generator, quantizedSample } from '../sample.js'
import { type Served, type Server, serve } from '../server.js'

/** Every row different in every version, the sizes the same. */
function version(seed: number): Uint8Array {
  const random = generator(seed)
  const left = quantizedSample(random, 3000, 16, { bits: 4, groupSize: 16, perRow: true }).table
  const right = dense(
    16,
    24,
    Float32Array.from({ length: 16 * 24 }, () => random() - 0.5)
  )
  return fileOf(product(left, right), vocabularyOf(Array.from({ length: 3000 }, (_, i) => `word${i}`)))
}

const file = version(1)
const expected = load(file).table
const far = [2999, 0, 1500]

const servers: Server[] = []
const start = async (served: Partial<Served> = {}) => {
  const server = await serve({ bytes: file, etag: '"one"', ...served })
  servers.push(server)
  return server
}
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()))
})

const refusal = (code: string, message: string) => ({ code, message: expect.stringContaining(message) })

test('a whole load tells its progress and has the rows of the file', async () => {
  const { url } = await start()
  const seen: [number, number | undefined][] = []
  const { table, vocabulary } = await loadUrl(new URL(url), { progress: (...step) => seen.push(step) })
  expect(decode(table)).toEqual(decode(expected))
  expect(vocabulary?.find('word2999')).toBe(2999)
  expect(seen.at(-1)).toEqual([file.length, file.length])
  expect(seen.every(([done], i) => i === 0 || done > seen[i - 1][0])).toBe(true)
})

test('what is damaged is refused while it comes as `load` refuses it, in a header and in tensors', async () => {
  const random = generator(5)
  const said = async (read: () => unknown): Promise<unknown> => {
    try {
      await read()
      return undefined
    } catch (error) {
      if (!isSlimbedError(error)) throw error
      return [error.code, error.message]
    }
  }
  const server = await start()
  const tries = [8, 300, file.length - 1, ...Array.from({ length: 60 }, () => Math.floor(random() * file.length))]
  for (const at of tries) {
    const damaged = file.slice()
    damaged[at] ^= 1 << Math.floor(random() * 8)
    for (const bytes of [damaged, file.slice(0, at)]) {
      server.served.bytes = bytes
      const told = await said(() => load(bytes))
      expect(told).toBeDefined()
      expect(await said(() => loadUrl(server.url)), `byte ${at}`).toEqual(told)
    }
  }
  server.served.bytes = Uint8Array.of(...file, 0)
  expect(await said(() => loadUrl(server.url))).toEqual(await said(() => load(server.served.bytes)))
})

test('a response that is longer than it says is no file of the length said', async () => {
  const long = Uint8Array.of(...file, 1, 2, 3)
  const lying = async () =>
    new Response(
      new ReadableStream({
        start(controller) {
          for (let at = 0; at < long.length; at += file.length) controller.enqueue(long.slice(at, at + file.length))
          controller.close()
        }
      }),
      { headers: { 'content-length': String(file.length) } }
    )
  await expect(loadUrl('http://x/file', { fetch: lying })).rejects.toMatchObject(
    refusal('corrupt-file', `the file at ${long.length}`)
  )
})

test('unverified bytes are loaded where that is asked for', async () => {
  const damaged = file.slice()
  damaged[damaged.length - 1] ^= 1
  const { url } = await start({ bytes: damaged })
  await expect(loadUrl(url)).rejects.toMatchObject(refusal('corrupt-file', 'checksum'))
  expect((await loadUrl(url, { verify: false })).table.rows).toBe(3000)
})

test('what every row needs comes by as few requests as it lies in places', async () => {
  const server = await start()
  const { table } = await openUrl(server.url)
  // The header; the words and what lies before them.
  expect(server.ranges.length).toBeLessThanOrEqual(3)
  const opened = server.ranges.length
  await table.read([2999])
  expect(server.ranges.length).toBeLessThanOrEqual(opened + 2)
})

test('a whole load without Content-Length', async () => {
  const { url } = await start({ chunked: true })
  const totals = new Set<number | undefined>()
  const { table } = await loadUrl(url, { progress: (_, total) => totals.add(total) })
  expect(decode(table)).toEqual(decode(expected))
  expect([...totals]).toEqual([undefined])
})

test('a server that ignores ranges: the file is kept whole, and verified', async () => {
  const server = await start({ ignoresRanges: true })
  const { table, whole } = await openUrl(server.url)
  expect([whole, server.ranges.length]).toEqual([true, 1])
  expect(await table.read(far)).toEqual(rows(expected, far))
  const damaged = file.slice()
  damaged[damaged.length - 1] ^= 1
  const other = await start({ ignoresRanges: true, bytes: damaged })
  await expect(openUrl(other.url)).rejects.toMatchObject(refusal('corrupt-file', 'checksum'))
})

test('a server whose Content-Range cannot be read: the file is read whole', async () => {
  const server = await start({ contentRange: 'bytes' })
  const { table, whole } = await openUrl(server.url)
  expect([whole, server.ranges]).toEqual([true, ['bytes=0-11499', '']])
  expect(await table.read(far)).toEqual(rows(expected, far))
})

test.each([
  [404, 'not-found'],
  [410, 'not-found'],
  [403, 'io'],
  [500, 'io'],
  [416, 'io']
])('status %d', async (status, code) => {
  const { url } = await start({ status })
  for (const read of [loadUrl, openUrl]) {
    await expect(read(url)).rejects.toMatchObject(refusal(code, `HTTP`))
    await expect(read(url)).rejects.toMatchObject(refusal(code, url))
  }
})

test('a status that is none, later on', async () => {
  const server = await start()
  const { table } = await openUrl(server.url)
  server.served.status = 503
  await expect(table.read(far)).rejects.toMatchObject(refusal('io', 'HTTP status 503'))
  delete server.served.status
  expect(await table.read(far)).toEqual(rows(expected, far))
})

test('no server', async () => {
  const server = await start()
  await server.close()
  for (const read of [loadUrl, openUrl]) await expect(read(server.url)).rejects.toMatchObject({ code: 'io' })
})

test.each([0, 1, 3000])('a connection that is cut after %d bytes', async (cutAfter) => {
  const server = await start({ cutAfter })
  for (const read of [loadUrl, openUrl]) await expect(read(server.url)).rejects.toMatchObject(refusal('io', server.url))
  server.served.cutAfter = undefined
  const { table } = await openUrl(server.url)
  server.served.cutAfter = Math.min(cutAfter, 100)
  await expect(table.read(far)).rejects.toMatchObject({ code: 'io' })
  server.served.cutAfter = undefined
  expect(await table.read(far)).toEqual(rows(expected, far))
})

test('a file cut short on the server', async () => {
  const { url } = await start({ bytes: file.subarray(0, file.length - 1) })
  for (const read of [loadUrl, openUrl]) {
    await expect(read(url)).rejects.toMatchObject({
      code: 'corrupt-file',
      message: expect.stringContaining('truncated')
    })
  }
})

test('fewer bytes than the range, without a length', async () => {
  const server = await start({ chunked: true })
  const { table } = await openUrl(server.url)
  server.served.bytes = file.subarray(0, file.length - 100)
  server.served.contentRange = undefined
  await expect(table.read([2999])).rejects.toMatchObject({ code: 'io' })
})

test('another range than was asked for', async () => {
  const server = await start()
  const { table } = await openUrl(server.url)
  server.served.contentRange = `bytes 0-511/${file.length}`
  await expect(table.read([2999])).rejects.toMatchObject(refusal('io', 'asked for'))
})

test('a server that stalls, before and within the body', async () => {
  const server = await start({ stallAfter: 0 })
  for (const stallAfter of [0, 2000]) {
    server.served.stallAfter = stallAfter
    const message = 'nothing came for 60 ms'
    await expect(loadUrl(server.url, { timeout: 60 })).rejects.toMatchObject(refusal('io', message))
    await expect(openUrl(server.url, { timeout: 60 })).rejects.toMatchObject(refusal('io', message))
  }
  server.served.stallAfter = undefined
  const { table } = await openUrl(server.url, { timeout: 1500 })
  server.served.stallAfter = 10
  await expect(table.read(far)).rejects.toMatchObject(refusal('io', 'nothing came'))
  server.served.stallAfter = undefined
  expect(await table.read(far)).toEqual(rows(expected, far))
})

test('a signal ends a load and a read, early and midway', async () => {
  const server = await start({ stallAfter: 1000 })
  const { url } = server
  for (const read of [loadUrl, openUrl]) {
    await expect(read(url, { signal: AbortSignal.abort() })).rejects.toMatchObject({ code: 'aborted' })
    const controller = new AbortController()
    const reading = read(url, { signal: controller.signal })
    setTimeout(() => controller.abort(), 30)
    await expect(reading).rejects.toMatchObject({ code: 'aborted' })
  }
  server.served.stallAfter = undefined
  const { table } = await openUrl(url)
  server.served.stallAfter = 0
  const controller = new AbortController()
  const reading = table.read(far, { signal: controller.signal })
  setTimeout(() => controller.abort(), 30)
  await expect(reading).rejects.toMatchObject({ code: 'aborted' })
  server.served.stallAfter = undefined
  expect(await table.read(far)).toEqual(rows(expected, far))
})

const changes: readonly [string, Partial<Served>, Partial<Served>][] = [
  ['another ETag', { etag: '"one"' }, { etag: '"two"' }],
  ['a weak ETag', { etag: 'W/"one"' }, { etag: 'W/"two"' }],
  ['another Last-Modified', { etag: undefined, modified: 'a' }, { etag: undefined, modified: 'b' }],
  ['no version any more', { etag: '"one"' }, { etag: undefined }],
  ['another size', { etag: undefined }, { bytes: Uint8Array.of(...version(2), 0) }],
  ['ranges no longer known', { etag: '"one"' }, { ignoresRanges: true }],
  ['too short for the range', { etag: '"one"' }, { bytes: file.subarray(0, 10) }]
]
test.each(changes)('a file that changes midway: %s', async (_, before, after) => {
  const server = await start(before)
  const { table } = await openUrl(server.url)
  const [kept] = [await table.read([0])]
  Object.assign(server.served, { bytes: version(2) }, after)
  await expect(table.read(far)).rejects.toMatchObject(refusal('io', 'has changed'))
  // What was read of the first version is still its rows.
  expect(await table.read([0])).toEqual(kept)
  expect(kept).toEqual(rows(expected, [0]))
})

test('headers go with every request', async () => {
  const seen: (string | null)[] = []
  const { url } = await start()
  const spy: typeof fetch = (input, init) => {
    seen.push(new Headers(init?.headers).get('authorization'))
    return fetch(input, init)
  }
  const { table } = await openUrl(url, { fetch: spy, headers: { authorization: 'secret' } })
  await table.read(far)
  expect(seen.length).toBeGreaterThan(2)
  expect(new Set(seen)).toEqual(new Set(['secret']))
})

test('a byte now and then does not hold a request', async () => {
  const server = await start({ drip: 15, chunked: true })
  for (const read of [loadUrl, openUrl]) {
    await expect(read(server.url, { timeout: 150 })).rejects.toMatchObject(refusal('io', '1024 bytes a second'))
  }
  const slow = await start({ bytes: file.subarray(0, 12), drip: 15, chunked: true })
  const reading = loadUrl(slow.url, { timeout: 120, leastRate: 10 })
  // What comes fast enough is waited for, in this case until nothing comes any more.
  await expect(reading).rejects.toMatchObject(refusal('io', 'nothing came for 120 ms'))
})

test('a body without an end is read up to the limit', async () => {
  const server = await start({ endless: true, chunked: true, ignoresRanges: true })
  for (const read of [loadUrl, openUrl]) {
    server.sent = 0
    await expect(read(server.url, { maxBytes: 2 ** 21 })).rejects.toMatchObject(
      refusal('io', 'more than maxBytes, 2097152')
    )
    // What lies in buffers of the machine comes on top.
    expect(server.sent).toBeLessThan(2 ** 25)
  }
  const honest = await start()
  await expect(loadUrl(honest.url, { maxBytes: 1000 })).rejects.toMatchObject(
    refusal('io', `${file.length} bytes are more`)
  )
  expect(decode((await loadUrl(honest.url, { maxBytes: file.length })).table)).toEqual(decode(expected))
})

test('a file that is said to be large takes no more memory than comes', async () => {
  const size = 2 ** 40
  const bytes = new Uint8Array(11_500).fill(32)
  const rows = 2 ** 36
  const { length } = Buffer.from(bytes.buffer)
  Buffer.from(bytes.buffer).writeBigUInt64LE(BigInt(length - 8))
  const header = {
    __metadata__: { checksum: '00000000', slimbed: '{}' },
    data: { dtype: 'F32', shape: [1, rows], data_offsets: [0, rows * 4] }
  }
  Buffer.from(bytes.buffer).write(JSON.stringify(header), 8)
  const { url } = await start({ bytes, contentRange: `bytes 0-11499/${size}` })
  await expect(openUrl(url)).rejects.toMatchObject({ code: 'corrupt-file' })
  const source = { name: 'file', size, read: async () => new Uint8Array(0) }
  await expect(openSource({ ...source, read: async (_, length) => bytes.subarray(0, length) })).rejects.toMatchObject({
    code: 'corrupt-file'
  })
})

test.each([Number.POSITIVE_INFINITY, 0, 2 ** 31, 1e12])('a timeout of %d is no limit', async (timeout) => {
  const { url } = await start()
  expect(decode((await loadUrl(url, { timeout })).table)).toEqual(decode(expected))
  expect(await (await openUrl(url, { timeout })).table.read(far)).toEqual(rows(expected, far))
})

const odd = ['timeout', 'leastRate', 'maxBytes', 'blockBytes', 'cacheBytes'] as const
test.each(odd)('an option that is no number of its kind is refused: %s', async (name) => {
  const { url } = await start()
  for (const value of [Number.NaN, -1, '7' as unknown as number, null as unknown as number]) {
    await expect(openUrl(url, { [name]: value })).rejects.toMatchObject(refusal('bad-option', name))
    if (name.endsWith('e') || name.endsWith('t')) {
      await expect(loadUrl(url, { [name]: value })).rejects.toMatchObject(refusal('bad-option', name))
    }
  }
})

test('blocks and caches of odd sizes work, or are refused in one line', async () => {
  for (const value of [0, 0.5]) {
    const refused = refusal('bad-option', 'blockBytes: expected a number of 1 or more')
    await expect(openSource(bytesSource('file', file), { blockBytes: value })).rejects.toMatchObject(refused)
  }
  for (const blockBytes of [1, 7.5, 2 ** 31, Number.MAX_VALUE, Number.POSITIVE_INFINITY]) {
    for (const cacheBytes of [0, 0.5, Number.POSITIVE_INFINITY]) {
      const { table } = await openSource(bytesSource('file', file), { blockBytes, cacheBytes })
      expect(await table.read(far)).toEqual(rows(expected, far))
    }
  }
})

test('a Buffer of Node is left as it is', async () => {
  const buffer = Buffer.from(file)
  for (let time = 0; time < 2; time++) {
    const { table } = await openSource(bytesSource('file', buffer))
    expect(await table.read(far)).toEqual(rows(expected, far))
    expect(decode(load(buffer).table)).toEqual(decode(expected))
    expect(buffer.equals(file)).toBe(true)
  }
})
