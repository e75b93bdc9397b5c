import fc from 'fast-check'
import { afterEach, describe, expect, test } from 'vitest'
import { readAhead } from '../../../src/node/net/read-ahead.js'
import { remoteSource } from '../../../src/node/net/remote-source.js'
import { serveFiles } from './web.js'

const bytes = Uint8Array.from({ length: 200_000 }, (_, i) => (i * 31 + (i >> 8)) % 256)
const quick = { pause: 1, timeout: 2_000 }

const closing: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const close of closing.splice(0)) await close()
})

async function serve(...how: Parameters<typeof serveFiles>) {
  const server = await serveFiles(...how)
  closing.push(server.close)
  return server
}

describe('a file of a web server', () => {
  test('is read by ranges, its first bytes when it is opened', async () => {
    const { url, requests } = await serve({ 'table.npy': bytes })
    const source = await remoteSource(`${url}/table.npy?key=1#part`, quick)
    expect([source.name, source.size]).toEqual([`${url}/table.npy?key=1`, bytes.length])
    expect(await source.read(5, 100)).toEqual(bytes.slice(5, 105))
    expect(requests).toEqual(['/table.npy?key=1 bytes=0-65535'])
    const into = new Uint8Array(10)
    expect(await source.read(150_000, 10, { into })).toBe(into)
    expect(into).toEqual(bytes.slice(150_000, 150_010))
    expect(await source.read(0, bytes.length)).toEqual(bytes)
    expect(await source.read(bytes.length, 0)).toHaveLength(0)
    await source.close()
  })

  test('may be empty', async () => {
    const { url } = await serve({ empty: new Uint8Array() })
    expect((await remoteSource(`${url}/empty`, quick)).size).toBe(0)
  })

  const refusals: [string, Parameters<typeof serveFiles>[1], RegExp, string][] = [
    [
      'is not there',
      undefined,
      /there is no such file \(HTTP status 404\); servers of files have no list/,
      'none-*.npy'
    ],
    [
      'comes from a server without ranges',
      (_, response) => Boolean(response.writeHead(200).end(bytes)),
      /does not give parts of a file: download it/,
      'x'
    ],
    [
      'comes packed',
      (_, response) =>
        Boolean(response.writeHead(206, { 'content-range': 'bytes 0-9/10', 'content-encoding': 'x-own' }).end('x')),
      /sends it packed \(x-own\)/,
      'x'
    ],
    [
      'comes as another part',
      (_, response) => Boolean(response.writeHead(206, { 'content-range': 'bytes 1-9/10' }).end('x')),
      /bytes 1 to 10 came/,
      'x'
    ],
    [
      'has an impossible size',
      (_, response) => Boolean(response.writeHead(206, { 'content-range': `bytes 0-9/${'9'.repeat(40)}` }).end('x')),
      /does not tell which part|sends it packed/,
      'x'
    ],
    [
      'is redirected for ever',
      (_, response) => Boolean(response.writeHead(302, { location: '/x' }).end()),
      /more than 5 redirects/,
      'x'
    ],
    [
      'is redirected to another protocol',
      (_, response) => Boolean(response.writeHead(302, { location: 'file:///etc/passwd' }).end()),
      /redirects to null, which is not followed/,
      'x'
    ]
  ]
  test.each(refusals)('%s: one line', async (_, answer, message, path) => {
    const { url } = await serve({}, answer)
    await expect(remoteSource(`${url}/${path}`, quick)).rejects.toThrow(message)
    await expect(remoteSource(`${url}/${path}`, quick)).rejects.toMatchObject({ name: 'SlimbedError' })
  })

  test('follows redirects, and shows a password to nobody else', async () => {
    const seen: (string | undefined)[] = []
    const second = await serve({ x: bytes }, ({ headers }) => {
      seen.push(headers.authorization)
      return false
    })
    const first = await serve({}, ({ headers }, response) => {
      seen.push(headers.authorization)
      response.writeHead(307, { location: `${second.url}/x` }).end()
      return true
    })
    const source = await remoteSource(`${first.url.replace('//', '//me:secret@')}/x`, quick)
    expect(await source.read(100_000, 5)).toEqual(bytes.slice(100_000, 100_005))
    const basic = `Basic ${Buffer.from('me:secret').toString('base64')}`
    expect(seen).toEqual([basic, undefined, basic, undefined])
    expect(source.name).not.toContain('secret')
  })

  test.each([
    ['another version', { etag: '"2"', 'content-range': 'bytes 100000-100004/200000' }],
    ['another size', { etag: '"1"', 'content-range': 'bytes 100000-100004/200001' }]
  ])('that changes meanwhile (%s) is an error', async (_, headers) => {
    let changed = false
    const { url } = await serve(
      { x: bytes },
      (_, response) => changed && Boolean(response.writeHead(206, headers).end('12345'))
    )
    const source = await remoteSource(`${url}/x`, quick)
    changed = true
    await expect(source.read(100_000, 5)).rejects.toThrow(
      `${url}/x: the file has changed while it was read: start again`
    )
  })

  test('whose connection breaks is asked for again, and again by the next read', async () => {
    let broken = 3
    const { url } = await serve({ x: bytes }, (request) => {
      if (request.headers.range === 'bytes=0-65535' || broken-- <= 0) return false
      request.socket.destroy()
      return true
    })
    const source = await remoteSource(`${url}/x`, quick)
    expect(await source.read(70_000, 5)).toEqual(bytes.slice(70_000, 70_005))
    broken = 8
    await expect(source.read(80_000, 5)).rejects.toMatchObject({ code: 'io', message: /tried 8 times$/ })
    expect(await source.read(80_000, 5)).toEqual(bytes.slice(80_000, 80_005))
  })

  test('of a host that is not there', async () => {
    const { url, close } = await serveFiles({})
    await close()
    await expect(remoteSource(`${url}/x`, quick)).rejects.toThrow(/the connection failed: .*; tried 4 times/)
    await expect(remoteSource('https:///', quick)).rejects.toMatchObject({ code: 'bad-input' })
  })
})

