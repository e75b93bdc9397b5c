import type { Sink } from '@slimbed/core'
import { blocksOf, throwIfAborted } from '@slimbed/core/blocks'
import { Appender } from '../write/appender.js'
import { checkWords, type Writable, type WriteOptions, wordsFor } from '../write/writable.js'
import { checkFinite } from './finite.js'

const forbidden = new Map([
  ...Array.from({ length: 32 }, (_, byte) => [byte, 'control character'] as const),
  [10, 'line end'],
  [32, 'space']
])
forbidden.delete(9)

/**
 * Writes word2vec binary: `rows dim`, then for each row its word, a space, the float32 numbers and a line end. Resolves
 * to the bytes written. Rejects with `bad-input` without words, or for a word with a space or a line end.
 */
export async function writeBin(
  content: Writable,
  sink: Sink,
  { progress, signal }: WriteOptions = {}
): Promise<number> {
  const { matrix } = content
  const { rows, dim } = matrix
  const words = wordsFor(content, 'bin')
  checkWords(words, 'bin', forbidden)
  const to = new Appender(sink)
  to.append(new TextEncoder().encode(`${rows} ${dim}\n`))
  for await (const { start, data } of blocksOf(matrix)) {
    checkFinite(data, dim, start, '.bin')
    const numbers = new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
    const rowBytes = dim * 4
    for (let from = 0, row = start; from < numbers.length; from += rowBytes, row++) {
      to.append(words.bytes.subarray(words.offsets[row], words.offsets[row + 1]))
      to.appendByte(32)
      to.append(numbers.subarray(from, from + rowBytes))
      to.appendByte(10)
      await to.flush()
    }
    throwIfAborted(signal)
    progress?.(start + data.length / dim, rows)
  }
  return to.flush(true)
}
