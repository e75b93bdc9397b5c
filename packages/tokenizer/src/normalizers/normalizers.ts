import { at, fail, flagAt, type Json, type JsonObject, listAt, nested, shown, stringAt } from '../check.js'
import { byteLevel } from '../text/byte-level.js'
import { whitespace } from '../text/classes.js'
import { forEachPart, patternAt } from '../text/pattern.js'
import { marks } from '../text/tables.js'
import { type Form, lowercase, normalizeUnicode } from '../text/unicode.js'
import { bertNormalizer } from './bert.js'
import type { Lead, Normalizer } from './normalizer.js'
import { precompiled } from './precompiled.js'

type Make = (json: JsonObject, where: string) => Normalizer

/** No normalizer in use makes a text more than 18 times longer; several that replace could double it again and again. */
const mostGrowth = 100
const shortest = 10_000

/** A normalized text. Throws `too-large` where it is many times as long as the text. */
function checkGrowth(result: string, { length }: string): string {
  if (result.length <= mostGrowth * length + shortest) return result
  return fail('too-large', `normalizer: it makes ${length} characters more than ${mostGrowth} times as many`)
}

/** Removes what a pattern matches. */
const removal = (pattern: RegExp) => (text: string, lead: Lead) => {
  pattern.lastIndex = 0
  if (pattern.exec(text)?.index === 0) lead.first = false
  return text.replace(pattern, '')
}

function strip(json: JsonObject, where: string): Normalizer {
  const left = flagAt(at(json, 'strip_left'), `${where}.strip_left`, true)
  const right = flagAt(at(json, 'strip_right'), `${where}.strip_right`, true)
  const blank = new RegExp(`[${whitespace}]`)
  return (text, lead) => {
    let start = 0
    let end = text.length
    if (left) while (start < end && blank.test(text[start])) start++
    if (right) while (end > start && blank.test(text[end - 1])) end--
    if (start > 0) lead.first = false
    return text.slice(start, end)
  }
}

function replace(json: JsonObject, where: string): Normalizer {
  const pattern = patternAt(at(json, 'pattern'), `${where}.pattern`)
  const content = stringAt(at(json, 'content'), `${where}.content`)
  return (text, lead) => {
    let result = ''
    forEachPart(text, pattern, (start, end, matches) => {
      result += matches ? content : text.slice(start, end)
      checkGrowth(result, text)
      if (matches && start === 0 && (content === '' ? end > 0 : end > 1)) lead.first = false
    })
    return result
  }
}

function nmt(): Normalizer {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is removed
  const remove = removal(/[\u0001-\u0008\u000b\u000e-\u001f\u007f\u008f\u009f]/g)
  const blank = /[\t\n\f\r\u1680\u200b-\u200f\u2028\u2029\u2581\ufeff\ufffd]/g
  return (text, lead) => remove(text, lead).replace(blank, ' ')
}

function prepend(json: JsonObject, where: string): Normalizer {
  const text = stringAt(at(json, 'prepend'), `${where}.prepend`)
  return (rest) => (rest === '' ? '' : checkGrowth(text + rest, rest))
}

function sequence(json: JsonObject, where: string): Normalizer {
  const steps = listAt(at(json, 'normalizers'), `${where}.normalizers`).map((step, i) =>
    normalizerAt(step, `${where}.normalizers[${i}]`)
  )
  return (text, lead) => steps.reduce((result, step) => checkGrowth(step(result, lead), text), text)
}

const unicode = (form: Form) => (): Normalizer => (text) => normalizeUnicode(text, form)

const kinds = new Map<Json | undefined, Make>([
  ['BertNormalizer', bertNormalizer],
  ['ByteLevel', () => byteLevel],
  ['Lowercase', () => lowercase],
  ['NFC', unicode('NFC')],
  ['NFD', unicode('NFD')],
  ['NFKC', unicode('NFKC')],
  ['NFKD', unicode('NFKD')],
  ['Nmt', nmt],
  ['Precompiled', precompiled],
  ['Prepend', prepend],
  ['Replace', replace],
  ['Sequence', sequence],
  ['Strip', strip],
  ['StripAccents', () => removal(new RegExp(marks(), 'gu'))]
])

/** The normalizer that a file describes. Throws `unsupported` for one that is not known, `corrupt-file`. */
export function normalizerAt(value: Json | undefined, where: string): Normalizer {
  const json = nested(value, where)
  const make = kinds.get(at(json, 'type'))
  return make ? make(json, where) : fail('unsupported', `${where}: the normalizer ${shown(at(json, 'type'))}`)
}
