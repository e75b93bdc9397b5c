import { isSlimbedError, SlimbedError, type Source } from '@slimbed/runtime'
import { isS3, s3Address } from '../s3/address.js'
import { signed } from '../s3/request.js'
import { s3Settings } from '../s3/settings.js'
import { isRemoteFolder, nameOf } from './address.js'
import type { NetOptions } from './exchange.js'
import { rangeSource } from './range-source.js'
import { readAhead } from './read-ahead.js'

const mostRedirects = 5

/** The `user:password` of a URL as a header, and the URL without it. Throws `bad-input` for what is no URL. */
function plainUrl(url: string): { readonly url: string; readonly headers: Record<string, string> } {
  if (!URL.canParse(url)) throw new SlimbedError('bad-input', `${url}: expected a URL such as https://host/table.npy`)
  const parsed = new URL(url)
  const { username, password } = parsed
  parsed.username = parsed.password = parsed.hash = ''
  const credentials = Buffer.from(`${decodeURIComponent(username)}:${decodeURIComponent(password)}`).toString('base64')
  return { url: parsed.href, headers: username === '' ? {} : { authorization: `Basic ${credentials}` } }
}

/** The ranges of a file at an `https` URL. Of a range, `fetch` asks for its bytes as they are, not packed. */
function openHttp(path: string, options: NetOptions): Promise<Source> {
  const { url, headers } = plainUrl(path)
  return rangeSource({
    ...options,
    // Errors do not show passwords.
    name: url,
    redirects: mostRedirects,
    request: (range) => ({ url, method: 'GET', headers: { ...headers, range } })
  })
}

function openS3(url: string, options: NetOptions): Promise<Source> {
  const [address, settings] = [s3Address(url), { ...s3Settings(), ...options }]
  if (address.key === '') throw new SlimbedError('bad-input', `${url}: expected s3://bucket/key`)
  return rangeSource({
    ...options,
    name: url,
    request: (range) => signed({ method: 'GET', address, headers: { range } }, settings)
  })
}

/**
 * Opens a file at an `https` or `s3` URL, which is read by ranges, and ahead of those who read it; close it when done. Rejects with `not-found`, with
 * `unsupported` for a server without ranges, `bad-input` for what is no such URL, `io`, and `aborted`.
 */
export async function remoteSource(
  path: string,
  options: NetOptions = {}
): Promise<Source & { close(): Promise<void> }> {
  if (isRemoteFolder(path)) {
    throw new SlimbedError('bad-input', `${path}: expected a file; it is a folder or a bucket: give a file in it`)
  }
  try {
    return readAhead(await (isS3(path) ? openS3 : openHttp)(path, options))
  } catch (error) {
    if (!isSlimbedError(error, 'not-found')) throw error
    const hint = isS3(path)
      ? '; a folder is given with a slash at its end'
      : nameOf(path).includes('*')
        ? '; servers of files have no list of them for *: name one, or use s3://'
        : ''
    throw new SlimbedError('not-found', `${error.message}${hint}`, { cause: error })
  }
}
