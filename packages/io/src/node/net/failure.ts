import { type ErrorCode, SlimbedError } from '@slimbed/runtime'

/** Why one request failed, and whether another one may succeed. */
export interface Failure {
  readonly code: ErrorCode
  readonly say: string
  /** The most requests that are worth while; 1 for a failure that would be the same again. */
  readonly tries: number
  /** Milliseconds after which the server wants to be asked again. */
  readonly after?: number | undefined
  readonly cause?: unknown
}

/** A failure of the connection or of the body, which may be another one at the next try. */
export class Broken extends Error {}

const always = 8
const longestWait = 30_000

/** Failures of the connection that another request would meet again, and what to say of them. */
const lasting: Readonly<Record<string, string>> = {
  ENOTFOUND: 'there is no such host',
  ERR_TLS_CERT_ALTNAME_INVALID: 'the certificate of the server is for another host',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'the certificate of the server is signed by itself',
  SELF_SIGNED_CERT_IN_CHAIN: 'the certificate of the server is signed by itself',
  CERT_HAS_EXPIRED: 'the certificate of the server has expired',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'the certificate of the server cannot be verified'
}

/** A failure of `fetch` or of a body. */
export function failureOf(error: unknown): Failure {
  const { message, cause } = error instanceof Error ? error : new Error(String(error))
  const code = cause instanceof Error && 'code' in cause && typeof cause.code === 'string' ? cause.code : ''
  const say = lasting[code]
  if (say !== undefined) return { code: 'io', say, tries: 1, cause: error }
  const why = cause instanceof Error ? cause.message || code : ''
  const what = error instanceof Broken ? message : `the connection failed: ${why || message}`
  return { code: 'io', say: what, tries: code === 'ECONNREFUSED' ? 4 : always, cause: error }
}

/** The text of an element of a short XML answer. */
const element = (xml: string, name: string) => new RegExp(`<${name}>([^<]{1,300})</${name}>`).exec(xml)?.[1]

const known: Readonly<Record<number, readonly [ErrorCode, string]>> = {
  401: ['io', 'access denied'],
  403: ['io', 'access denied'],
  404: ['not-found', 'there is no such file'],
  410: ['not-found', 'it is no longer there']
}

/** A failure that the status of an answer tells; `text` is its body. */
export function statusFailure(status: number, headers: Headers, text: string): Failure {
  const [code, what] = known[status] ?? ['io', 'the server refused']
  const reason = element(text, 'Code')
  const detail = reason === undefined ? '' : `, ${reason}: ${element(text, 'Message') ?? ''}`
  const region = headers.get('x-amz-bucket-region')
  const elsewhere =
    region !== null && status >= 300 && status < 404 ? `; the bucket is in the region ${region}: set AWS_REGION` : ''
  // The last two: a body that did not come, or not as it was sent.
  const passing =
    [408, 425, 429].includes(status) ||
    (status >= 500 && ![501, 505].includes(status)) ||
    ['RequestTimeout', 'BadDigest'].includes(reason ?? '')
  const seconds = Number(headers.get('retry-after') ?? Number.NaN)
  const after = seconds >= 0 ? Math.min(seconds * 1000, longestWait) : undefined
  return { code, say: `${what} (HTTP status ${status}${detail})${elsewhere}`, tries: passing ? always : 1, after }
}

/** The error after the last try. */
export function asError(name: string, { code, say, cause }: Failure, tries: number): SlimbedError {
  const often = tries > 1 ? `; tried ${tries} times` : ''
  return new SlimbedError(code, `${name}: ${say.replace(/\s*\n\s*/g, ' ')}${often}`, { cause })
}
