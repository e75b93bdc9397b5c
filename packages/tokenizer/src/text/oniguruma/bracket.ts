import { characterAt, escapeInside, literalOf, type Reader } from './escapes.js'

/** The characters of a class in brackets, after the first bracket; the reader moves behind the last one. */
function content(read: Reader): string {
  const { source } = read
  let result = ''
  for (let first = true; first || source[read.at] !== ']'; first = false) {
    if (source.startsWith('&&', read.at)) throw new SyntaxError('an intersection of classes')
    const character = characterAt(read)
    if (character === '[') {
      // A class in a class adds its characters.
      if (/[:^]/.test(source[read.at] ?? '')) throw new SyntaxError(`a class of the kind [${source[read.at]}`)
      result += content(read)
    } else if (character === '\\') result += escapeInside(read)
    else if (character === '-' && !first && source[read.at] !== ']') result += '-'
    else result += literalOf(character)[0]
  }
  read.at++
  return result
}

/** A class in brackets, after the first bracket. */
export function bracket(read: Reader, fold: boolean): string {
  const negated = read.source[read.at] === '^'
  if (negated) read.at++
  const characters = content(read)
  const letters = characters.replace(/\\[pP]\{[^}]*\}|\\./g, '')
  if (fold && /\p{L}/u.test(letters)) throw new SyntaxError('a class of letters of either case')
  return `[${negated ? '^' : ''}${characters}]`
}
