import { isObject, type Json, SlimbedError } from '@slimbed/runtime'
import { type PlainVocabulary, vocabularyOf } from '@slimbed/runtime/format'

/** Tokens and their numbers, as the models of tokenizers hold them: by token, or in a list of tokens with scores. */
function* numbered(vocab: Json | undefined): Generator<readonly [Json | undefined, Json]> {
  if (isObject(vocab)) yield* Object.entries(vocab)
  else if (Array.isArray(vocab)) for (const [id, entry] of vocab.entries()) yield [(entry as Json[])?.[0], id]
}

/**
 * Every token of a `tokenizer.json` with its number, those that were added last. Throws `corrupt-file` for JSON that is no tokenizer.
 */
export function* allTokens(name: string, tokenizer: Json): Generator<readonly [token: string, id: number]> {
  const { model, added_tokens: added } = isObject(tokenizer) ? tokenizer : {}
  const vocab = isObject(model) ? model.vocab : undefined
  if (!isObject(vocab) && !Array.isArray(vocab)) {
    throw new SlimbedError('corrupt-file', `${name}: expected a tokenizer, with a model and its vocab`)
  }
  const checked = (token: Json | undefined, id: Json | undefined): readonly [string, number] => {
    if (typeof token === 'string' && typeof id === 'number' && Number.isInteger(id) && id >= 0) return [token, id]
    const message = `${name}: expected tokens with whole numbers, not ${shown(token)}: ${shown(id)}`
    throw new SlimbedError('corrupt-file', message)
  }
  for (const [token, id] of numbered(vocab)) yield checked(token, id)
  for (const entry of Array.isArray(added) ? (added as Json[]) : []) {
    yield checked(isObject(entry) ? entry.content : undefined, isObject(entry) ? entry.id : undefined)
  }
}

/**
 * The tokens of a `tokenizer.json` by number, `count` of them; '' for a number without one.
 *
 * Throws as `allTokens` does, and `bad-input` for a token whose number is `count` or more.
 */
export function tokensOf(name: string, tokenizer: Json, count: number): PlainVocabulary {
  const tokens = new Array<string>(count).fill('')
  for (const [token, id] of allTokens(name, tokenizer)) {
    if (id >= count) {
      const message = `${name}: token ${shown(token)} has number ${id}, but the model has rows for ${count} tokens`
      throw new SlimbedError('bad-input', message)
    }
    tokens[id] = token
  }
  return vocabularyOf(tokens)
}

const shown = (value: Json | undefined) => JSON.stringify(value)?.slice(0, 40) ?? 'none'
