import { at, fail, type JsonObject, shown, stringAt } from '../check.js'
import type { Lexicon } from './lexicon.js'
import type { Model } from './model.js'

/** Each piece is a token. */
export function wordLevel(json: JsonObject, tokens: Lexicon): Model {
  const unknownToken = stringAt(at(json, 'unk_token'), 'model.unk_token')
  const unknown = tokens.id(unknownToken)
  return {
    unknown,
    tokenize(piece, out) {
      const id = tokens.id(piece) ?? unknown
      if (id === undefined)
        fail('bad-input', `the token ${shown(unknownToken)} for unknown words is not in the vocabulary`)
      out.push(id)
    }
  }
}
