import { createHash } from 'node:crypto'
import { SlimbedError } from '@slimbed/runtime'
import type { Answer } from '../net/body.js'
import { exchange } from '../net/exchange.js'
import { s3Address, s3Url } from './address.js'
import { type S3Request, signed } from './request.js'
import type { S3Settings } from './settings.js'

/** What a store knows of an object. */
export interface S3Object {
  /** `s3://bucket/key`. */
  readonly url: string
  readonly size: number
  /** The `ETag`: another one where the content is another. */
  readonly version: string
}

/** Sends a request to a store until it is answered with one of `statuses`. Rejects as `exchange` does. */
export const ask = <Result>(
  request: S3Request,
  settings: S3Settings,
  statuses: readonly number[],
  use: (answer: Answer) => Promise<Result>
): Promise<Result> =>
  exchange(
    {
      name: s3Url(request.address),
      request: () => signed(request, settings),
      takes: (status) => statuses.includes(status),
      use
    },
    settings
  )

/** The size and version of an object; undefined where there is none. Rejects with `bad-input`, `io`, `aborted`. */
export function headObject(url: string, settings: S3Settings): Promise<S3Object | undefined> {
  return ask({ method: 'HEAD', address: s3Address(url) }, settings, [200, 404], async ({ status, headers }) => {
    if (status === 404) return undefined
    const size = Number(headers.get('content-length') ?? Number.NaN)
    if (Number.isSafeInteger(size)) return { url, size, version: headers.get('etag') ?? '' }
    throw new SlimbedError('io', `${url}: the store does not tell its size`)
  })
}

/**
 * The bytes `start .. end` of an object, or those of its `version` alone. Rejects with `not-found`, with `io` also for a range that is not all there and
 * for another version, and with `aborted`.
 */
export function getRange(
  url: string,
  start: number,
  end: number,
  settings: S3Settings,
  version?: string
): Promise<Uint8Array> {
  if (start === end) return Promise.resolve(new Uint8Array())
  const headers = { range: `bytes=${start}-${end - 1}`, ...(version !== undefined && { 'if-match': version }) }
  const request: S3Request = { method: 'GET', address: s3Address(url), headers }
  return ask(request, settings, [200, 206, 412], (answer) => {
    if (answer.status === 412) throw new SlimbedError('io', `${url}: the object has changed: open it again`)
    const range = answer.headers.get('content-range')
    if (range?.startsWith(`bytes ${start}-${end - 1}/`)) return answer.bytes(end - start)
    throw new SlimbedError('io', `${url}: bytes ${start} to ${end} were asked for, came ${range ?? 'another answer'}`)
  })
}

/** The MD5 of a body, by which the store finds what the network has changed. */
export const contentMd5 = (bytes: Uint8Array | string): string => createHash('md5').update(bytes).digest('base64')

/** Bytes in a buffer that is not shared, as requests take them. */
export const plainBytes = (bytes: Uint8Array): Uint8Array<ArrayBuffer> =>
  bytes.buffer instanceof ArrayBuffer
    ? new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    : new Uint8Array(bytes)

/** Writes a small object in one request; it is there at once or not at all. Resolves to its version. Rejects with `io`, `aborted`. */
export function putObject(
  url: string,
  bytes: Uint8Array,
  settings: S3Settings,
  headers: Readonly<Record<string, string>> = {}
): Promise<string> {
  const body = plainBytes(bytes)
  const all = { ...headers, 'content-md5': contentMd5(body) }
  const request: S3Request = { method: 'PUT', address: s3Address(url), headers: all, body }
  return ask(request, settings, [200], async (answer) => answer.headers.get('etag') ?? '')
}

/** Removes an object; it is no error if there is none. Rejects with `io`, `aborted`. */
export function removeObject(url: string, settings: S3Settings): Promise<void> {
  return ask({ method: 'DELETE', address: s3Address(url) }, settings, [200, 204, 404], async () => {})
}
