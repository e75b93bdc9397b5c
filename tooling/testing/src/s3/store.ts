import { createHash, randomUUID } from 'node:crypto'

const md5 = (bytes: Uint8Array) => createHash('md5').update(bytes).digest()

/** An object of a store in memory. */
export interface Stored {
  readonly bytes: Uint8Array
  readonly etag: string
}

/** What a request gets. */
export interface Reply {
  readonly status: number
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: Uint8Array | string
}

/** The parts of a request that matter to a store. */
export interface Call {
  readonly method: string
  /** `bucket/key`. */
  readonly path: string
  readonly query: URLSearchParams
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly body: Uint8Array
}

export const stored = (bytes: Uint8Array): Stored => ({ bytes, etag: `"${md5(bytes).toString('hex')}"` })

export const refusal = (status: number, code: string): Reply => ({
  status,
  body: `<?xml version="1.0"?><Error><Code>${code}</Code><Message>as ${code} says</Message></Error>`
})

const escaped = (text: string) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;')

function list(objects: ReadonlyMap<string, Stored>, bucket: string, query: URLSearchParams, pageSize: number): Reply {
  const [prefix, delimiter] = [query.get('prefix') ?? '', query.get('delimiter')]
  const all = [...objects.keys()]
    .filter((path) => path.startsWith(`${bucket}/${prefix}`))
    .map((path) => path.slice(bucket.length + 1))
    .filter((key) => !delimiter || !key.slice(prefix.length).includes(delimiter))
    .sort()
  const from = Number(query.get('continuation-token') ?? 0)
  const page = all.slice(from, from + pageSize)
  const more = from + pageSize < all.length
  const shown = (key: string) => (query.get('encoding-type') === 'url' ? encodeURIComponent(key) : escaped(key))
  const contents = page.map((key) => {
    const { bytes, etag } = objects.get(`${bucket}/${key}`)!
    return `<Contents><Key>${shown(key)}</Key><ETag>${escaped(etag)}</ETag><Size>${bytes.length}</Size></Contents>`
  })
  const next = more ? `<NextContinuationToken>${from + pageSize}</NextContinuationToken>` : ''
  const body = `<ListBucketResult><IsTruncated>${more}</IsTruncated>${contents.join('')}${next}</ListBucketResult>`
  return { status: 200, body }
}

function get(object: Stored | undefined, { method, headers }: Call): Reply {
  if (!object) return refusal(404, 'NoSuchKey')
  const { bytes, etag } = object
  if (headers['if-match'] !== undefined && headers['if-match'] !== etag) return refusal(412, 'PreconditionFailed')
  const [, first, last] = /^bytes=(\d+)-(\d+)$/.exec(`${headers.range ?? ''}`) ?? []
  if (method === 'HEAD' || first === undefined) {
    return { status: 200, headers: { etag, 'content-length': `${bytes.length}` }, body: bytes }
  }
  const [start, end] = [Number(first), Math.min(Number(last) + 1, bytes.length)]
  if (start >= bytes.length) {
    return { ...refusal(416, 'InvalidRange'), headers: { 'content-range': `bytes */${bytes.length}` } }
  }
  const range = `bytes ${start}-${end - 1}/${bytes.length}`
  const own = { etag, 'content-range': range, 'content-length': `${end - start}` }
  return { status: 206, headers: own, body: bytes.subarray(start, end) }
}

/** A store in memory: objects by `bucket/key`, and uploads in parts that are not complete. */
export function memoryStore(objects: Map<string, Stored>, buckets: ReadonlySet<string>, pageSize: number) {
  const uploads = new Map<string, { readonly path: string; readonly parts: Map<number, Stored> }>()

  function multipart({ method, path, query, body }: Call): Reply | undefined {
    if (method === 'POST' && query.has('uploads')) {
      const id = randomUUID()
      uploads.set(id, { path, parts: new Map() })
      return {
        status: 200,
        body: `<InitiateMultipartUploadResult><UploadId>${id}</UploadId></InitiateMultipartUploadResult>`
      }
    }
    const id = query.get('uploadId')
    if (id === null) return undefined
    const upload = uploads.get(id)
    if (upload?.path !== path) return refusal(404, 'NoSuchUpload')
    if (method === 'DELETE') {
      uploads.delete(id)
      return { status: 204 }
    }
    if (method === 'PUT') {
      const part = stored(body)
      upload.parts.set(Number(query.get('partNumber')), part)
      return { status: 200, headers: { etag: part.etag } }
    }
    const asked = [...new TextDecoder().decode(body).matchAll(/<PartNumber>(\d+)<\/PartNumber><ETag>([^<]*)<\/ETag>/g)]
    const parts = asked.map(([, number, etag]) => {
      const part = upload.parts.get(Number(number))
      return part?.etag === etag.replaceAll('&quot;', '"') ? part : undefined
    })
    if (parts.length === 0 || parts.includes(undefined)) return refusal(400, 'InvalidPart')
    const all = parts as Stored[]
    // All parts but the last have at least 5 MiB.
    if (all.slice(0, -1).some(({ bytes }) => bytes.length < 5 << 20)) return refusal(400, 'EntityTooSmall')
    const sums = Buffer.concat(all.map(({ bytes }) => md5(bytes)))
    const etag = `"${md5(sums).toString('hex')}-${all.length}"`
    objects.set(path, { bytes: Buffer.concat(all.map(({ bytes }) => bytes)), etag })
    uploads.delete(id)
    return {
      status: 200,
      body: `<CompleteMultipartUploadResult><ETag>${escaped(etag)}</ETag></CompleteMultipartUploadResult>`
    }
  }

  function answer(call: Call): Reply {
    const { method, path, query, headers, body } = call
    const bucket = path.split('/')[0]
    if (!buckets.has(bucket)) return refusal(404, 'NoSuchBucket')
    const sum = headers['content-md5']
    if (sum !== undefined && sum !== md5(body).toString('base64')) return refusal(400, 'BadDigest')
    if (method === 'GET' && query.has('list-type')) return list(objects, bucket, query, pageSize)
    const part = multipart(call)
    if (part) return part
    if (method === 'GET' || method === 'HEAD') return get(objects.get(path), call)
    if (method === 'DELETE') {
      objects.delete(path)
      return { status: 204 }
    }
    const object = stored(body)
    objects.set(path, object)
    return { status: 200, headers: { etag: object.etag } }
  }
  return { answer, uploads }
}
