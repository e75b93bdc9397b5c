/** Reads a pattern. */
export interface Reader {
  readonly source: string
  at: number
}

const word = '\\p{Alphabetic}\\p{M}\\p{Nd}\\p{Pc}'
// Outside of brackets some more digits are characters of words.
const wordAlone = `[${word}²³¹¼-¾]`
const edge = [`(?<=${wordAlone})`, `(?<!${wordAlone})`, `(?=${wordAlone})`, `(?!${wordAlone})`]

/** What an escape stands for inside brackets, and outside of them. */
type Escape = readonly [inside: string | undefined, outside: string]

const same = (text: string): Escape => [text, text]
const escapes: Readonly<Record<string, Escape>> = {
  s: same('\\p{White_Space}'),
  S: same('\\P{White_Space}'),
  d: same('\\p{Nd}'),
  D: same('\\P{Nd}'),
  w: [word, wordAlone],
  W: [undefined, wordAlone.replace('[', '[^')],
  b: [undefined, `(?:${edge[0]}${edge[3]}|${edge[1]}${edge[2]})`],
  B: [undefined, `(?:${edge[0]}${edge[2]}|${edge[1]}${edge[3]})`],
  A: [undefined, '(?<![^])'],
  z: [undefined, '(?![^])'],
  t: same('\\t'),
  n: same('\\n'),
  r: same('\\r'),
  f: same('\\f'),
  v: same('\\v')
}

/** A character as it is, inside brackets and outside of them. */
export const literalOf = (character: string): Escape => {
  const escaped = /[\\^$.*+?()[\]{}|/]/.test(character) ? `\\${character}` : character
  return [character === '-' ? '\\-' : escaped, escaped]
}

/** `\p{…}`: a category, a property or a script. */
function property(read: Reader, negated: boolean): string {
  const match = /^\{(\^?)([\w =]+)\}/.exec(read.source.slice(read.at, read.at + 60))
  if (!match) throw new SyntaxError('a property without a name')
  read.at += match[0].length
  const letter = negated !== (match[1] !== '') ? 'P' : 'p'
  for (const name of [match[2], `Script=${match[2]}`]) {
    const candidate = `\\${letter}{${name}}`
    try {
      new RegExp(candidate, 'u')
      return candidate
    } catch {}
  }
  throw new SyntaxError(`the property ${match[2]}`)
}

/** The character at the reader, which moves on. */
export function characterAt(read: Reader): string {
  const point = read.source.codePointAt(read.at)
  if (point === undefined) throw new SyntaxError('it ends too early')
  const character = String.fromCodePoint(point)
  read.at += character.length
  return character
}

/** What stands after a backslash. */
function escapeAt(read: Reader): Escape {
  const code = /^(?:x([0-9a-fA-F]{2})|x\{([0-9a-fA-F]{1,6})\}|u([0-9a-fA-F]{4}))/.exec(
    read.source.slice(read.at, read.at + 10)
  )
  if (code) {
    read.at += code[0].length
    return same(`\\u{${code[1] ?? code[2] ?? code[3]}}`)
  }
  const character = characterAt(read)
  if (character === 'p' || character === 'P') return same(property(read, character === 'P'))
  if (Object.hasOwn(escapes, character)) return escapes[character]
  if (/[0-9A-Za-z]/.test(character)) throw new SyntaxError(`\\${character}`)
  return literalOf(character)
}

/** What stands after a backslash, outside of brackets. */
export const escapeOutside = (read: Reader): string => escapeAt(read)[1]

/** What stands after a backslash, inside brackets. */
export function escapeInside(read: Reader): string {
  const [inside] = escapeAt(read)
  if (inside === undefined) throw new SyntaxError(`[\\${read.source[read.at - 1]}]`)
  return inside
}
