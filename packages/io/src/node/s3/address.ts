import { SlimbedError } from '@slimbed/runtime'

/** A place in S3: a bucket, and the key of an object or the beginning of keys. */
export interface S3Address {
  readonly bucket: string
  readonly key: string
}

const scheme = 's3://'

/** Whether a path is one of S3. */
export const isS3 = (path: string): boolean => path.startsWith(scheme)

/** The URL of a key, as people write it. */
export const s3Url = ({ bucket, key }: S3Address): string => `${scheme}${bucket}/${key}`

/**
 * The bucket and the key of `s3://bucket/key`. Throws `bad-input` for what is no such URL, and for keys that no URL can name, with `.` or `..` as a
 * part.
 */
export function s3Address(url: string): S3Address {
  const [, bucket, key = ''] = /^s3:\/\/([A-Za-z0-9][A-Za-z0-9._-]{1,62})(?:\/(.*))?$/s.exec(url) ?? []
  if (bucket === undefined || bucket.includes('..')) {
    throw new SlimbedError('bad-input', `${url}: expected s3://bucket/key`)
  }
  if (key.split('/').some((part) => part === '.' || part === '..')) {
    throw new SlimbedError('bad-input', `${url}: the key has "." or ".." between slashes, which no request can name`)
  }
  return { bucket, key }
}
