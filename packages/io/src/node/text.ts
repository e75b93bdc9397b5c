import { SlimbedError } from '@slimbed/runtime'
import { decodeText, type Encoding } from '../text/decode.js'
import { fileSource } from './file-source.js'

/** The most bytes of a text file: what one string holds. */
const most = 2 ** 28

/**
 * A text file as a string, without a byte order mark. Rejects with `bad-input` for bytes that are not UTF-8 and files above 256 MiB,
 * and as `fileSource` does.
 */
export async function openText(path: string, encoding: Encoding): Promise<string> {
  const source = await fileSource(path)
  try {
    if (source.size > most) throw new SlimbedError('bad-input', `${path}: expected at most 256 MiB of text; split it`)
    return decodeText(path, await source.read(0, source.size), encoding)
  } finally {
    await source.close()
  }
}
