import { SlimbedError } from '@slimbed/runtime/error'

/** The encodings of text files. */
export const encodings = ['utf8', 'latin1'] as const

/** One of `encodings`. */
export type Encoding = (typeof encodings)[number]

/** The line of the first byte that is not UTF-8. */
function oddLine(bytes: Uint8Array): number {
  let line = 1
  for (let start = 0; start < bytes.length; line++) {
    const end = bytes.indexOf(10, start)
    const stop = end < 0 ? bytes.length : end + 1
    try {
      new TextDecoder('utf-8', { fatal: true }).decode(bytes.subarray(start, stop))
    } catch {
      return line
    }
    start = stop
  }
  return line
}

/** Every byte as the character of its number; `TextDecoder` reads Latin-1 as Windows-1252. */
function latin1(bytes: Uint8Array): string {
  const parts: string[] = []
  const step = 8192
  for (let at = 0; at < bytes.length; at += step) parts.push(String.fromCharCode(...bytes.subarray(at, at + step)))
  return parts.join('')
}

/** The text of a file called `name`; without a byte order mark if it is UTF-8. Throws `bad-input` for bytes that are not UTF-8. */
export function decodeText(name: string, bytes: Uint8Array, encoding: Encoding): string {
  if (encoding === 'latin1') return latin1(bytes)
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch (error) {
    const where = `${name}, line ${oddLine(bytes)}`
    throw new SlimbedError('bad-input', `${where}: not UTF-8; if it is Latin-1, say --encoding latin1`, {
      cause: error
    })
  }
}
