import { at, countAt, fail, isObject, type Json, type JsonObject, listAt, objectAt, shown, stringAt } from './check.js'
import { type Lexicon, listedLexicon } from './models/lexicon.js'
import { type Merges, mergesOf } from './models/merge.js'

/** A `tokenizer.json` in parts: the large ones as arrays, `rest` as it is. */
export interface Parts {
  readonly tokens: Lexicon
  /** Of a Unigram model: a score for each token. */
  readonly scores?: Float64Array | undefined
  /** Of a BPE model: the ids of each merge, two for each rank. */
  readonly pairs?: Int32Array | undefined
  /** Everything else. `model` has neither `vocab` nor `merges`. */
  readonly rest: JsonObject
}

/** Numbers of tokens may have gaps of this much and as much as there are tokens. */
const mostGaps = 1000

/** The tokens of `model.vocab` by id. */
function numbered(vocab: JsonObject): Lexicon {
  const entries = Object.entries(vocab)
  const largest = 2 * entries.length + mostGaps
  const tokens: (string | undefined)[] = []
  for (const [token, value] of entries) {
    const where = `model.vocab[${shown(token)}]`
    stringAt(token, where)
    const id = countAt(value, where)
    if (id > largest) fail('corrupt-file', `${where}: ${id}, but there are ${entries.length} tokens`)
    while (tokens.length <= id) tokens.push(undefined)
    if (tokens[id] !== undefined) fail('corrupt-file', `${where}: ${id} is also the id of ${shown(tokens[id])}`)
    tokens[id] = token
  }
  return listedLexicon(tokens)
}

function scored(vocab: readonly Json[]): Pick<Parts, 'tokens' | 'scores'> {
  const scores = new Float64Array(vocab.length)
  const tokens = vocab.map((value, i) => {
    const where = `model.vocab[${i}]`
    const [token, score] = listAt(value, where)
    if (typeof score !== 'number' || !Number.isFinite(score)) {
      fail('corrupt-file', `${where}: expected a finite score, got ${shown(score)}`)
    }
    scores[i] = score
    return stringAt(token, where)
  })
  return { tokens: listedLexicon(tokens), scores }
}

function pairOf(value: Json, where: string): readonly [string, string] {
  const parts = typeof value === 'string' ? value.split(' ') : listAt(value, where)
  if (parts.length !== 2) fail('corrupt-file', `${where}: expected two tokens, got ${shown(value)}`)
  return [stringAt(parts[0], where), stringAt(parts[1], where)]
}

/** What a BPE model may be without: the comment at the top of a list of merges. */
const isComment = (value: Json) => typeof value === 'string' && value.startsWith('#version')

function paired(merges: readonly Json[], tokens: Lexicon): Int32Array {
  const list = merges.filter((value) => !isComment(value))
  const pairs = new Int32Array(2 * list.length)
  for (const [i, value] of list.entries()) {
    const where = `model.merges[${i}]`
    for (const [side, token] of pairOf(value, where).entries()) {
      const id = tokens.id(token)
      if (id === undefined) fail('corrupt-file', `${where}: ${shown(token)} is not in the vocabulary`)
      pairs[2 * i + side] = id
    }
  }
  return pairs
}

/** The kind of a model: files of early versions do not say it. Throws `unsupported`. */
export function modelType(model: JsonObject): 'BPE' | 'WordPiece' | 'WordLevel' | 'Unigram' {
  const type = at(model, 'type')
  if (type === 'BPE' || type === 'WordPiece' || type === 'WordLevel' || type === 'Unigram') return type
  if (type !== undefined) fail('unsupported', `model: the model ${shown(type)}`)
  if (at(model, 'merges') !== undefined) return 'BPE'
  return Array.isArray(at(model, 'vocab'))
    ? 'Unigram'
    : at(model, 'max_input_chars_per_word')
      ? 'WordPiece'
      : 'WordLevel'
}

/** Takes a parsed `tokenizer.json` apart. Throws `corrupt-file` and `unsupported`. */
export function partsOf(value: unknown): Parts {
  const json = objectAt(value, 'the file')
  const model = objectAt(at(json, 'model'), 'model')
  const type = modelType(model)
  const { vocab, merges, ...others } = model
  const rest = { ...json, model: { ...others, type } }
  if (type === 'Unigram') return { ...scored(listAt(vocab, 'model.vocab')), rest }
  const tokens = numbered(isObject(vocab) ? vocab : objectAt(vocab, 'model.vocab'))
  return type === 'BPE' ? { tokens, pairs: paired(listAt(merges, 'model.merges'), tokens), rest } : { tokens, rest }
}

/** The merges of a BPE model. Throws `corrupt-file` for one that makes no token of the vocabulary. */
export function mergesAt(pairs: Int32Array, tokens: Lexicon, prefix: string): Merges {
  const results = Int32Array.from({ length: pairs.length / 2 }, (_, rank) => {
    const [left, right] = [tokens.token(pairs[2 * rank]) ?? '', tokens.token(pairs[2 * rank + 1]) ?? '']
    const token = left + right.slice(prefix.length)
    return tokens.id(token) ?? fail('corrupt-file', `model.merges[${rank}]: ${shown(token)} is not in the vocabulary`)
  })
  return mergesOf(pairs, results)
}
