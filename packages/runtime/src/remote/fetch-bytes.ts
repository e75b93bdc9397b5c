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

/** Reads the body of a response, of exactly `length` bytes where that is known; rejects with `io` otherwise. */
export type ReadBody = (length?: number, progress?: FetchProgress) => Promise<Uint8Array>

/**
 * Requests a URL and hands the response to `use`, which has until it ends to read it.
 *
 * Rejects with `not-found`, with `aborted`, and with `io` when the server cannot be reached, refuses, breaks off or sends nothing
 * for `timeout`.
 */
export async function request<T>(
  url: string,
  range: string | undefined,
  options: FetchOptions,
  use: (response: Response, body: ReadBody) => Promise<T>
): Promise<T> {
  const { signal, timeout = 30_000, fetch = globalThis.fetch } = options
  const controller = new AbortController()
  const stop = () => controller.abort()
  let stalled = false
  let timer: ReturnType<typeof setTimeout> | undefined
  const wait = () => {
    clearTimeout(timer)
    timer = setTimeout(() => {
      stalled = true
      stop()
    }, timeout)
  }
  signal?.addEventListener('abort', stop)
  if (signal?.aborted) stop()
  wait()
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
      return collect(response, length, total, (done) => {
        wait()
        progress?.(done, total)
      })
    })
  } catch (error) {
    const { message, cause } = error as Error
    const why = cause instanceof Error ? `${message}: ${cause.message}` : message
    const [code, say] = signal?.aborted
      ? (['aborted', 'interrupted'] as const)
      : stalled
        ? (['io', `nothing came for ${timeout} ms`] as const)
        : ([isSlimbedError(error) ? error.code : 'io', why] as const)
    throw new SlimbedError(code, `${url}: ${say}`, { cause: error })
  } finally {
    clearTimeout(timer)
    signal?.removeEventListener('abort', stop)
    // What `use` has left unread need not come.
    stop()
  }
}

/** Reads a body into one array, of `total` bytes at first: `exact` of them where that is known, else at least `total`. */
async function collect(
  { body }: Response,
  exact: number | undefined,
  total: number | undefined,
  received: (bytes: number) => void
): Promise<Uint8Array> {
  let bytes = new Uint8Array(total ?? 65_536)
  let used = 0
  const reader = body?.getReader()
  for (let next = await reader?.read(); next && !next.done; next = await reader?.read()) {
    const end = used + next.value.length
    if (end > (exact ?? Infinity)) fail('io', `more than the ${exact} bytes asked for came`)
    if (end > bytes.length) {
      const larger = new Uint8Array(Math.max(end, 2 * bytes.length))
      larger.set(bytes.subarray(0, used))
      bytes = larger
    }
    bytes.set(next.value, used)
    used = end
    received(used)
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
