import { at, flagAt, type JsonObject } from '../check.js'
import { whitespace } from '../text/classes.js'
import { removed as formats, nonspacing } from '../text/tables.js'
import { lowercase, normalizeUnicode } from '../text/unicode.js'
import type { Normalizer } from './normalizer.js'

// As in the library, which leaves one block of ideographs out (U+2B820 to U+2B91F).
const ideographs =
  /[\u4e00-\u9fff\u3400-\u4dbf\uf900-\ufaff\u{20000}-\u{2a6df}\u{2a700}-\u{2b81f}\u{2b920}-\u{2ceaf}\u{2f800}-\u{2fa1f}]/gu
const plain = /^[ -~]*$/

/** The normalizer of BERT. */
export function bertNormalizer(json: JsonObject, where: string): Normalizer {
  const flag = (name: string, otherwise: boolean) => flagAt(at(json, name), `${where}.${name}`, otherwise)
  const [cleans, spaces, lowers] = [
    flag('clean_text', true),
    flag('handle_chinese_chars', true),
    flag('lowercase', true)
  ]
  const strips = flag('strip_accents', lowers)
  const removed = new RegExp(`(?![\\t\\n\\r])[\\p{Cc}\\p{Co}\\ufffd${formats()}]`, 'gu')
  const blank = new RegExp(`[${whitespace}]`, 'g')
  const accents = new RegExp(nonspacing(), 'gu')

  return (text, lead) => {
    if (plain.test(text)) return lowers ? text.toLowerCase() : text
    let result = text
    const drop = (pattern: RegExp) => {
      pattern.lastIndex = 0
      if (pattern.exec(result)?.index === 0) lead.first = false
      result = result.replace(pattern, '')
    }
    if (cleans) {
      drop(removed)
      result = result.replace(blank, ' ')
    }
    if (spaces) result = result.replace(ideographs, ' $& ')
    if (strips) {
      result = normalizeUnicode(result, 'NFD')
      drop(accents)
    }
    return lowers ? lowercase(result) : result
  }
}
