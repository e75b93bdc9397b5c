import { SlimbedError } from '@slimbed/runtime'
import { type S3Address, s3Address, s3Url } from './address.js'
import { ask, type S3Object } from './objects.js'
import type { S3Request } from './request.js'
import type { S3Settings } from './settings.js'

/** The most bytes of a page: one of 1,000 keys of 1,024 bytes, each of which is encoded as three. */
const mostBytes = 8 << 20

/** A page of a list. */
interface Page {
  readonly objects: readonly S3Object[]
  readonly next: string | undefined
}

const signs: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" }
const plain = (text: string) =>
  text.replace(/&(?:(amp|lt|gt|quot|apos)|#(\d+)|#x([0-9a-f]+));/gi, (all, name, decimal, hex) => {
    if (name !== undefined) return signs[name.toLowerCase()] ?? all
    const code = decimal === undefined ? Number.parseInt(hex, 16) : Number(decimal)
    return code <= 0x10ffff ? String.fromCodePoint(code) : all
  })

/** The text in the first element of a name. The answers of stores have no attributes and nothing nested in these. */
function textIn(xml: string, name: string): string | undefined {
  const start = xml.indexOf(`<${name}>`)
  const end = xml.indexOf(`</${name}>`, start)
  return start < 0 || end < 0 ? undefined : plain(xml.slice(start + name.length + 2, end))
}

function pageOf(xml: string, where: S3Address): Page {
  const broken = () => new SlimbedError('io', `${s3Url(where)}: the store's list of objects is not one`)
  if (!xml.includes('</ListBucketResult>')) throw broken()
  const objects = xml
    .split('<Contents>')
    .slice(1)
    .map((entry) => {
      const [key, size] = [textIn(entry, 'Key'), Number(textIn(entry, 'Size') ?? Number.NaN)]
      if (key === undefined || !Number.isSafeInteger(size)) throw broken()
      try {
        const url = s3Url({ bucket: where.bucket, key: decodeURIComponent(key.replaceAll('+', ' ')) })
        return { url, size, version: textIn(entry, 'ETag') ?? '' }
      } catch {
        throw broken()
      }
    })
  const more = textIn(xml, 'IsTruncated') === 'true'
  const next = more ? textIn(xml, 'NextContinuationToken') : undefined
  if (more && !next) throw broken()
  return { objects, next }
}

/**
 * The objects whose keys begin as `prefix`, `s3://bucket/begin`, does, in the order of their keys; without `deep` those alone in which no slash follows.
 * Pages are asked for as they are needed. Rejects with `io`, `aborted`.
 */
export async function* listObjects(prefix: string, settings: S3Settings, deep = true): AsyncGenerator<S3Object> {
  const { bucket, key } = s3Address(prefix)
  const where = { bucket, key: '' }
  const query = { 'list-type': '2', 'encoding-type': 'url', prefix: key, ...(!deep && { delimiter: '/' }) }
  let next: string | undefined
  do {
    const request: S3Request = {
      method: 'GET',
      address: where,
      query: { ...query, ...(next !== undefined && { 'continuation-token': next }) }
    }
    const page = await ask(request, settings, [200], async (answer) =>
      pageOf(await answer.text(mostBytes), { bucket, key })
    )
    yield* page.objects
    // A store that repeats itself would be asked for ever.
    if (page.next !== undefined && page.next === next) {
      throw new SlimbedError('io', `${prefix}: the store gives the same page of its list again`)
    }
    next = page.next
  } while (next !== undefined)
}
