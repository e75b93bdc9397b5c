import { SlimbedError, type Source } from '@slimbed/runtime'
import type { Answer } from './body.js'
import { exchange, type NetOptions, type Outgoing } from './exchange.js'

/** How ranges of a file are asked for. */
export interface Ranges extends NetOptions {
  readonly name: string
  /** The request of a range, as its header says it. */
  readonly request: (range: string) => Outgoing | Promise<Outgoing>
  readonly redirects?: number
}

/** The first bytes are read when a file is opened: most headers are in there. */
const headBytes = 65_536

/** Which bytes of a file an answer has. */
interface Part {
  readonly start: number
  readonly end: number
  readonly size: number
  /** Of the file, where the server tells it. */
  readonly version: string | null
}

function partOf({ name }: Ranges, { status, headers }: Answer): Part {
  if (status === 200) {
    throw new SlimbedError(
      'unsupported',
      `${name}: the server does not give parts of a file: download it, and give the file`
    )
  }
  const [, start, last, size] = /^bytes (\d+)-(\d+)\/(\d+)$/.exec(headers.get('content-range') ?? '') ?? []
  const encoding = headers.get('content-encoding') ?? 'identity'
  if (size === undefined || !Number.isSafeInteger(Number(size)) || encoding !== 'identity') {
    const what = size === undefined ? 'does not tell which part' : `sends it packed (${encoding})`
    throw new SlimbedError('unsupported', `${name}: a part of the file was asked for, and the server ${what}`)
  }
  const version = headers.get('etag') ?? headers.get('last-modified')
  return { start: Number(start), end: Number(last) + 1, size: Number(size), version }
}

/** Asks for the bytes `start .. end`. */
const asked = <Result>(ranges: Ranges, start: number, end: number, use: (answer: Answer) => Promise<Result>) =>
  exchange(
    {
      name: ranges.name,
      redirects: ranges.redirects ?? 0,
      request: () => ranges.request(`bytes=${start}-${end - 1}`),
      takes: (status) => status === 200 || status === 206 || status === 416,
      use
    },
    ranges
  )

/**
 * Opens a file that is read by ranges of HTTP. All of its bytes are of one version (`ETag`, else `Last-Modified`) and size: where one that comes is of another, the read
 * rejects with `io`. Rejects with `not-found`, with `unsupported` for a server without ranges, `io` and `aborted`.
 */
export async function rangeSource(ranges: Ranges): Promise<Source> {
  const { name } = ranges
  const first = await asked(ranges, 0, headBytes, async (answer) => {
    // No byte is there.
    if (answer.status === 416) return { size: 0, version: null, head: new Uint8Array() }
    const { start, end, size, version } = partOf(ranges, answer)
    if (start === 0 && end === Math.min(headBytes, size)) return { size, version, head: await answer.bytes(end) }
    throw new SlimbedError('io', `${name}: bytes 0 to ${headBytes} were asked for, bytes ${start} to ${end} came`)
  })
  const { size, version } = first
  /** Kept until what is read lies beyond it. */
  let head: Uint8Array | undefined = first.head
  return {
    name,
    size,
    async read(offset, length, { into, signal = ranges.signal } = {}) {
      const end = offset + length
      if (length === 0) return new Uint8Array()
      if (head && end <= head.length) return head.slice(offset, end)
      head = undefined
      return asked({ ...ranges, signal }, offset, end, (answer) => {
        const part = answer.status === 416 ? undefined : partOf(ranges, answer)
        if (part?.size !== size || part.version !== version) {
          throw new SlimbedError('io', `${name}: the file has changed while it was read: start again`)
        }
        if (part.start === offset && part.end === end) return answer.bytes(length, into)
        const what = `bytes ${offset} to ${end} were asked for, bytes ${part.start} to ${part.end} came`
        throw new SlimbedError('io', `${name}: ${what}`)
      })
    }
  }
}
