import type { Outgoing } from '../net/exchange.js'
import type { S3Address } from './address.js'
import type { S3Settings } from './settings.js'

/** A request to an S3 store, not signed yet. */
export interface S3Request {
  readonly method: 'GET' | 'HEAD' | 'PUT' | 'POST' | 'DELETE'
  readonly address: S3Address
  readonly query?: Readonly<Record<string, string>>
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: Uint8Array<ArrayBuffer> | string | undefined
}

/** Text in a URL, encoded as signatures want it. */
const encoded = (text: string) =>
  encodeURIComponent(text).replace(/[!'()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`)

/** The URL that a place has at its store. */
export function storeUrl({ bucket, key }: S3Address, { endpoint, region }: S3Settings): string {
  const path = key.split('/').map(encoded).join('/')
  const aws = region.startsWith('cn-') ? 'amazonaws.com.cn' : 'amazonaws.com'
  if (endpoint !== undefined) return `${endpoint}/${bucket}/${path}`
  // Certificates are for one name before the host.
  const inPath = bucket.includes('.') || /[A-Z_]/.test(bucket)
  return inPath ? `https://s3.${region}.${aws}/${bucket}/${path}` : `https://${bucket}.s3.${region}.${aws}/${path}`
}

/** A request as it is sent: signed, if there are credentials. */
export async function signed(request: S3Request, settings: S3Settings): Promise<Outgoing> {
  const { method, address, query = {}, headers = {}, body } = request
  const search = Object.entries(query).map(([name, value]) => `${encoded(name)}=${encoded(value)}`)
  const url = `${storeUrl(address, settings)}${search.length > 0 ? `?${search.join('&')}` : ''}`
  const { credentials, region } = settings
  if (!credentials) return { url, method, headers, body }
  const { AwsV4Signer } = await import('aws4fetch')
  const { sessionToken, ...key } = credentials
  const token = sessionToken === undefined ? {} : { sessionToken }
  const signer = new AwsV4Signer({ url, method, headers: { ...headers }, service: 's3', region, ...key, ...token })
  const made = await signer.sign()
  return { url: made.url.href, method, headers: Object.fromEntries(made.headers), body }
}
