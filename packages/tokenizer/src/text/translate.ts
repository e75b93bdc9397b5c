import { fail, shown } from '../check.js'

/** Reads a pattern of Oniguruma. */
interface Reader {
  readonly source: string
  at: number
}

const word = '\\p{Alphabetic}\\p{M}\\p{Nd}\\p{Pc}'
/** Outside of brackets some more digits are characters of words. */
const alone: Readonly<Record<string, string>> = { w: `${word}²³¹¼-¾`, W: `^${word}²³¹¼-¾` }
/** Classes, by their escape. */
const classes: Readonly<Record<string, string>> = {
  s: '\\p{White_Space}',
  S: '\\P{White_Space}',
  d: '\\p{Nd}',
  D: '\\P{Nd}',
  h: '0-9a-fA-F',
  w: word
}
const controls: Readonly<Record<string, string>> = {
  t: '\\t',
  n: '\\n',
  r: '\\r',
  f: '\\f',
  v: '\\v',
  a: '\\x07',
  e: '\\x1b'
}
/** What matches a letter besides its other case. */
const folded: Readonly<Record<string, string>> = { s: 'ſ', k: 'K' }

/** A pattern longer than this is refused. */
const longest = 10_000

const escaped = (character: string) => character.replace(/[\\^$.*+?()[\]{}|/&-]/, '\\$&')

function literalOf(character: string, fold: boolean): string {
  const lower = character.toLowerCase()
  if (!fold || !/^[a-z]$/.test(lower)) {
    if (fold && character.toUpperCase() !== lower) throw new SyntaxError('a letter besides a to z without case')
    return escaped(character)
  }
  return `[${lower}${lower.toUpperCase()}${folded[lower] ?? ''}]`
}

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

/** What stands after a backslash; undefined for what is no character or class. */
function escapeAt(read: Reader): string | undefined {
  const point = read.source.codePointAt(read.at)
  if (point === undefined) throw new SyntaxError('a backslash at the end')
  const character = String.fromCodePoint(point)
  read.at += character.length
  if (character === 'p' || character === 'P') return property(read, character === 'P')
  const code = /^(?:x([0-9a-fA-F]{2})|x\{([0-9a-fA-F]{1,6})\}|u([0-9a-fA-F]{4}))/.exec(
    read.source.slice(read.at - 1, read.at + 9)
  )
  if (code) {
    read.at += code[0].length - 1
    return `\\u{${code[1] ?? code[2] ?? code[3]}}`
  }
  if (Object.hasOwn(controls, character)) return controls[character]
  if (Object.hasOwn(classes, character) || character === 'W') return undefined
  if (/[0-9A-Za-z]/.test(character)) throw new SyntaxError(`\\${character}`)
  return escaped(character)
}

/** A class in brackets. */
function bracket(read: Reader): string {
  const { source } = read
  let result = '['
  if (source[read.at] === '^') {
    result += '^'
    read.at++
  }
  for (let first = true; ; first = false) {
    const point = source.codePointAt(read.at)
    if (point === undefined) throw new SyntaxError('a class without an end')
    const character = String.fromCodePoint(point)
    if (character === '[' || source.startsWith('&&', read.at)) throw new SyntaxError('classes of classes')
    if (character === ']' && !first) break
    read.at += character.length
    if (character === '-' && !first && source[read.at] !== ']') result += '-'
    else if (character !== '\\') result += escaped(character)
    else result += escapeAt(read) ?? classIn(source[read.at - 1])
  }
  read.at++
  return `${result}]`
}

function classIn(letter: string): string {
  if (!Object.hasOwn(classes, letter)) throw new SyntaxError(`[\\${letter}]`)
  return classes[letter]
}

/**
 * A pattern in the syntax of Oniguruma as one of JavaScript, with the flag `u`. Throws `unsupported` for what JavaScript has no equal
 * of, and for nested repetition, which could take time that is exponential in the text.
 */
export function translate(source: string, where: string): string {
  if (source.length > longest) fail('unsupported', `${where}: a pattern of more than ${longest} characters`)
  try {
    const result = translated({ source, at: 0 })
    new RegExp(result, 'u')
    return result
  } catch (error) {
    return fail('unsupported', `${where}: the pattern ${shown(source)}: ${(error as Error).message.split('\n')[0]}`)
  }
}

