import { checkOption, fail } from '../check.js'
import { isSlimbedError, SlimbedError } from '../error.js'

/** Options of what reads a URL. */
export interface FetchOptions {
  readonly signal?: AbortSignal | undefined
  /** Milliseconds without any byte, or with fewer than `leastRate` allows, after which a request fails; 30,000 unless given, 0 for no limit. */
  readonly timeout?: number
  /** Bytes a second that a server must send on average over each `timeout`; 1024 unless given. */
  readonly leastRate?: number
  /** The most bytes of one answer; 1 GiB unless given. */
  readonly maxBytes?: number
  /** Headers for every request, such as `authorization`. */
  readonly headers?: Readonly<Record<string, string>>
  /** Used instead of the global `fetch`. */
  readonly fetch?: typeof globalThis.fetch
}

/** Called with the bytes received, and with the total if the server gives it. */
export type FetchProgress = (done: number, total: number | undefined) => void

/** Reads the body of a response, of exactly `length` bytes where that is known; rejects with `io` otherwise. */
export type ReadBody = (length?: number, progress?: FetchProgress) => Promise<Uint8Array>

/** The most bytes that are read at once unless an option says otherwise. */
export const mostBytes = 2 ** 30

/**
 * Requests a URL and hands the response to `use`, which has until it ends to read it.
 *
 * Rejects with `not-found`, with `aborted`, and with `io` when the server cannot be reached, refuses, breaks off, sends more than
 * `maxBytes`, or nothing or next to nothing for `timeout`. Throws `bad-option`.
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
    const headers = { ...options.headers, ...(range ? { range } : {}) }
    const response = await fetch(url, { headers, signal: controller.signal })
    const { status } = response
    if (status === 404 || status === 410) fail('not-found', `not there (HTTP ${status})`)
    // 416 says that a range lies beyond the end of the file.
    if (!response.ok && status !== 416) fail('io', `HTTP status ${status}`)
    return await use(response, (length, progress) => {
      const told = response.headers.get('content-encoding') ? undefined : response.headers.get('content-length')
      const total = length ?? (Number(told) || undefined)
      if ((total ?? 0) > maxBytes) fail('io', `${total} bytes are more than maxBytes, ${maxBytes}`)
      return collect(response, length, total, (done) => {
        if (done > maxBytes) fail('io', `${done} bytes are more than maxBytes, ${maxBytes}`)
        wait(done)
        progress?.(done, total)
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

/** Reads a body into one array: `exact` bytes where that is known, else at least `total`. */
async function collect(
  { body }: Response,
  exact: number | undefined,
  total: number | undefined,
  received: (bytes: number) => void
): Promise<Uint8Array> {
  let bytes = new Uint8Array(Math.min(total ?? 65_536, firstRoom))
  let used = 0
  const reader = body?.getReader()
  for (let next = await reader?.read(); next && !next.done; next = await reader?.read()) {
    const end = used + next.value.length
    if (end > (exact ?? Infinity)) fail('io', `more than the ${exact} bytes asked for came`)
    received(end)
    if (end > bytes.length) {
      const larger = new Uint8Array(Math.max(end, 2 * bytes.length))
      larger.set(bytes.subarray(0, used))
      bytes = larger
    }
    bytes.set(next.value, used)
    used = end
  }
  if (used < (total ?? 0)) fail('io', `broke off after ${used} of ${total} bytes`)
  return bytes.subarray(0, used)
}

/** Reads all that is at a URL. Rejects as `request` does. */
export const fetchWhole = (url: string, options: FetchOptions, progress?: FetchProgress): Promise<Uint8Array> =>
  request(url, undefined, options, (response, body) => {
    if (response.status === 200) return body(undefined, progress)
    return fail('io', `HTTP status ${response.status}`)
  })
