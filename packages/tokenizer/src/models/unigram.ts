import { at, countAt, fail, flagAt, type JsonObject } from '../check.js'
import { addBytes, byteTokens } from './bytes.js'
import { keeping } from './kept.js'
import type { Lexicon } from './lexicon.js'
import type { Model } from './model.js'

const penalty = 10

/** The most probable tokens (Kudo 2018): `scores` are logarithms of probabilities by number of the token. */
export function unigram(json: JsonObject, tokens: Lexicon, scores: Float64Array): Model {
  const given = at(json, 'unk_id')
  const unknown = given === undefined || given === null ? undefined : countAt(given, 'model.unk_id')
  if (unknown !== undefined && unknown >= scores.length) {
    fail('corrupt-file', `model.unk_id: ${unknown}, but there are ${scores.length} tokens`)
  }
  const bytes = flagAt(at(json, 'byte_fallback'), 'model.byte_fallback') ? byteTokens(tokens) : undefined
  const { longest, shorter, lengthOf } = tokens.prefixed('')
  const unknownScore = scores.reduce((least, score) => Math.min(least, score), Infinity) - penalty
  // By place in the piece: of the best tokens up to it, their score, where the last one begins and which it is.
  let best = new Float64Array(64)
  let begins = new Int32Array(64)
  let last = new Int32Array(64)

  function offer(end: number, score: number, start: number, id: number): void {
    if (begins[end] >= 0 && score <= best[end]) return
    best[end] = score
    begins[end] = start
    last[end] = id
  }

  function fill(piece: string): void {
    const size = piece.length + 1
    if (best.length < size) {
      best = new Float64Array(2 * size)
      begins = new Int32Array(2 * size)
      last = new Int32Array(2 * size)
    }
    begins.fill(-1, 0, size)
    best[0] = 0
    for (let start = 0; start < piece.length; ) {
      const after = start + (Number(piece.codePointAt(start)) > 0xffff ? 2 : 1)
      let single = false
      for (let place = longest(piece, start); place >= 0; place = shorter(place)) {
        const end = start + lengthOf(place)
        const id = tokens.idAt(place)
        offer(end, best[start] + scores[id], start, id)
        single ||= end === after
      }
      if (!single) {
        if (unknown === undefined) fail('bad-input', 'the model has no token for unknown characters')
        offer(after, best[start] + unknownScore, start, unknown)
      }
      start = after
    }
  }

  /** Characters that are unknown, together: as one token, as bytes, or as the unknown token. */
  function addUnknown(text: string, out: number[], id: number): void {
    const known = tokens.id(text)
    if (known === undefined && bytes && addBytes(text, bytes, out)) return
    out.push(known ?? id)
  }

  function tokenize(piece: string, out: number[]): void {
    fill(piece)
    const ends: number[] = []
    for (let end = piece.length; end > 0; end = begins[end]) ends.push(end)
    for (let i = ends.length - 1; i >= 0; i--) {
      const id = last[ends[i]]
      if (id !== unknown) {
        out.push(id)
        continue
      }
      const start = begins[ends[i]]
      while (i > 0 && last[ends[i - 1]] === unknown) i--
      addUnknown(piece.slice(start, ends[i]), out, id)
    }
  }
  return keeping({ unknown, tokenize })
}
