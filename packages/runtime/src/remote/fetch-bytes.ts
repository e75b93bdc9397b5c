import { checkOption, fail } from '../check.js'
import { isSlimbedError, SlimbedError } from '../error.js'

/** Options of functions that read a URL. */
export interface FetchOptions {
  readonly signal?: AbortSignal | undefined
  /** A request fails after so many milliseconds without data, or with less data than `leastRate` allows; 30,000 by default, 0 for no limit. */
  readonly timeout?: number
  /** The least average rate over each `timeout`, in bytes per second; 1024 by default. */
  readonly leastRate?: number
  /** The largest response, in bytes; 1 GiB by default. */
  readonly maxBytes?: number
  /** Headers for every request, such as `authorization`. */
  readonly headers?: Readonly<Record<string, string>>
  /** Used instead of the global `fetch`. */
  readonly fetch?: typeof globalThis.fetch
}

/** Called with the number of bytes received so far, and with the total if the server gives it. */
export type FetchProgress = (done: number, total: number | undefined) => void

/** A `FetchProgress` that is also given an array that begins with these bytes. */
type Received = (done: number, total: number | undefined, bytes: Uint8Array) => void

/** Reads the body of a response. Rejects with `io` if `length` is given and the body has another length. */
export type ReadBody = (length?: number, progress?: Received) => Promise<Uint8Array>

/** The largest read by default, in bytes. */
export const mostBytes = 2 ** 30

/**
 * Requests a URL and calls `use` with the response, which can be read until `use` ends.
 *
 * Rejects with `not-found`, with `aborted`, and with `io` if the server cannot be reached, answers with an error, breaks off, sends more than
 * `maxBytes` bytes, or is too slow. Throws `bad-option`.
 */
export async function request<T>(
  url: string,
  range: string | undefined,
  options: FetchOptions,
  use: (response: Response, body: ReadBody) => Promise<T>
): Promise<T> {
  const { signal, timeout = 30_000, leastRate = 1024, maxBytes = mostBytes, fetch = globalThis.fetch } = options
  checkOption('timeout', timeout, 0)
  checkOption('leastRate', leastRate, 0)
  checkOption('maxBytes', maxBytes, 0)
  const controller = new AbortController()
  const stop = () => controller.abort()
  const checkMost = (bytes: number) => {
    if (bytes > maxBytes) fail('io', `${bytes} bytes are more than maxBytes, ${maxBytes}`)
  }
  let stalled = false
  let timer: ReturnType<typeof setTimeout> | undefined
  let waitedAt = 0
  const wait = (received: number) => {
    // The timer is not restarted for data that comes too slowly.
    if (timer !== undefined && received - waitedAt < (leastRate * timeout) / 1000) return
    waitedAt = received
    clearTimeout(timer)
    // A longer time would overflow, and the timer would fire at once.
    if (timeout > 0 && timeout < 2 ** 31) {
      timer = setTimeout(() => {
        stalled = true
        stop()
      }, timeout)
    }
  }
  signal?.addEventListener('abort', stop)
  if (signal?.aborted) stop()
  wait(0)
  try {
    const headers = { ...options.headers, ...(range && { range }) }
    const response = await fetch(url, { headers, signal: controller.signal })
    const { status } = response
    if (status === 404 || status === 410) fail('not-found', `not there: HTTP status ${status}`)
    // 416 says that a range lies beyond the end of the file.
    if (!response.ok && status !== 416) fail('io', `HTTP status ${status}`)
    return await use(response, (length, progress) => {
      const told = response.headers.get('content-encoding') ? 0 : Number(response.headers.get('content-length'))
      const total = length ?? (told || undefined)
      checkMost(total ?? 0)
      return collect(response, length, total, (done, bytes) => {
        checkMost(done)
        wait(done)
        progress?.(done, total, bytes)
      })
    })
  } catch (error) {
    const { message, cause } = error as Error
    const why = cause instanceof Error ? `${message}: ${cause.message}` : message
    const [code, say] = signal?.aborted
      ? (['aborted', 'interrupted'] as const)
      : stalled
        ? (['io', `nothing came for ${timeout} ms, or less than ${leastRate} bytes a second`] as const)
        : ([isSlimbedError(error) ? error.code : 'io', why] as const)
    throw new SlimbedError(code, `${url}: ${say}`, { cause: error })
  } finally {
    clearTimeout(timer)
    signal?.removeEventListener('abort', stop)
    // Cancels the download of the part that `use` has not read.
    stop()
  }
}

/** The largest initial size of the array for a body, in bytes: a server may announce more than it sends. */
const firstRoom = 2 ** 24

/** Reads a body into one array: exactly `exact` bytes if given, else at least `total`. */
async function collect(
  { body }: Response,
  exact: number | undefined,
  total: number | undefined,
  received: (done: number, bytes: Uint8Array) => void
): Promise<Uint8Array> {
  let bytes = new Uint8Array(Math.min(total ?? 65_536, firstRoom))
  let used = 0
  const reader = body?.getReader()
  for (;;) {
    const next = await reader?.read()
    if (!next || next.done) break
    const end = used + next.value.length
    if (end > (exact ?? Infinity)) fail('io', `more than ${exact} bytes came`)
    if (end > bytes.length) {
      const larger = new Uint8Array(Math.max(end, 2 * bytes.length))
      larger.set(bytes.subarray(0, used))
      bytes = larger
    }
    bytes.set(next.value, used)
    used = end
    received(used, bytes)
  }
  if (used < (total ?? 0)) fail('io', `broke off after ${used} of ${total} bytes`)
  return bytes.subarray(0, used)
}

/** Reads the whole file at a URL. Rejects as `request` does. */
export const fetchWhole = (url: string, options: FetchOptions, progress?: Received): Promise<Uint8Array> =>
  request(url, undefined, options, (response, body) => {
    if (response.status === 200) return body(undefined, progress)
    return fail('io', `HTTP status ${response.status}`)
  })
