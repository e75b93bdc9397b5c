import { isSlimbedError, SlimbedError, type Source } from '@slimbed/runtime'
import { someAtATime } from '../../source/some-at-a-time.js'
import { s3Address } from './address.js'
import { ask, contentMd5, headObject, plainBytes, putObject } from './objects.js'
import type { S3Request } from './request.js'
import type { S3Settings } from './settings.js'

/** Up to this size, an object is written in one request. */
const oneRequest = 16 << 20
const leastPart = 16 << 20
/** Stores take so many parts. */
const mostParts = 10_000
/** How many parts are on their way at a time. */
const parallel = 4
const mostAnswer = 65_536

/** Options of `uploadObject`. */
export interface UploadOptions {
  /** Called with the bytes that have been sent. */
  readonly progress?: ((done: number, total: number) => void) | undefined
}

/** Begins an upload in parts, of which nothing is visible. Resolves to its id. */
async function begin(url: string, settings: S3Settings): Promise<string> {
  const request: S3Request = { method: 'POST', address: s3Address(url), query: { uploads: '' } }
  return ask(request, settings, [200], async (answer) => {
    const [, id] = /<UploadId>([^<]{1,2000})<\/UploadId>/.exec(await answer.text(mostAnswer)) ?? []
    if (id !== undefined) return id
    throw new SlimbedError('io', `${url}: the store did not begin the upload`)
  })
}

/** Forgets an upload in parts; that of another signal, since it may be that one which ends the upload. */
async function abort(url: string, uploadId: string, settings: S3Settings): Promise<void> {
  const request: S3Request = { method: 'DELETE', address: s3Address(url), query: { uploadId } }
  await ask(request, { ...settings, signal: undefined, timeout: 5_000 }, [200, 204, 404], async () => {})
}

/**
 * Checks that an object could be written, by an upload that is given up at once. Rejects with `io` where the store refuses, and with
 * `not-found` for a bucket that is not there.
 */
export async function checkUpload(url: string, settings: S3Settings): Promise<void> {
  await abort(url, await begin(url, settings), settings)
}

/** Sends all parts, some at a time. Resolves to their versions. */
async function sendParts(
  url: string,
  uploadId: string,
  { size, read }: Pick<Source, 'size' | 'read'>,
  settings: S3Settings,
  progress: UploadOptions['progress']
): Promise<string[]> {
  const partBytes = Math.max(leastPart, Math.ceil(size / mostParts))
  const count = Math.ceil(size / partBytes)
  let done = 0
  const send = async (part: number): Promise<string> => {
    const length = Math.min(partBytes, size - part * partBytes)
    const body = plainBytes(await read(part * partBytes, length))
    const request: S3Request = {
      method: 'PUT',
      address: s3Address(url),
      query: { partNumber: `${part + 1}`, uploadId },
      headers: { 'content-md5': contentMd5(body) },
      body
    }
    const version = await ask(request, settings, [200], async ({ headers }) => headers.get('etag') ?? '')
    done += length
    progress?.(done, size)
    return version
  }
  // When one fails, nothing is on its way any more: the upload can be given up.
  return someAtATime(
    Array.from({ length: count }, (_, part) => () => send(part)),
    parallel
  )
}

/** Joins the parts: from here on the object is visible. */
async function complete(
  url: string,
  uploadId: string,
  versions: readonly string[],
  settings: S3Settings
): Promise<string> {
  const parts = versions.map(
    (version, i) => `<Part><PartNumber>${i + 1}</PartNumber><ETag>${version.replaceAll('"', '&quot;')}</ETag></Part>`
  )
  const body = `<CompleteMultipartUpload>${parts.join('')}</CompleteMultipartUpload>`
  const headers = { 'content-type': 'application/xml' }
  const request: S3Request = { method: 'POST', address: s3Address(url), query: { uploadId }, headers, body }
  return ask(request, settings, [200], async (answer) => {
    // A store may say after the status that it failed.
    const text = await answer.text(mostAnswer)
    const [, version] = /<ETag>([^<]*)<\/ETag>/.exec(text) ?? []
    if (version !== undefined && !text.includes('<Error>')) return version.replaceAll('&quot;', '"')
    const [, why = 'it gives no reason'] = /<Message>([^<]{1,300})/.exec(text) ?? []
    throw new SlimbedError('io', `${url}: the store did not join the parts: ${why}`)
  })
}

/**
 * Writes an object: in one request, or in parts if it is large. It is there completely or not at all; what was sent before a failure or an
 * interruption is given up. Resolves to its version. Rejects with `io`, `aborted`, and as `content` does.
 */
export async function uploadObject(
  url: string,
  content: Pick<Source, 'size' | 'read'>,
  settings: S3Settings,
  { progress }: UploadOptions = {}
): Promise<string> {
  const { size } = content
  if (size <= oneRequest) {
    const version = await putObject(url, await content.read(0, size), settings)
    progress?.(size, size)
    return version
  }
  const uploadId = await begin(url, settings)
  try {
    const versions = await sendParts(url, uploadId, content, settings, progress)
    return await complete(url, uploadId, versions, settings).catch(async (error) => {
      // The store has forgotten the upload: it was joined by a request whose answer was lost.
      const found = isSlimbedError(error, 'not-found') ? await headObject(url, settings) : undefined
      if (found?.size === size && found.version.replaceAll('"', '').endsWith(`-${versions.length}`))
        return found.version
      throw error
    })
  } catch (error) {
    await abort(url, uploadId, settings).catch(() => {})
    throw error
  }
}
