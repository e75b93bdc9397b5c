import { uncomposed, unnormalized } from './tables.js'

/** A normalization form of Unicode. */
export type Form = 'NFC' | 'NFD' | 'NFKC' | 'NFKD'

const sigma = /Σ/

/** Lower case by character: a final sigma has no form of its own. */
export const lowercase = (text: string): string =>
  sigma.test(text)
    ? text
        .split('Σ')
        .map((part) => part.toLowerCase())
        .join('σ')
    : text.toLowerCase()

let patterns: { readonly kept: RegExp; readonly made: RegExp } | undefined

/**
 * A normalization form, as of the Unicode version that the library has: characters that are newer stay as they are, and are not
 * made of others.
 */
export function normalizeUnicode(text: string, form: Form): string {
  patterns ??= { kept: new RegExp(`([${unnormalized()}])`, 'u'), made: new RegExp(`[${uncomposed()}]`, 'gu') }
  const { kept, made } = patterns
  const whole = (part: string) => part.normalize(form).replace(made, (character) => character.normalize('NFD'))
  if (!kept.test(text)) return whole(text)
  return text
    .split(kept)
    .map((part, i) => (i % 2 === 1 ? part : whole(part)))
    .join('')
}
