import { isObject, type Json, SlimbedError, type Vocabulary } from '@slimbed/runtime'
import { type PlainVocabulary, vocabularyOf } from '@slimbed/runtime/format'

/** Tokens and their numbers, as the models of tokenizers hold them: by token, or in a list of tokens with scores. */
function* numbered(vocab: Json | undefined): Generator<readonly [Json | undefined, Json]> {
  if (isObject(vocab)) yield* Object.entries(vocab)
  else if (Array.isArray(vocab)) for (const [id, entry] of vocab.entries()) yield [(entry as Json[])?.[0], id]
}

/**
 * The tokens of a `tokenizer.json` by number, `count` of them; '' for a number without one.
 *
 * Throws `corrupt-file` for JSON that is no tokenizer, `bad-input` for a token whose number is `count` or more.
 */
export function tokensOf(name: string, tokenizer: Json, count: number): PlainVocabulary {
  const model = isObject(tokenizer) ? tokenizer.model : undefined
  const vocab = isObject(model) ? model.vocab : undefined
  if (!isObject(vocab) && !Array.isArray(vocab)) {
    throw new SlimbedError('corrupt-file', `${name}: expected a tokenizer, with a model and its vocab`)
  }
  const tokens = new Array<string>(count).fill('')
  const add = (token: Json | undefined, id: Json | undefined) => {
    if (typeof token !== 'string' || typeof id !== 'number' || !Number.isInteger(id) || id < 0) {
      throw new SlimbedError(
        'corrupt-file',
        `${name}: expected tokens with whole numbers, not ${shown(token)}: ${shown(id)}`
      )
    }
    if (id >= count) {
      const message = `${name}: token ${shown(token)} has number ${id}, but the model has rows for ${count} tokens`
      throw new SlimbedError('bad-input', message)
    }
    tokens[id] = token
  }
  for (const [token, id] of numbered(vocab)) add(token, id)
  const added = isObject(tokenizer) ? tokenizer.added_tokens : undefined
  for (const entry of Array.isArray(added) ? (added as Json[]) : []) {
    add(isObject(entry) ? entry.content : undefined, isObject(entry) ? entry.id : undefined)
  }
  return vocabularyOf(tokens)
}

const shown = (value: Json | undefined) => JSON.stringify(value)?.slice(0, 40) ?? 'none'

/** The number of the token for what is unknown; undefined where there is none. */
export function unknownToken(tokenizer: Json, tokens: Vocabulary): number | undefined {
  const model = isObject(tokenizer) ? tokenizer.model : undefined
  if (!isObject(model)) return undefined
  if (typeof model.unk_id === 'number') return model.unk_id
  const row = typeof model.unk_token === 'string' ? tokens.find(model.unk_token) : -1
  return row < 0 ? undefined : row
}
