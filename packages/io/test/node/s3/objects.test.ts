import { type S3Server, serveS3 } from '@slimbed/testing'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import {
  checkUpload,
  getRange,
  headObject,
  listObjects,
  putObject,
  removeObject,
  type S3Settings,
  s3Address,
  s3Settings,
  s3Url,
  uploadObject
} from '../../../src/node/s3/index.js'

let server: S3Server
let settings: S3Settings

const bytesOf = (length: number, factor = 7) => Uint8Array.from({ length }, (_, i) => (i * factor) % 251)

beforeEach(async () => {
  server = await serveS3({ buckets: ['tables', 'a.b'], pageSize: 3 })
  settings = { ...s3Settings(server.environment), pause: 1, timeout: 2_000 }
})
afterEach(() => server.close())

const urls = async (prefix: string, deep?: boolean) => {
  const found: string[] = []
  for await (const { url } of listObjects(prefix, settings, deep)) found.push(url)
  return found
}

describe('requests', () => {
  test('put, head, get a range, list, remove', async () => {
    const url = 's3://tables/some/table.npy'
    const version = await putObject(url, bytesOf(1000), settings)
    expect(await headObject(url, settings)).toEqual({ url, size: 1000, version })
    expect(await getRange(url, 10, 20, settings, version)).toEqual(bytesOf(1000).slice(10, 20))
    expect(await getRange(url, 5, 5, settings)).toEqual(new Uint8Array())
    expect(await urls('s3://tables/some/')).toEqual([url])
    await removeObject(url, settings)
    await removeObject(url, settings)
    expect(await headObject(url, settings)).toBeUndefined()
    await expect(getRange(url, 0, 1, settings)).rejects.toMatchObject({ code: 'not-found' })
  })

  // The server computes signatures by itself.
  test('any key is signed and named as it is', async () => {
    const part = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 12 })
    const sample = fc.oneof(part, fc.constantFrom('a b+c', '%41', "it's(1)*!", '~ä€𝄞', 'x&y<z>"', '?#;=,:@$', 'a//b'))
    const sound = (key: string) => key.split('/').every((each) => each !== '.' && each !== '..')
    await fc.assert(
      fc.asyncProperty(sample.filter(sound), async (key) => {
        server.objects.clear()
        const url = s3Url({ bucket: 'tables', key })
        expect(s3Address(url)).toEqual({ bucket: 'tables', key })
        await putObject(url, bytesOf(3), settings)
        expect(await getRange(url, 1, 3, settings)).toEqual(bytesOf(3).slice(1))
        expect(await urls('s3://tables/')).toEqual([url])
      }),
      { numRuns: 60 }
    )
  })

  test('lists page after page, below a prefix or in it alone', async () => {
    for (const key of ['p/1', 'p/2', 'p/3', 'p/4', 'p/5', 'p/6', 'p/7', 'p/deep/8', 'q'])
      await putObject(`s3://tables/${key}`, bytesOf(1), settings)
    expect(await urls('s3://tables/p/')).toHaveLength(8)
    expect(await urls('s3://tables/p/', false)).toEqual([1, 2, 3, 4, 5, 6, 7].map((i) => `s3://tables/p/${i}`))
    expect(await urls('s3://tables')).toHaveLength(9)
    expect(await urls('s3://tables/none')).toEqual([])
  })

  test('a bucket that is not there, a wrong secret, no secret', async () => {
    await expect(getRange('s3://other/x', 0, 1, settings)).rejects.toMatchObject({ code: 'not-found' })
    const wrong = { ...settings, credentials: { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'x' } }
    await expect(putObject('s3://tables/x', bytesOf(1), wrong)).rejects.toMatchObject({
      code: 'io',
      message: 's3://tables/x: access denied (HTTP status 403, SignatureDoesNotMatch: as SignatureDoesNotMatch says)'
    })
    const { credentials: _, ...unsigned } = settings
    await expect(putObject('s3://tables/x', bytesOf(1), unsigned)).rejects.toThrow(/AccessDenied/)
    expect(server.objects.size).toBe(0)
  })

  test('addresses', () => {
    expect(s3Address('s3://tables')).toEqual({ bucket: 'tables', key: '' })
    for (const url of [
      's3://',
      's3:///x',
      's3://b',
      's3://tables/a/../b',
      's3://tables/./x',
      's3://-a/x',
      's3://a..b/x'
    ]) {
      expect(() => s3Address(url), url).toThrow(expect.objectContaining({ code: 'bad-input' }))
    }
  })

  test('settings', () => {
    expect(s3Settings({})).toEqual({ region: 'us-east-1', endpoint: undefined })
    expect(() => s3Settings({ AWS_ACCESS_KEY_ID: 'x' })).toThrow('AWS_SECRET_ACCESS_KEY is not set')
    for (const bad of ['host:9000', 'ftp://host', 'http://', 'http://host/?x=1']) {
      expect(() => s3Settings({ AWS_ENDPOINT_URL: bad }), bad).toThrow('AWS_ENDPOINT_URL')
    }
    expect(s3Settings({ AWS_ENDPOINT_URL: 'http://a/', AWS_DEFAULT_REGION: 'eu-west-1' })).toMatchObject({
      endpoint: 'http://a',
      region: 'eu-west-1'
    })
  })
})

