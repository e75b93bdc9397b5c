import { setTimeout as sleep } from 'node:timers/promises'
import { throwIfAborted } from '@slimbed/core/blocks'
import { isSlimbedError, SlimbedError } from '@slimbed/runtime'
import { type Answer, answerOf } from './body.js'
import { asError, Broken, type Failure, failureOf, statusFailure } from './failure.js'

/** A request as it is sent. */
export interface Outgoing {
  readonly url: string
  readonly method: string
  readonly headers: Readonly<Record<string, string>>
  readonly body?: Uint8Array<ArrayBuffer> | string | undefined
}

/** Options of requests. */
export interface NetOptions {
  readonly signal?: AbortSignal | undefined
  /** A request fails, and is sent again, after so many milliseconds in which nothing came; 30,000 by default. */
  readonly timeout?: number | undefined
  /** Milliseconds before the second try; the pause doubles with each further one. 100 by default. */
  readonly pause?: number | undefined
}

/** How a request is sent and its answer used. */
export interface Exchange<Result> {
  /** What errors call it: a URL. */
  readonly name: string
  /** The request, signed anew for each try. */
  readonly request: () => Outgoing | Promise<Outgoing>
  /** Whether `use` takes an answer of this status. Other ones are failures. */
  readonly takes: (status: number) => boolean
  readonly use: (answer: Answer) => Promise<Result>
  /** How many redirects are followed; none by default. */
  readonly redirects?: number
}

const mostErrorBytes = 65_536
const longestPause = 5_000

/** The least bytes a second that count as an answer that comes. */
const leastRate = 1024
/** The least bytes a second that a body is sent with. */
const leastSent = 65_536

/** A URL as an object; undefined for text that is none. */
function parsed(text: string, base?: string): URL | undefined {
  try {
    return new URL(text, base)
  } catch {
    return undefined
  }
}

/** Where a redirect leads. Throws `io` for one that leads nowhere or from https to another protocol. */
function redirected(name: string, from: string, location: string | null): string {
  const target = location === null ? undefined : parsed(location, from)
  const safe = target?.protocol === 'https:' || (target?.protocol === 'http:' && !from.startsWith('https:'))
  if (target && safe) return target.href
  throw new SlimbedError('io', `${name}: the server redirects to ${target?.origin ?? 'nowhere'}, which is not followed`)
}

/** Sends a request, and follows redirects. */
async function send(
  { name, redirects = 0 }: Pick<Exchange<unknown>, 'name' | 'redirects'>,
  { url, method, headers: first, body }: Outgoing,
  signal: AbortSignal
): Promise<Response> {
  let headers = first
  for (let at = url, left = redirects; ; left--) {
    const response = await fetch(at, { method, body: body ?? null, headers, signal, redirect: 'manual' })
    if (redirects === 0 || ![301, 302, 303, 307, 308].includes(response.status)) return response
    await response.body?.cancel()
    if (left === 0) throw new SlimbedError('io', `${name}: more than ${redirects} redirects`)
    const next = redirected(name, at, response.headers.get('location'))
    if (new URL(next).origin !== new URL(at).origin) {
      const { authorization: _, ...others } = headers
      headers = others
    }
    at = next
  }
}

/** Sends a request once. Resolves to what `use` makes of the answer, or to why it failed. */
async function once<Result>(
  exchange: Exchange<Result>,
  { signal, timeout = 30_000 }: NetOptions
): Promise<{ readonly value: Result } | Failure> {
  const controller = new AbortController()
  const stop = () => controller.abort()
  const stall = new Broken(`nothing came for ${timeout} ms, or less than ${leastRate} bytes a second`)
  let timer = setTimeout(() => {}, 0)
  const wait = (most: number) => {
    clearTimeout(timer)
    timer = setTimeout(() => controller.abort(stall), most)
  }
  let come = 0
  const alive = (bytes: number) => {
    come += bytes
    // What comes too slowly does not count.
    if (come < (leastRate * timeout) / 1000) return
    come = 0
    wait(timeout)
  }
  signal?.addEventListener('abort', stop)
  try {
    const outgoing = await exchange.request()
    wait(timeout + (outgoing.body?.length ?? 0) / (leastSent / 1000))
    const answer = answerOf(await send(exchange, outgoing, controller.signal), alive)
    if (exchange.takes(answer.status)) return { value: await exchange.use(answer) }
    return statusFailure(answer.status, answer.headers, await answer.text(mostErrorBytes))
  } catch (error) {
    throwIfAborted(signal)
    if (isSlimbedError(error)) throw error
    return failureOf(controller.signal.reason === stall ? stall : error)
  } finally {
    clearTimeout(timer)
    signal?.removeEventListener('abort', stop)
    // Ends what has not been read of the answer.
    stop()
  }
}

/**
 * Sends a request until it is answered: after errors of the server and of the connection again, with pauses that double. Rejects
 * with `not-found`, `io` and `aborted`, and as `use` does.
 */
export async function exchange<Result>(what: Exchange<Result>, options: NetOptions): Promise<Result> {
  const { signal, pause = 100 } = options
  for (let tries = 1; ; tries++) {
    throwIfAborted(signal)
    const done = await once(what, options)
    if ('value' in done) return done.value
    if (tries >= done.tries) throw asError(what.name, done, tries)
    // Not all clients at once.
    const wait = done.after ?? Math.min(longestPause, pause * 2 ** (tries - 1)) * (0.75 + Math.random() / 2)
    await sleep(wait, undefined, signal && { signal }).catch(() => {})
  }
}
