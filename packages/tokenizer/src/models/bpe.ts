import { at, fail, flagAt, type JsonObject, optionalAt, shown } from '../check.js'
import { addBytes, byteTokens } from './bytes.js'
import { keeping } from './kept.js'
import type { Lexicon } from './lexicon.js'
import { type Merges, merger } from './merge.js'
import type { Model } from './model.js'

/** Byte-pair encoding (Sennrich et al. 2016). */
export function bpe(json: JsonObject, tokens: Lexicon, merges: Merges): Model {
  const dropout = at(json, 'dropout') ?? 0
  if (dropout !== 0) fail('unsupported', `model.dropout: ${shown(dropout)}: tokens would be random`)
  const unknownToken = optionalAt(at(json, 'unk_token'), 'model.unk_token')
  const prefix = optionalAt(at(json, 'continuing_subword_prefix'), 'model.continuing_subword_prefix') ?? ''
  const suffix = optionalAt(at(json, 'end_of_word_suffix'), 'model.end_of_word_suffix') ?? ''
  const fuse = flagAt(at(json, 'fuse_unk'), 'model.fuse_unk')
  const whole = flagAt(at(json, 'ignore_merges'), 'model.ignore_merges')
  const bytes = flagAt(at(json, 'byte_fallback'), 'model.byte_fallback') ? byteTokens(tokens) : undefined
  const unknown = unknownToken === undefined ? undefined : tokens.id(unknownToken)
  const merge = merger(merges)

  /** The tokens of single characters. */
  function addCharacters(piece: string, out: number[]): void {
    let waiting = false
    for (let start = 0; start < piece.length; ) {
      const end = start + (Number(piece.codePointAt(start)) > 0xffff ? 2 : 1)
      let character = piece.slice(start, end)
      if (start > 0) character = prefix + character
      if (end === piece.length) character += suffix
      start = end
      const id = tokens.id(character)
      if (id === undefined) {
        if (bytes && addBytes(character, bytes, out)) continue
        if (unknownToken === undefined) continue
        if (unknown === undefined) {
          fail('bad-input', `the token ${shown(unknownToken)} for unknown characters is not in the vocabulary`)
        }
        if (waiting && !fuse) out.push(unknown)
        waiting = true
        continue
      }
      // Unknown characters are added late: tokens of bytes come before those that wait, as in the library.
      if (waiting && unknown !== undefined) out.push(unknown)
      waiting = false
      out.push(id)
    }
    if (waiting && unknown !== undefined) out.push(unknown)
  }

  return keeping({
    unknown,
    tokenize(piece, out) {
      const known = whole ? tokens.id(piece) : undefined
      if (known !== undefined) {
        out.push(known)
        return
      }
      const from = out.length
      addCharacters(piece, out)
      merge(out, from)
    }
  })
}
