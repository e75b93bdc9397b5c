import { at, type JsonObject, stringAt } from '../check.js'
import { charsmapOf } from '../text/charsmap.js'
import { clusters } from '../text/clusters.js'
import type { Normalizer } from './normalizer.js'

const ascii = Array.from({ length: 95 }, (_, i) => String.fromCharCode(32 + i))

/** The most bytes of UTF-8 of characters that are looked up together. */
const mostTogether = 5

/** Whether a text has few enough bytes of UTF-8. Encoding them to count them would take most of the time of a text of marks. */
function isShort(text: string): boolean {
  let bytes = text.length
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i)
    // Each half of a surrogate pair stands for two bytes.
    if (unit > 0x7f) bytes += unit > 0x7ff && (unit < 0xd800 || unit > 0xdfff) ? 2 : 1
  }
  return bytes <= mostTogether
}

/** The normalizer of a SentencePiece model: `precompiled_charsmap`, in base64. */
export function precompiled(json: JsonObject, where: string): Normalizer {
  const name = `${where}.precompiled_charsmap`
  const map = charsmapOf(stringAt(at(json, 'precompiled_charsmap') ?? '', name), name)
  // What is printable ASCII mostly stays as it is; the last one before other characters may belong to them.
  const changes = ascii.some((character) => map(character) !== undefined)
  const { join, prepend, end } = clusters()
  const each = (text: string) => {
    let result = ''
    for (const character of text) result += map(character) ?? character
    return result
  }
  /** Characters that belong together are looked up as one text, if they are short. */
  const together = (text: string) => {
    let result = ''
    for (let start = 0; start < text.length; ) {
      const next = end(text, start)
      const cluster = text.slice(start, next)
      start = next
      result += (isShort(cluster) ? map(cluster) : undefined) ?? each(cluster)
    }
    return result
  }
  const whole = (text: string) => (join(text) ? together(text) : each(text))
  return (text) => (changes || prepend(text) ? whole(text) : text.replace(/[ -~]?[^ -~]+/g, whole))
}