interface Group {
  /** Where its text begins in the result. */
  readonly start: number
  readonly fold: boolean
  /** Whether something in it is repeated without a limit. */
  repeats: boolean
  readonly atomic: boolean
}

function translated(read: Reader): string {
  const { source } = read
  let result = ''
  let captures = 0
  const groups: Group[] = []
  let fold = false
  // Of the last atom: where it begins, and whether it repeats something without a limit.
  let atom = -1
  let repeats = false
  const mark = () => {
    for (const group of groups) group.repeats = true
  }

  function add(text: string): void {
    atom = result.length
    repeats = false
    result += text
  }

  function quantify(text: string): void {
    if (atom < 0) throw new SyntaxError('a repetition of nothing')
    const unlimited = /^[*+]|,\}$/.test(text)
    if (unlimited && repeats) throw new SyntaxError('a repetition of repetitions')
    result += text
    if (unlimited) {
      mark()
      repeats = true
    }
    const next = source[read.at]
    if (next === '?') {
      result += '?'
      read.at++
    } else if (next === '+' && !text.startsWith('{')) {
      // Without giving back: a lookahead is not entered again.
      const inner = result.slice(atom)
      result = `${result.slice(0, atom)}(?=(?<c${captures}>${inner}))\\k<c${captures}>`
      captures++
      read.at++
    }
    if (/^[*+?]/.test(source[read.at] ?? '') && !/^[?]/.test(next ?? ''))
      throw new SyntaxError('a repetition of repetitions')
  }

  function open(): void {
    const prefix = /^\?(?:<?[=!]|[:>]|i:|<\w+>)/.exec(source.slice(read.at, read.at + 40))?.[0] ?? ''
    if (source[read.at] === '?' && !prefix) throw new SyntaxError(`(${source.slice(read.at, read.at + 3)}`)
    read.at += prefix.length
    groups.push({ start: result.length, fold, repeats: false, atomic: prefix === '?>' })
    if (prefix === '?i:') fold = true
    result += /^\?<?[=!]/.test(prefix) ? `(${prefix}` : '(?:'
    atom = -1
  }

  function close(): void {
    const group = groups.pop()
    if (!group) throw new SyntaxError('a bracket too many')
    result += ')'
    if (group.atomic) {
      result = `${result.slice(0, group.start)}(?=(?<c${captures}>${result.slice(group.start)}))\\k<c${captures}>`
      captures++
    }
    fold = group.fold
    atom = group.start
    repeats = group.repeats
  }

  while (read.at < source.length) {
    const character = String.fromCodePoint(source.codePointAt(read.at) ?? 0)
    read.at += character.length
    const limits =
      character === '{' ? /^\{\d+(?:,\d*)?\}/.exec(source.slice(read.at - 1, read.at + 20))?.[0] : undefined
    if (limits) {
      read.at += limits.length - 1
      quantify(limits)
    } else if (character === '*' || character === '+' || character === '?') quantify(character)
    else if (character === '(') open()
    else if (character === ')') close()
    else if (character === '|') {
      result += '|'
      atom = -1
    } else if (character === '[') add(foldedClass(bracket(read), fold))
    else if (character === '.') add('[^\\n]')
    else if (character === '^') {
      result += '(?<![^\\n])'
      atom = -1
    } else if (character === '$') {
      result += '(?![^\\n])'
      atom = -1
    } else if (character === '\\') {
      const text = escapeAt(read)
      const letter = source[read.at - 1]
      add(text ?? `[${alone[letter] ?? classIn(letter)}]`)
    } else add(literalOf(character, fold))
  }
  if (groups.length > 0) throw new SyntaxError('a bracket without an end')
  return result
}

function foldedClass(text: string, fold: boolean): string {
  if (fold && /[a-zA-Z]/.test(text.replace(/\\[pP]\{[^}]*\}|\\./g, '')))
    throw new SyntaxError('a class of letters without case')
  return text
}