describe('faults', () => {
  beforeEach(() => server.put('tables/x', bytesOf(5000)))

  /** The first `count` requests of a method go wrong. */
  const failing = (method: string, count: number, fault: ReturnType<S3Server['fault']>) => {
    let left = count
    server.fault = (line) => (line.startsWith(method) && left-- > 0 ? fault : undefined)
  }
  const refused = (status: number) => ({ reply: { status, body: '<Error><Code>SlowDown</Code></Error>' } })

  test.each([
    ['errors of the server', refused(503)],
    ['too many requests', refused(429)],
    ['a connection that is cut before the answer', 'reset'],
    ['a body that is cut', { cutAfter: 100 }]
  ] as const)('%s are asked again', async (_, fault) => {
    failing('GET', 3, fault)
    expect(await getRange('s3://tables/x', 1000, 3000, settings)).toEqual(bytesOf(5000).slice(1000, 3000))
    expect(server.requests).toHaveLength(4)
  })

  test('an answer that does not come is asked for again', async () => {
    failing('GET', 1, 'stall')
    expect(await getRange('s3://tables/x', 0, 10, { ...settings, timeout: 50 })).toEqual(bytesOf(10))
  })

  test('what does not end is an error, with the number of tries', async () => {
    failing('GET', 99, refused(500))
    const message = 's3://tables/x: the server refused (HTTP status 500, SlowDown: ); tried 8 times'
    await expect(getRange('s3://tables/x', 0, 10, settings)).rejects.toMatchObject({ code: 'io', message })
    expect(server.requests).toHaveLength(8)
  })

  test('a refusal is not asked again', async () => {
    failing('GET', 99, refused(400))
    await expect(getRange('s3://tables/x', 0, 10, settings)).rejects.toMatchObject({ code: 'io' })
    expect(server.requests).toHaveLength(1)
  })

  test('the region of a bucket elsewhere is told', async () => {
    const headers = { 'x-amz-bucket-region': 'ap-south-1' }
    failing('GET', 1, { reply: { status: 301, headers } })
    await expect(getRange('s3://tables/x', 0, 10, settings)).rejects.toThrow('the region ap-south-1: set AWS_REGION')
  })

  test('another version, another range and a range beyond the end', async () => {
    await expect(getRange('s3://tables/x', 0, 10, settings, '"other"')).rejects.toThrow('has changed: open it again')
    await expect(getRange('s3://tables/x', 4990, 5010, settings)).rejects.toThrow('bytes 4990 to 5010 were asked for')
    await expect(getRange('s3://tables/x', 5000, 5010, settings)).rejects.toMatchObject({ code: 'io' })
  })

  test('interrupted while it waits to ask again', async () => {
    failing('GET', 99, refused(503))
    const controller = new AbortController()
    setTimeout(() => controller.abort(), 30)
    const slow = { ...settings, pause: 60_000, signal: controller.signal }
    await expect(getRange('s3://tables/x', 0, 10, slow)).rejects.toMatchObject({ code: 'aborted' })
  })

  test('a list that is none, or that repeats itself', async () => {
    const page = (inner: string) => ({ reply: { status: 200, body: `<ListBucketResult>${inner}</ListBucketResult>` } })
    for (const reply of [
      { reply: { status: 200, body: '<html></html>' } },
      page('<IsTruncated>true</IsTruncated>'),
      page('<Contents><Key>%</Key><Size>1</Size></Contents>'),
      page('<Contents><Key>a</Key><Size>many</Size></Contents>'),
      page('<IsTruncated>true</IsTruncated><NextContinuationToken>same</NextContinuationToken>')
    ]) {
      failing('GET', 99, reply)
      await expect(urls('s3://tables/')).rejects.toMatchObject({ code: 'io' })
    }
  })
})

