import { SlimbedError } from '@slimbed/runtime'
import type { NetOptions } from '../net/exchange.js'

/** Who asks an S3 store. */
export interface S3Credentials {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly sessionToken?: string | undefined
}

/** Which S3 store is asked, and how. */
export interface S3Settings extends NetOptions {
  /** Without them, requests are not signed, as public buckets allow. */
  readonly credentials?: S3Credentials | undefined
  readonly region: string
  /** The address of another store than that of AWS, `https://host:9000`; buckets are then part of the path. */
  readonly endpoint?: string | undefined
}

type Environment = Readonly<Record<string, string | undefined>>

/** The endpoint, without a slash at its end. Throws `bad-option` for what is no address. */
function endpointOf(text: string | undefined): string | undefined {
  if (text === undefined || text === '') return undefined
  if (/^https?:\/\/[^?#]+$/.test(text) && URL.canParse(text)) return new URL(text).href.replace(/\/+$/, '')
  throw new SlimbedError('bad-option', `AWS_ENDPOINT_URL: expected a URL such as https://host:9000, got ${text}`)
}

/**
 * The settings that environment variables give: `AWS_ACCESS_KEY_ID`, `AWS_SECRET_ACCESS_KEY`, `AWS_SESSION_TOKEN`, `AWS_REGION` (or
 * `AWS_DEFAULT_REGION`; `us-east-1` without), and `AWS_ENDPOINT_URL_S3` or `AWS_ENDPOINT_URL`. Throws `bad-option`.
 */
export function s3Settings(environment: Environment = process.env): S3Settings {
  const {
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
    AWS_SESSION_TOKEN: sessionToken
  } = environment
  if (!accessKeyId !== !secretAccessKey) {
    const missing = accessKeyId ? 'AWS_SECRET_ACCESS_KEY' : 'AWS_ACCESS_KEY_ID'
    throw new SlimbedError('bad-option', `${missing} is not set, and the other one is: set both, or none`)
  }
  return {
    ...(accessKeyId &&
      secretAccessKey && {
        credentials: { accessKeyId, secretAccessKey, ...(sessionToken && { sessionToken }) }
      }),
    region: environment.AWS_REGION || environment.AWS_DEFAULT_REGION || 'us-east-1',
    endpoint: endpointOf(environment.AWS_ENDPOINT_URL_S3) ?? endpointOf(environment.AWS_ENDPOINT_URL)
  }
}
