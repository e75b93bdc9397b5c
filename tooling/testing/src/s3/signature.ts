import { createHash, createHmac } from 'node:crypto'
import type { IncomingMessage } from 'node:http'

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex')
const hmac = (key: string | Buffer, text: string) => createHmac('sha256', key).update(text).digest()
const encoded = (text: string) =>
  encodeURIComponent(text).replace(/[!'()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`)

/** Who may ask. */
export interface Key {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly region: string
}

/**
 * Why a request is not signed as "Signature Version 4" says, computed from that document; undefined if it is. The hash of the body may be left out of it, as S3
 * allows.
 */
export function badSignature({ method = '', url = '', headers }: IncomingMessage, key: Key): string | undefined {
  const given =
    /^AWS4-HMAC-SHA256 Credential=([^/]+)\/(\d{8})\/([^/]+)\/s3\/aws4_request, SignedHeaders=([^,]+), Signature=([0-9a-f]{64})$/.exec(
      headers.authorization ?? ''
    )
  if (!given) return headers.authorization === undefined ? 'AccessDenied' : 'AuthorizationHeaderMalformed'
  const [, id, date, region, names, signature] = given
  if (id !== key.accessKeyId) return 'InvalidAccessKeyId'
  if (region !== key.region) return 'AuthorizationHeaderMalformed'
  const time = `${headers['x-amz-date']}`
  const signed = names.split(';')
  if (!time.startsWith(date) || !signed.includes('host') || !signed.includes('x-amz-date')) return 'AccessDenied'
  for (const name of Object.keys(headers)) {
    if (name.startsWith('x-amz-') && !signed.includes(name)) return 'AccessDenied'
  }
  const [path, search = ''] = url.split('?')
  const query = [...new URLSearchParams(search)]
    .map(([name, value]) => `${encoded(name)}=${encoded(value)}`)
    .sort()
    .join('&')
  const canonical = [
    method,
    path
      .split('/')
      .map((part) => encoded(decodeURIComponent(part)))
      .join('/'),
    query,
    ...signed.map((name) => `${name}:${`${headers[name] ?? ''}`.trim().replace(/\s+/g, ' ')}`),
    '',
    names,
    headers['x-amz-content-sha256']
  ].join('\n')
  const text = ['AWS4-HMAC-SHA256', time, `${date}/${region}/s3/aws4_request`, sha256(canonical)].join('\n')
  const signing = ['s3', 'aws4_request'].reduce<Buffer>(hmac, hmac(hmac(`AWS4${key.secretAccessKey}`, date), region))
  return hmac(signing, text).toString('hex') === signature ? undefined : 'SignatureDoesNotMatch'
}
