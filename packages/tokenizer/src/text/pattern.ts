import { SlimbedError } from '@slimbed/runtime/error'
import { at, fail, type Json, objectAt, shown, stringAt } from '../check.js'
import { translate } from './oniguruma/translate.js'
import { newer } from './tables.js'

/** What to look for in a text. */
export interface Pattern {
  /** With the flags `g` and `u`. */
  readonly regexp: RegExp
  /** Whether characters that the library does not know are unassigned for it, too. */
  readonly dated: boolean
}

const escaped = (text: string) => text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&')

export const pattern = (source: string, dated = false): Pattern => ({ regexp: new RegExp(source, 'gu'), dated })

/** A pattern for a text as it is; one that matches nothing for the empty text. */
export const literal = (text: string): Pattern => pattern(text === '' ? '(?!)' : escaped(text))

/** A pattern of a file: `{"String": …}` or `{"Regex": …}`. Throws `unsupported` for what JavaScript has no equal of. */
export function patternAt(value: Json | undefined, where: string): Pattern {
  const json = objectAt(value, where)
  const text = at(json, 'String')
  if (text !== undefined) return literal(stringAt(text, `${where}.String`))
  const source = at(json, 'Regex')
  if (source === undefined) fail('unsupported', `${where}: ${shown(value)}`)
  return pattern(translate(stringAt(source, `${where}.Regex`), `${where}.Regex`), true)
}

// Where the first of these characters is.
const late = /[\u0295-\uffff]/
let unknown: RegExp | undefined

/** A text of the same length with characters that are never assigned in place of those that are newer than the library. */
export function datedText(text: string): string {
  if (!late.test(text)) return text
  unknown ??= new RegExp(`[ʕ${newer()}]`, 'gu')
  // U+0295 was a letter of lower case.
  return text.replace(unknown, (found) => (found === 'ʕ' ? 'ʒ' : found.length > 1 ? '\u{10ffff}' : '\uffff'))
}

/** The next match. Throws `too-large` for one of millions of characters, which exceeds the stack of JavaScript's patterns. */
function nextMatch(regexp: RegExp, text: string): RegExpExecArray | null {
  try {
    return regexp.exec(text)
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
    throw new SlimbedError('too-large', 'the text has a run of characters that is too long for a pattern', {
      cause: error
    })
  }
}

/** Whether a place is between the halves of a surrogate pair. */
const isInside = (text: string, place: number) => place > 0 && Number(text.codePointAt(place - 1)) > 0xffff

/**
 * Every part of a text in order: those that match a pattern, and those between. Throws `too-large` for a match of millions of
 * characters.
 */
export function forEachPart(
  text: string,
  { regexp, dated }: Pattern,
  visit: (start: number, end: number, matches: boolean) => void
): void {
  const subject = dated ? datedText(text) : text
  let last = 0
  let matched = -1
  regexp.lastIndex = 0
  for (let match = nextMatch(regexp, subject); match; match = nextMatch(regexp, subject)) {
    const start = match.index
    const end = start + match[0].length
    if (start === end) regexp.lastIndex = end + (Number(text.codePointAt(end)) > 0xffff ? 2 : 1)
    // As in the library, no empty match follows another match; V8 finds some inside of a surrogate pair.
    if (start === end && (end === matched || isInside(text, end))) continue
    if (start > last) visit(last, start, false)
    visit(start, end, true)
    last = end
    matched = end
  }
  if (last < text.length) visit(last, text.length, false)
}
