import { throwIfAborted } from '@slimbed/core'
import { fileSource } from '@slimbed/io/node'
import { tokenReader } from '@slimbed/lm'
import type { Session } from '../session/session.js'
import { closing } from './closing.js'

const chunkBytes = 4 << 20

/**
 * The rows of the tokens of a text, or of its first `most`: read piece by piece, however long its lines are. Rejects as `fileSource` and
 * `tokenReader` do, and with `aborted`.
 */
export const readTokens = (
  path: string,
  words: readonly string[],
  { signal, progress }: Session,
  most = Number.POSITIVE_INFINITY
): Promise<Uint32Array> =>
  closing(fileSource(path), async (source) => {
    const report = progress.phase('reading', source.size)
    const decoder = new TextDecoder()
    const reader = tokenReader(path, words)
    for (let at = 0; at < source.size && reader.size < most; at += chunkBytes) {
      throwIfAborted(signal)
      const bytes = await source.read(at, Math.min(chunkBytes, source.size - at))
      reader.push(decoder.decode(bytes, { stream: true }))
      report(Math.min(at + chunkBytes, source.size), source.size)
    }
    if (reader.size < most) reader.push(decoder.decode())
    return reader.end().subarray(0, most)
  })
