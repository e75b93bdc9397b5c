import { type PlainVocabulary, vocabulary } from '@slimbed/runtime/format'
import type { GgufHeader } from './header/header.js'
import { outputTable, shapeOf, tensorNamed, tokenTable } from './matrix.js'

/** The words of a table's rows, and warnings about them, one line each. */
export interface GgufWords {
  readonly words: PlainVocabulary
  readonly warnings: readonly string[]
}

/**
 * The tokens of a model (`tokenizer.ggml.tokens`) as the words of the rows of its tensor `name`, as they stand in the file; undefined where the
 * file has none, or the rows are no tokens. Rows beyond the tokens have empty words.
 */
export function ggufWords(header: GgufHeader, name: string, file: string): GgufWords | undefined {
  const tokens = header.metadata.get('tokenizer.ggml.tokens')
  if (typeof tokens !== 'object' || tokens.of !== 'string') return undefined
  const { rows } = shapeOf(tensorNamed(header, name, file))
  if (tokens.count !== rows && name !== tokenTable && name !== outputTable) return undefined
  const view = new DataView(tokens.bytes.buffer, tokens.bytes.byteOffset, tokens.bytes.byteLength)
  const bytes = new Uint8Array(tokens.bytes.length)
  const offsets = new Uint32Array(rows + 1)
  let used = 0
  for (let row = 0, at = 0; row < rows; row++) {
    if (row < tokens.count) {
      // Lengths were checked with the header: each is less than the file's.
      const length = view.getUint32(at, true) + view.getUint32(at + 4, true) * 2 ** 32
      bytes.set(tokens.bytes.subarray(at + 8, at + 8 + length), used)
      used += length
      at += 8 + length
    }
    offsets[row + 1] = used
  }
  const odd =
    tokens.count === rows
      ? []
      : [
          `${file}: ${tokens.count} tokens for ${rows} rows; ${tokens.count > rows ? 'those beyond the rows are left out' : 'rows beyond them have no words'}`
        ]
  return { words: vocabulary({ bytes: bytes.slice(0, used), offsets }), warnings: odd }
}
