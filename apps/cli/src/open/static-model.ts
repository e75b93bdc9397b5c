import { denseOf } from '@slimbed/core'
import { extraBytes, storedEncoder } from '@slimbed/encoder'
import type { StaticModel } from '@slimbed/io'
import { dense, type Extra, gather, type Vocabulary } from '@slimbed/runtime'
import { vocabularyOf } from '@slimbed/runtime/format'
import { unpackTokenizer } from '@slimbed/tokenizer'
import type { Session } from '../session/session.js'
import type { Opened } from './opened.js'

/** The tokens of a compressed static model as the words of its `rows` rows, and the bytes of its tokenizer and of weights of tokens. */
export function tokensIn(extra: Extra, rows: number): { readonly words: Vocabulary; readonly bytes: number } {
  const tokenizer = unpackTokenizer(storedEncoder({ extra }).tokenizer)
  const token = (id: number) => (id < tokenizer.size ? tokenizer.token(id) : '')
  return { words: vocabularyOf(Array.from({ length: rows }, (_, id) => token(id))), bytes: extraBytes(extra) }
}

/** The rows of a static model as a table whose words are its tokens. */
export function openedModel(path: string, model: StaticModel, { warn }: Session): Opened {
  const { matrix, mapping, tokens, weights, bytes, layout, close } = model
  if (weights) warn(`${path}: the weights of its tokens are left out: rows are as they are`)
  const source = denseOf(matrix)
  const table = mapping ? gather(mapping, source) : source
  const { rows, dim } = table
  const take = mapping
    ? undefined
    : async (start: number, count: number) => dense(count, dim, await matrix.read(start, count))
  const sizes = { bytes, tableBytes: bytes, vocabularyBytes: 0 }
  return { path, format: layout, rows, dim, ...sizes, vocabulary: tokens, encodes: true, table, take, close }
}
