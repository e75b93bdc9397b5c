import { fail } from '../check.js'
import { isSlimbedError, SlimbedError } from '../error.js'

/** Options of what reads a URL. */
export interface FetchOptions {
  readonly signal?: AbortSignal | undefined
  /** Milliseconds without any byte after which a request fails; 30,000 unless given. */
  readonly timeout?: number
  /** Headers for every request, such as `authorization`. */
  readonly headers?: Readonly<Record<string, string>>
  /** What stands for the global `fetch`. */
  readonly fetch?: typeof globalThis.fetch
}

/** Called with the bytes received, and with all there will be where the server says so. */
export type FetchProgress = (done: number, total: number | undefined) => void

/** A response with its body still to be read. */
export interface Incoming {
  readonly status: number
  header(name: string): string | undefined
  /** The bytes of the body; rejects with `io` for more than `most` of them, or fewer than `least`. */
  bytes(limits: { least?: number | undefined; most?: number }, progress?: FetchProgress): Promise<Uint8Array>
}

/** Reads a stream to its end into one array, sized for `expected` bytes at first. */
async function collect(
  body: ReadableStream<Uint8Array> | null,
  expected: number,
  most: number,
  received: (bytes: number) => void
): Promise<Uint8Array> {
  let bytes = new Uint8Array(Math.min(expected, most))
  let used = 0
  const reader = body?.getReader()
  for (let next = await reader?.read(); next && !next.done; next = await reader?.read()) {
    const end = used + next.value.length
    if (end > most) {
      await reader?.cancel()
      fail('io', `more than the ${most} bytes asked for came`)
    }
    if (end > bytes.length) {
      const larger = new Uint8Array(Math.max(end, 2 * bytes.length))
      larger.set(bytes.subarray(0, used))
      bytes = larger
    }
    bytes.set(next.value, used)
    used = end
    received(used)
  }
  return bytes.subarray(0, used)
}

/**
 * Requests a URL and hands the response to `use`, which has until `use` ends to read it.
 *
 * Rejects with `aborted`, and with `io` when the server cannot be reached, breaks off or sends nothing for `timeout`.
 */
export async function request<T>(
  url: string,
  headers: Readonly<Record<string, string>>,
  options: FetchOptions,
  use: (incoming: Incoming) => Promise<T>
): Promise<T> {
  const { signal, timeout = 30_000, fetch = globalThis.fetch } = options
  const controller = new AbortController()
  const stop = () => controller.abort()
  let stalled = false
  const stall = () => {
    stalled = true
    stop()
  }
  let timer = setTimeout(stall, timeout)
  signal?.addEventListener('abort', stop)
  if (signal?.aborted) stop()
  try {
    const response = await fetch(url, { headers: { ...options.headers, ...headers }, signal: controller.signal })
    const header = (name: string) => response.headers.get(name) ?? undefined
    const result = await use({
      status: response.status,
      header,
      async bytes({ least, most = Infinity }, progress) {
        const total = header('content-encoding') ? undefined : Number(header('content-length')) || undefined
        const bytes = await collect(response.body, total ?? least ?? 65_536, most, (done) => {
          clearTimeout(timer)
          timer = setTimeout(stall, timeout)
          progress?.(done, total)
        })
        const expected = least ?? total ?? 0
        if (bytes.length >= expected) return bytes
        fail('io', `broke off after ${bytes.length} of ${expected} bytes`)
      }
    })
    return result
  } catch (error) {
    if (signal?.aborted) throw new SlimbedError('aborted', `${url}: interrupted`, { cause: error })
    if (stalled) throw new SlimbedError('io', `${url}: nothing came for ${timeout} ms`, { cause: error })
    const { message, cause } = error as Error
    const why = cause instanceof Error ? `${message}: ${cause.message}` : message
    throw new SlimbedError(isSlimbedError(error) ? error.code : 'io', `${url}: ${why}`, { cause: error })
  } finally {
    clearTimeout(timer)
    signal?.removeEventListener('abort', stop)
    // What `use` has left unread need not come.
    stop()
  }
}

/** The error of a status that is no success. */
export function refused(status: number): SlimbedError {
  const absent = status === 404 || status === 410
  return new SlimbedError(absent ? 'not-found' : 'io', absent ? `not there (HTTP ${status})` : `HTTP status ${status}`)
}
