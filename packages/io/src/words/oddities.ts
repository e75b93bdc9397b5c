import type { PlainVocabulary } from '@slimbed/runtime/format'
import { isUtf8 } from './utf8.js'

/** Rows whose words have something in common. */
interface Found {
  count: number
  first: number
}

/** Whether all words are UTF-8. They are decoded together: no word may begin in the middle of a character. */
function allUtf8({ bytes, offsets, size }: PlainVocabulary): boolean {
  for (let row = 0; row < size; row++) {
    if (offsets[row] < offsets[row + 1] && (bytes[offsets[row]] & 0xc0) === 0x80) return false
  }
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes)
    return true
  } catch {
    return false
  }
}

const isControl = (byte: number) => byte < 32 || byte === 127
const isGap = (byte: number) => byte === 32 || byte === 9

/** Finds words that are not UTF-8, have control characters, begin or end with a space or tab, or are in quotes. */
function find(words: PlainVocabulary) {
  const { bytes, offsets, size } = words
  const invalid: Found = { count: 0, first: -1 }
  const control: Found = { count: 0, first: -1 }
  const outer: Found = { count: 0, first: -1 }
  const quoted: Found = { count: 0, first: -1 }
  const add = (found: Found, row: number) => {
    if (found.count++ === 0) found.first = row
  }
  const valid = allUtf8(words)
  for (let row = 0; row < size; row++) {
    const [start, end] = [offsets[row], offsets[row + 1]]
    let controls = false
    for (let p = start; p < end; p++)
      controls ||= isControl(bytes[p]) && !(bytes[p] === 9 && (p === start || p === end - 1))
    if (controls) add(control, row)
    if (start < end && (isGap(bytes[start]) || isGap(bytes[end - 1]))) add(outer, row)
    if (end - start > 1 && bytes[start] === 34 && bytes[end - 1] === 34) add(quoted, row)
    if (!valid && !isUtf8(bytes.subarray(start, end))) add(invalid, row)
  }
  return { invalid, control, outer, quoted }
}

/** Warnings about unusual words, one line each; the words are read unchanged. */
export function oddWords(name: string, words: PlainVocabulary): string[] {
  const { invalid, control, outer, quoted } = find(words)
  const say = ({ count, first }: Found, what: string) => {
    if (count === 0) return []
    const example = `in row ${first} (from 0), ${JSON.stringify(words.word(first).slice(0, 40))}`
    return [`${name}: ${count} of ${words.size} words ${what}, the first ${example}`]
  }
  return [
    ...say(invalid, 'are not UTF-8 (is it Latin-1? iconv -f ISO-8859-1 -t UTF-8)'),
    ...say(control, 'have control characters'),
    ...say(outer, 'begin or end with a space, which is kept'),
    // If only some are in quotes, they may be meant so, as tokens of a program are.
    ...(words.size > 2 && quoted.count === words.size ? say(quoted, 'are in quotes, which are kept') : [])
  ]
}
