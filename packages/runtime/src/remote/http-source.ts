import { fail } from '../check.js'
import { SlimbedError } from '../error.js'
import { type FetchOptions, type Incoming, refused, request } from './fetch-bytes.js'
import { bytesSource, type Source } from './source.js'

/** Bytes that the first request asks for: most headers of artefacts are shorter. */
const headBytes = 4096

/** What a response says of the file that it is a part of. */
interface Part {
  readonly start: number
  readonly end: number
  readonly size: number
  /** Its version, where the server gives one. */
  readonly version: string | undefined
}

const versionOf = ({ header }: Incoming) => header('etag') ?? header('last-modified')

/** The part that a response of status 206 holds; undefined where the server does not say, or does not let pages know. */
function partOf(incoming: Incoming): Part | undefined {
  const [, start, last, size] = /^bytes (\d+)-(\d+)\/(\d+)$/.exec(incoming.header('content-range') ?? '') ?? []
  if (size === undefined) return undefined
  return { start: Number(start), end: Number(last) + 1, size: Number(size), version: versionOf(incoming) }
}

const changed = () => new SlimbedError('io', 'the file has changed while it was being read: open it again')

/** The bytes `start .. end` of a file whose first part is known. */
async function readPart(incoming: Incoming, start: number, end: number, first: Part): Promise<Uint8Array> {
  // 416: the file has become shorter. 200: the server sends another file whole.
  if (incoming.status === 416 || incoming.status === 200) throw changed()
  if (incoming.status !== 206) throw refused(incoming.status)
  const part = partOf(incoming)
  if (!part || part.size !== first.size || part.version !== first.version) throw changed()
  if (part.start !== start || part.end !== end) {
    fail('io', `bytes ${start} to ${end} were asked for, bytes ${part.start} to ${part.end} came`)
  }
  return incoming.bytes({ least: end - start, most: end - start })
}

/** What is at a URL, read by ranges. */
export interface HttpSource extends Source {
  /** All bytes, where the server does not send ranges and so has sent them all. */
  readonly whole?: Uint8Array | undefined
}

/**
 * The file at a URL as a source of ranges. A server that does not know ranges sends the file whole, and it is kept in memory.
 *
 * Every answer must be of the version (`ETag`, else `Last-Modified`) and size of the first: reads reject with `io` once the file has
 * changed. Rejects with `not-found`, `io` and `aborted`.
 */
export async function httpSource(url: string | URL, options: FetchOptions = {}): Promise<HttpSource> {
  const address = `${url}`
  const ranged = (start: number, end: number) => ({ range: `bytes=${start}-${end - 1}` })

  const first = await request(address, ranged(0, headBytes), options, async (incoming) => {
    if (incoming.status === 200) return { whole: await incoming.bytes({}) }
    if (incoming.status !== 206) throw refused(incoming.status)
    const part = partOf(incoming)
    // A page of another origin sees `Content-Range` only where the server exposes it.
    if (part?.start !== 0 || part.end !== Math.min(headBytes, part.size)) return undefined
    return { part, head: await incoming.bytes({ least: part.end, most: part.end }) }
  })
  const whole = first
    ? first.whole
    : await request(address, {}, options, (incoming) => {
        if (incoming.status !== 200) throw refused(incoming.status)
        return incoming.bytes({})
      })
  if (whole) return { ...bytesSource(whole), whole }
  const { part, head } = first as { part: Part; head: Uint8Array }
  return {
    size: part.size,
    async read(offset, length, { signal = options.signal } = {}) {
      const end = offset + length
      if (end <= head.length) return head.slice(offset, end)
      return request(address, ranged(offset, end), { ...options, signal }, (incoming) =>
        readPart(incoming, offset, end, part)
      )
    }
  }
}
