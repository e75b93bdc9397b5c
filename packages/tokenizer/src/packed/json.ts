import { at, type JsonObject, objectAt } from '../check.js'
import type { Parts } from '../parts.js'
import { unpackParts } from './unpack.js'

function largeParts({ tokens, scores, pairs }: Parts): object {
  const list = Array.from({ length: tokens.size }, (_, id) => tokens.token(id))
  if (scores) return { vocab: list.map((token, id) => [token, scores[id]]) }
  const vocab = Object.fromEntries(list.flatMap((token, id) => (token === undefined ? [] : [[token, id] as const])))
  if (!pairs) return { vocab }
  const merges = Array.from({ length: pairs.length / 2 }, (_, rank) => [
    list[pairs[2 * rank]],
    list[pairs[2 * rank + 1]]
  ])
  return { vocab, merges }
}

/**
 * The `tokenizer.json` of packed bytes, as an object for `JSON.stringify`. Merges are pairs of tokens, as the library writes them,
 * also where they were in one string. Throws `corrupt-file`.
 */
export function tokenizerJson(bytes: Uint8Array): JsonObject {
  const parts = unpackParts(bytes)
  const model = objectAt(at(parts.rest, 'model'), 'model')
  return { ...parts.rest, model: { ...model, ...largeParts(parts) } as JsonObject }
}
