import type { Tokenizer } from '@slimbed/tokenizer'
import type { EncoderSettings } from './settings.js'

/** The first `count` characters (code points) of a text; half of a pair counts as one. */
export function firstCharacters(text: string, count: number): string {
  if (text.length <= count) return text
  let end = 0
  for (let i = 0; i < count && end < text.length; i++) {
    const pair = (text.charCodeAt(end) & 0xfc00) === 0xd800 && (text.charCodeAt(end + 1) & 0xfc00) === 0xdc00
    end += pair ? 2 : 1
  }
  return text.slice(0, end)
}

/** Splits a text into the numbers of those tokens that count. The result may be a view, and is the caller's. */
export type TokensOf = (text: string) => Int32Array

/** How a model splits texts. */
export function tokensOf(tokenizer: Tokenizer, settings: EncoderSettings): TokensOf {
  const { maxLength, maxCharacters, prompt = '', skipUnknown } = settings
  const unknown = skipUnknown ? tokenizer.unknown : undefined
  const options = { specialTokens: false, maxLength: Infinity }
  return (text) => {
    const whole = prompt === '' ? text : prompt + text
    const all = tokenizer.encode(maxCharacters === undefined ? whole : firstCharacters(whole, maxCharacters), options)
    const ids = maxLength !== undefined && all.length > maxLength ? all.subarray(0, maxLength) : all
    if (unknown === undefined) return ids
    let kept = 0
    for (let i = 0; i < ids.length; i++) if (ids[i] !== unknown) ids[kept++] = ids[i]
    return kept === ids.length ? ids : ids.subarray(0, kept)
  }
}

/** The weights of tokens, each in its place, in memory that is used again; undefined where tokens have none. */
export function weigher(weights: Float32Array | undefined): (ids: Int32Array) => Float64Array | undefined {
  if (!weights) return () => undefined
  let found = new Float64Array(256)
  return (ids) => {
    if (found.length < ids.length) found = new Float64Array(2 * ids.length)
    for (let i = 0; i < ids.length; i++) found[i] = weights[ids[i]]
    return found
  }
}
