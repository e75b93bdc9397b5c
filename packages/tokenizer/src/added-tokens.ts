import { at, countAt, fail, flagAt, type Json, listAt, objectAt, shown, stringAt } from './check.js'
import { type Lexicon, listedLexicon } from './models/lexicon.js'
import { whitespace, word } from './text/classes.js'
import { datedText } from './text/pattern.js'

/** A token that is found in a text before the model sees it. */
export interface AddedToken {
  readonly id: number
  readonly content: string
  /** Only where no character of a word stands beside it. */
  readonly singleWord: boolean
  /** Takes the white space before it. */
  readonly left: boolean
  /** Takes the white space after it. */
  readonly right: boolean
  /** Whether it is looked for in the normalized text, in its own normalized form. */
  readonly normalized: boolean
}

/** Takes the parts of a text in order: tokens by number, and what is between as places of the text. */
export type Found = (start: number, end: number, id: number) => void

const blank = new RegExp(`[${whitespace}]`)
const wordAtStart = new RegExp(`^[${word}]`, 'u')
const wordAtEnd = new RegExp(`[${word}]$`, 'u')

const hex = (unit: number) => `\\u${unit.toString(16).padStart(4, '0')}`

/**
 * Finds tokens in a text, the leftmost first and of those the longest: `contents` are what to look for, one for each token. Undefined
 * where there are none.
 */
export function finderOf(
  tokens: readonly AddedToken[],
  contents: readonly string[]
): ((text: string, found: Found) => void) | undefined {
  const used = contents.flatMap((content, i): [string, number][] => (content === '' ? [] : [[content, i]]))
  if (used.length === 0) return undefined
  // Of equal ones the last is found: it is the first of them.
  const last = used.length - 1
  const lexicon = listedLexicon(used.map(([content]) => content).reverse())
  const { longest, lengthOf } = lexicon.prefixed('')
  const begins = new RegExp(`[${[...new Set(used.map(([content]) => hex(content.charCodeAt(0))))].join('')}]`, 'g')

  const insideWord = (text: string, start: number, end: number) =>
    wordAtEnd.test(datedText(text.slice(Math.max(start - 2, 0), start))) ||
    wordAtStart.test(datedText(text.slice(end, end + 2)))

  return (text, found) => {
    let done = 0
    begins.lastIndex = 0
    for (let match = begins.exec(text); match; match = begins.exec(text)) {
      const place = longest(text, match.index)
      if (place < 0) continue
      const end = match.index + lengthOf(place)
      begins.lastIndex = end
      const token = tokens[used[last - lexicon.idAt(place)][1]]
      let [start, stop] = [match.index, end]
      if (token.singleWord && insideWord(text, start, stop)) continue
      if (token.left) while (start > done && blank.test(text[start - 1])) start--
      if (token.right) while (stop < text.length && blank.test(text[stop])) stop++
      if (start > done) found(done, start, -1)
      found(start, stop, token.id)
      done = stop
    }
    if (done < text.length) found(done, text.length, -1)
  }
}

/**
 * The added tokens of a file. As in the library a token of the model keeps the id that it has there, and others follow. Throws
 * `corrupt-file`, also where that gives another id than the file says.
 */
export function addedTokensOf(value: Json | undefined, model: Lexicon): readonly AddedToken[] {
  if (value === undefined || value === null) return []
  const ids = new Map<string, number>()
  const tokens = new Map<string, AddedToken>()
  let next = model.size
  for (const [i, item] of listAt(value, 'added_tokens').entries()) {
    const where = `added_tokens[${i}]`
    const json = objectAt(item, where)
    const flag = (name: string, otherwise = false) => flagAt(at(json, name), `${where}.${name}`, otherwise)
    const content = stringAt(at(json, 'content'), `${where}.content`)
    if (content === '') continue
    const id = ids.get(content) ?? model.id(content) ?? next++
    const told = countAt(at(json, 'id'), `${where}.id`)
    if (told !== id) fail('corrupt-file', `${where}: the id of ${shown(content)} is ${told}, expected ${id}`)
    ids.set(content, id)
    const [singleWord, left, right] = [flag('single_word'), flag('lstrip'), flag('rstrip')]
    tokens.set(content, { id, content, singleWord, left, right, normalized: flag('normalized', !flag('special')) })
  }
  return [...tokens.values()]
}

/** Finds tokens in a text as it is, and in a normalized one. */
export const finders = (tokens: readonly AddedToken[], normalize: (text: string) => string) =>
  [false, true].map((normalized) => {
    const some = tokens.filter((token) => token.normalized === normalized)
    return finderOf(
      some,
      some.map(({ content }) => (normalized ? normalize(content) : content))
    )
  })
