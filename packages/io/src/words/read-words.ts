import { type Vocabulary, vocabulary } from '@slimbed/core'
import { GrowingBytes, GrowingNumbers } from '../source/growing.js'
import type { Input } from '../source/input.js'
import { linesOf } from '../text/lines.js'

const decoder = new TextDecoder('utf-8', { ignoreBOM: true })

/** Where the text begins: after a byte order mark, if there is one. */
const textStart = (head: Uint8Array) => (head[0] === 0xef && head[1] === 0xbb && head[2] === 0xbf ? 3 : 0)

/** The whole lines of a text as strings of many lines; the last character of each is a line end. */
export async function* textsOf(input: Input): AsyncGenerator<string> {
  for await (const { bytes, end } of linesOf(input.chunks(), input.name, textStart(input.head))) {
    yield decoder.decode(bytes.subarray(0, end))
  }
}

/** The lines of a text as a vocabulary: one word a line. */
export async function readWords(input: Input): Promise<Vocabulary> {
  const words = new GrowingBytes()
  const ends = new GrowingNumbers()
  for await (const { bytes, end } of linesOf(input.chunks(), input.name, textStart(input.head))) {
    words.reserve(end)
    for (let start = 0; start < end; ) {
      const lineEnd = bytes.indexOf(10, start)
      const stop = lineEnd > start && bytes[lineEnd - 1] === 13 ? lineEnd - 1 : lineEnd
      for (let p = start; p < stop; p++) words.bytes[words.length++] = bytes[p]
      ends.push(words.length)
      start = lineEnd + 1
    }
  }
  const offsets = new Uint32Array(ends.length + 1)
  offsets.set(ends.finish(), 1)
  return vocabulary({ bytes: words.finish(), offsets })
}
