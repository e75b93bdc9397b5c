import { fail } from '../check.js'
import { type FetchOptions, fetchWhole, type ReadBody, request } from './fetch-bytes.js'
import { bytesSource, type Source } from './source.js'

/**
 * The size of the first request in bytes: most headers of artefacts are shorter, nearly all of which is checksums, of 1024 to 2048 blocks in a file
 * of 1 MB or more. A second request takes longer than these bytes do.
 */
const headBytes = 11_500

/** Which part of a file a response contains. */
interface Part {
  readonly start: number
  readonly end: number
  readonly size: number
  /** The version of the file, if the server gives one. */
  readonly version: string | null
}

/**
 * Which part of the file a response contains; undefined if the server does not say so, or does not let pages read the header.
 */
function partOf({ status, headers }: Response): Part | undefined {
  const found = /^bytes (\d+)-(\d+)\/(\d+)$/.exec(headers.get('content-range') ?? '')
  if (status !== 206 || !found) return undefined
  const [, start, last, size] = found.map(Number)
  return { start, end: last + 1, size, version: headers.get('etag') ?? headers.get('last-modified') }
}

/** The bytes `start .. end` of a file. Rejects with `io` if the file is not the version that `first` was part of. */
function readPart(response: Response, body: ReadBody, start: number, end: number, first: Part): Promise<Uint8Array> {
  const part = partOf(response)
  if (part?.size !== first.size || part.version !== first.version) {
    fail('io', 'the file has changed while it was being read: open it again')
  }
  if (part.start === start && part.end === end) return body(end - start)
  return fail('io', `bytes ${start} to ${end} were asked for, bytes ${part.start} to ${part.end} came`)
}

/** A file at a URL that is read by ranges. */
export interface HttpSource extends Source {
  /** All bytes, if the server does not support ranges and has sent the whole file. */
  readonly whole?: Uint8Array | undefined
}

/**
 * Opens the file at a URL for reading by ranges. A server without support for ranges sends the whole file, which is kept in memory.
 *
 * Every response must have the same version (`ETag`, else `Last-Modified`) and size as the first; otherwise the file has changed, and the
 * read rejects with `io`. Rejects with `not-found`, `io` and `aborted`.
 */
export async function httpSource(url: string | URL, options: FetchOptions = {}): Promise<HttpSource> {
  const address = `${url}`
  const ranged = (start: number, end: number) => `bytes=${start}-${end - 1}`
  const found = await request(address, ranged(0, headBytes), options, async (response, body) => {
    if (response.status === 200) return { whole: await body() }
    const part = partOf(response)
    const fits = part?.start === 0 && part.end === Math.min(headBytes, part.size)
    return fits ? { part, head: await body(part.end) } : undefined
  })
  // A page of another origin sees `Content-Range` only where the server exposes it.
  const { whole, part, head } = found ?? { whole: await fetchWhole(address, options) }
  if (!part) return { ...bytesSource(address, whole), whole }
  return {
    name: address,
    size: part.size,
    async read(offset, length, { signal = options.signal } = {}) {
      const end = offset + length
      if (end <= head.length) return head.subarray(offset, end)
      return request(address, ranged(offset, end), { ...options, signal }, (response, body) =>
        readPart(response, body, offset, end, part)
      )
    }
  }
}
