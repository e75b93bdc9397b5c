import { at, countAt, fail, type JsonObject, shown, stringAt } from '../check.js'
import type { Lexicon } from './lexicon.js'
import type { Model } from './model.js'

/** Whether a text has more than `most` code points. */
function isLonger(text: string, most: number): boolean {
  if (text.length <= most) return false
  let count = 0
  for (const _ of text) count++
  return count > most
}

/** Greedy longest match, as in BERT (Wu et al. 2016; Devlin et al. 2019). */
export function wordPiece(json: JsonObject, tokens: Lexicon): Model {
  const unknownToken = stringAt(at(json, 'unk_token'), 'model.unk_token')
  const prefix = stringAt(at(json, 'continuing_subword_prefix') ?? '##', 'model.continuing_subword_prefix')
  const most = countAt(at(json, 'max_input_chars_per_word') ?? 100, 'model.max_input_chars_per_word')
  const unknown = tokens.id(unknownToken)
  const [first, others] = [tokens.prefixed(''), tokens.prefixed(prefix)]

  function tokenize(piece: string, out: number[]): void {
    const before = out.length
    if (!isLonger(piece, most)) {
      let start = 0
      while (start < piece.length) {
        const some = start > 0 ? others : first
        const place = some.longest(piece, start)
        if (place < 0) break
        out.push(tokens.idAt(place))
        start += some.lengthOf(place)
      }
      if (start === piece.length) return
      out.length = before
    }
    if (unknown === undefined)
      fail('bad-input', `the token ${shown(unknownToken)} for unknown words is not in the vocabulary`)
    out.push(unknown)
  }
  return { unknown, tokenize }
}
