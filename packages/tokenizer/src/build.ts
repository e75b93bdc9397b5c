import { addedTokensOf, finders } from './added-tokens.js'
import { at, fail, type JsonObject, objectAt, shown } from './check.js'
import { bpe } from './models/bpe.js'
import type { Model } from './models/model.js'
import { unigram } from './models/unigram.js'
import { wordLevel } from './models/word-level.js'
import { wordPiece } from './models/word-piece.js'
import type { Normalizer } from './normalizers/normalizer.js'
import { normalizerAt } from './normalizers/normalizers.js'
import { mergesAt, modelType, type Parts } from './parts.js'
import { preTokenizerAt } from './pre-tokenizers/pre-tokenizers.js'
import type { PreTokenizer } from './pre-tokenizers/split.js'
import { type Template, templateAt } from './template.js'
import type { Tokenizer } from './tokenizer.js'
import { truncationAt } from './truncation.js'

function modelOf({ tokens, scores, pairs, rest }: Parts): Model {
  const json = objectAt(at(rest, 'model'), 'model')
  const type = modelType(json)
  if (type === 'WordPiece') return wordPiece(json, tokens)
  if (type === 'WordLevel') return wordLevel(json, tokens)
  if (type === 'Unigram') return unigram(json, tokens, scores ?? new Float64Array())
  const prefix = at(json, 'continuing_subword_prefix')
  return bpe(json, tokens, mergesAt(pairs ?? new Int32Array(), tokens, typeof prefix === 'string' ? prefix : ''))
}

/** What is at a key, made by a function; the other value where there is none. */
function made<T>(rest: JsonObject, key: string, make: (value: JsonObject, where: string) => T, otherwise: T): T {
  const value = at(rest, key)
  return value === undefined || value === null ? otherwise : make(objectAt(value, key), key)
}

const lone = /\p{Cs}/gu

/** Puts the ids of a text into a template. */
function fill(template: Template, ids: readonly number[]): Int32Array {
  if (template.length === 1 && template[0] === 'text') return new Int32Array(ids)
  return new Int32Array(template.flatMap((item): readonly number[] => (item === 'text' ? ids : [item])))
}

/** A tokenizer of its parts. Throws `corrupt-file` and `unsupported`. */
export function build(parts: Parts): Tokenizer {
  const { tokens, rest } = parts
  const version = at(rest, 'version')
  if (version !== undefined && version !== '1.0') fail('unsupported', `version ${shown(version)}`)
  const model = modelOf(parts)
  const normalize = made<Normalizer | undefined>(rest, 'normalizer', normalizerAt, undefined)
  const split = made<PreTokenizer>(rest, 'pre_tokenizer', preTokenizerAt, (text, first, emit) => emit(text, first))
  const template = templateAt(at(rest, 'post_processor'), 'post_processor')
  const special = template.filter((item) => item !== 'text').length
  const bare = template.filter((item) => item === 'text')
  const truncation = truncationAt(at(rest, 'truncation'))
  const added = addedTokensOf(at(rest, 'added_tokens'), tokens)
  const [findRaw, findNormal] = finders(added, (text) => normalize?.(text, { first: true }) ?? text)

  // Others are the model's own, and have its ids.
  const others = added.filter(({ id }) => id >= tokens.size)
  const size = tokens.size + others.length

  /** Adds the ids of a text, at most about `most`. */
  function addIds(text: string, out: number[], most: number): void {
    const take = (piece: string) => {
      if (out.length < most) model.tokenize(piece, out)
    }
    const addNormal = (piece: string, begins: boolean) => {
      const lead = { first: begins }
      const normal = normalize ? normalize(piece, lead) : piece
      if (!findNormal) {
        if (normal !== '') split(normal, lead.first, take)
        return
      }
      findNormal(normal, (start, end, id) => {
        if (id >= 0) out.push(id)
        else split(normal.slice(start, end), lead.first && start === 0, take)
      })
    }
    if (!findRaw) {
      addNormal(text, true)
      return
    }
    findRaw(text, (start, end, id) => {
      if (id >= 0) out.push(id)
      else if (out.length < most) addNormal(text.slice(start, end), start === 0)
    })
  }

  return {
    size,
    unknown: model.unknown,
    encode(text, { maxLength = truncation.maxLength, specialTokens = false } = {}) {
      if (!(maxLength >= 0)) fail('bad-option', `maxLength: expected a number of 0 or more, got ${maxLength}`)
      const most = Math.max(0, specialTokens ? maxLength - special : maxLength)
      const found: number[] = []
      addIds(text.replace(lone, '\ufffd'), found, truncation.left ? Infinity : most)
      const kept =
        found.length <= most ? found : truncation.left ? found.slice(found.length - most) : found.slice(0, most)
      return fill(specialTokens ? template : bare, kept)
    },
    token(id) {
      if (Number.isInteger(id) && id >= 0 && id < size)
        return others[id - tokens.size]?.content ?? tokens.token(id) ?? ''
      return fail('out-of-range', `token ${id} of ${size}`)
    },
    id: (token) => others.find(({ content }) => content === token)?.id ?? tokens.id(token)
  }
}