describe('reading ahead', () => {
  /** A source that counts the reads that run. */
  function counting() {
    const reads: [number, number][] = []
    let running = 0
    let most = 0
    const source = {
      name: 'counted',
      size: 10_000,
      async read(offset: number, length: number) {
        reads.push([offset, length])
        most = Math.max(most, ++running)
        await new Promise((done) => setTimeout(done, 1))
        running--
        return bytes.slice(offset, offset + length)
      }
    }
    return { source, reads, most: () => most }
  }

  test('any reads give the bytes of the file', async () => {
    const read = fc.tuple(fc.nat(9_999), fc.nat(3_000), fc.boolean())
    await fc.assert(
      fc.asyncProperty(fc.array(read, { maxLength: 20 }), fc.integer({ min: 1, max: 5 }), async (asked, depth) => {
        const { source, most } = counting()
        const ahead = readAhead(source, { chunkBytes: 256, depth })
        let at = 0
        const results: Promise<void>[] = []
        for (const [start, size, follows] of asked) {
          const offset = follows ? at : start
          const length = Math.min(size, source.size - offset)
          at = offset + length
          results.push(
            ahead.read(offset, length).then((got) => expect(got).toEqual(bytes.slice(offset, offset + length)))
          )
        }
        await Promise.all(results)
        await ahead.close()
        expect(most()).toBeLessThanOrEqual(depth + asked.length)
      }),
      { numRuns: 50 }
    )
  })

  test('asks for what follows before it is read, once, several requests at a time', async () => {
    const { source, reads, most } = counting()
    const ahead = readAhead(source, { chunkBytes: 500, depth: 4 })
    for (let at = 0; at < source.size; at += 100) expect(await ahead.read(at, 100)).toEqual(bytes.slice(at, at + 100))
    // The first read does not follow another one.
    expect(reads).toHaveLength(21)
    expect(most()).toBe(4)
  })

  test('single rows are asked for as they are', async () => {
    const { source, reads } = counting()
    const ahead = readAhead(source, { chunkBytes: 500, depth: 4 })
    for (const at of [5_000, 20, 7_000]) await ahead.read(at, 10)
    expect(reads).toEqual([
      [5_000, 10],
      [20, 10],
      [7_000, 10]
    ])
  })
})