describe('uploads in parts', () => {
  const size = (34 << 20) + 5
  const large = bytesOf(size)
  const content = { size, read: async (offset: number, length: number) => large.subarray(offset, offset + length) }
  const object = () => server.objects.get('tables/large')?.bytes

  test('small ones in one request, large ones in parts', async () => {
    await uploadObject('s3://tables/small', { size: 7, read: async () => bytesOf(7) }, settings)
    expect(server.requests).toEqual(['PUT tables/small'])
    const seen: number[] = []
    await uploadObject('s3://tables/large', content, settings, { progress: (done) => seen.push(done) })
    expect(Buffer.compare(object()!, large)).toBe(0)
    expect(seen.at(-1)).toBe(size)
    expect(server.uploads.size).toBe(0)
  })

  test('parts that fail are sent again; an answer that is lost after the parts were joined', async () => {
    let left = 2
    let lost = true
    server.fault = (line) => {
      if (/PUT .*partNumber/.test(line) && left-- > 0) return left === 1 ? 'reset' : { reply: { status: 500 } }
      return undefined
    }
    await uploadObject('s3://tables/large', content, settings)
    expect(Buffer.compare(object()!, large)).toBe(0)
    const once = server.objects.get('tables/large')!
    server.objects.clear()
    server.fault = (line) => {
      if (!/POST .*uploadId/.test(line)) return undefined
      if (lost) server.objects.set('tables/large', once)
      const reply = { status: lost ? 500 : 404 }
      lost = false
      return { reply }
    }
    expect(await uploadObject('s3://tables/large', content, settings)).toBe(once.etag)
  })

  test.each([
    ['the store refuses a part', /PUT .*partNumber=2/],
    ['the store does not join the parts', /POST .*uploadId/]
  ])('nothing is left behind where %s', async (_, pattern) => {
    server.fault = (line) =>
      pattern.test(line)
        ? {
            reply: { status: 200 + 200 * Number(line.startsWith('PUT')), body: '<Error><Message>no</Message></Error>' }
          }
        : undefined
    await expect(uploadObject('s3://tables/large', content, settings)).rejects.toMatchObject({ code: 'io' })
    expect([object(), server.uploads.size]).toEqual([undefined, 0])
  })

  test('nothing is left behind where it is interrupted, or what is sent cannot be read', async () => {
    const controller = new AbortController()
    const read = async (offset: number, length: number) => {
      if (offset > 0) controller.abort()
      return content.read(offset, length)
    }
    const stopped = { ...settings, signal: controller.signal }
    await expect(uploadObject('s3://tables/large', { size, read }, stopped)).rejects.toMatchObject({ code: 'aborted' })
    const broken = { size, read: () => Promise.reject(new Error('gone')) }
    await expect(uploadObject('s3://tables/large', broken, settings)).rejects.toThrow('gone')
    expect([object(), server.uploads.size]).toEqual([undefined, 0])
  })

  test('whether it may be written is known before', async () => {
    await checkUpload('s3://tables/large', settings)
    expect([object(), server.uploads.size]).toEqual([undefined, 0])
    await expect(checkUpload('s3://other/large', settings)).rejects.toMatchObject({ code: 'not-found' })
  })

  test('what the network has changed is sent again', async () => {
    let left = 1
    server.fault = () => (left-- > 0 ? 'damage' : undefined)
    await putObject('s3://tables/x', bytesOf(3), settings)
    expect(new Uint8Array(server.objects.get('tables/x')!.bytes)).toEqual(bytesOf(3))
    expect(server.requests).toHaveLength(2)
  })
})
