import type { TextPlace } from './layout.js'
import { linesOf } from './lines.js'
import { parseBlock, scratchFor, type TextBlock } from './parse-block.js'

/** Some lines of a text, parsed into memory of their own. */
export interface Parsed extends TextBlock {
  /** Whether the line end of the last line was missing. */
  readonly unended: boolean
}

/** The lines of a stream of text from byte `start`, parsed in order. Rejects as `linesOf` does. */
export async function* parseStream(
  chunks: AsyncIterable<Uint8Array>,
  name: string,
  { dim, start, wordless }: TextPlace
): AsyncGenerator<Parsed> {
  let scratch = scratchFor(0, dim)
  for await (const { bytes, end, unended } of linesOf(chunks, name, start)) {
    if (scratch.bytes.length < end) scratch = scratchFor(end + (end >> 1), dim)
    scratch.bytes.set(bytes.subarray(0, end))
    const block = parseBlock(scratch, 0, end, dim, wordless)
    const { values, words, ends } = block
    yield { ...block, values: values.slice(), words: words.slice(), ends: ends.slice(), unended }
  }
}
