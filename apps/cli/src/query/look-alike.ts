/**
 * A form of a word that is the same for words that look the same: compatible characters are unified, so are spaces, and invisible
 * characters are removed.
 */
const looks = (word: string): string =>
  word
    .normalize('NFKC')
    .replace(/\p{Cf}/gu, '')
    .replace(/\p{Zs}/gu, ' ')

const isAscii = (word: string) => /^[ -~]*$/.test(word)

/** Recognizes words that look the same as `typed`. */
export function looksLike(typed: string): (word: string) => boolean {
  const look = looks(typed)
  return (word) => (isAscii(word) ? word : looks(word)) === look
}

const isLatin = (letter: string | undefined) => /^\p{Script=Latin}$/u.test(letter ?? '')
const isLike = (letter: string | undefined) => /^[\p{Script=Cyrillic}\p{Script=Greek}]$/u.test(letter ?? '')

/** The characters of each word without the common beginning and end. */
function between(a: readonly string[], b: readonly string[]): [string[], string[]] {
  const most = Math.min(a.length, b.length)
  let start = 0
  while (start < most && a[start] === b[start]) start++
  let end = 0
  while (end < most - start && a[a.length - 1 - end] === b[b.length - 1 - end]) end++
  return [a.slice(start, a.length - end), b.slice(start, b.length - end)]
}

/** Characters as code points: U+0065 U+0301. */
const codes = (characters: readonly string[]): string =>
  characters
    .map((character) => `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`)
    .join(' ')

/**
 * How `known` differs from `typed`, as the end of a message, if the difference is invisible: other forms of accents, other spaces
 * or letters.
 */
export function differenceIn(known: string, typed: string): string {
  const [own, other] = between([...known], [...typed])
  const letters = own.length === 1 && other.length === 1
  const scripts = letters && ((isLatin(own[0]) && isLike(other[0])) || (isLike(own[0]) && isLatin(other[0])))
  if (looks(known) !== looks(typed) && !scripts) return ''
  return `, with ${codes(own) || 'nothing'} where yours has ${codes(other) || 'nothing'}`
}
