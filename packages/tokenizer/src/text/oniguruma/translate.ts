import { fail, shown } from '../../check.js'
import { bracket } from './bracket.js'
import { characterAt, escapeOutside, literalOf, type Reader } from './escapes.js'

/** A pattern longer than this is refused. */
const longest = 10_000

/** The most repetitions in a row: a text may be tried with each number of each of them. */
const mostRepeats = 12

/**
 * A pattern in the syntax of Oniguruma as one of JavaScript, with the flag `u`. Throws `unsupported` for what JavaScript has no equal
 * of, and for repetitions of repetitions or of alternatives, which could take time that is exponential in the text.
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

// What matches a letter besides its other case.
const folded: Readonly<Record<string, string>> = { s: 'ſ', k: 'K' }

function foldedLiteral(character: string): string {
  const lower = character.toLowerCase()
  if (/^[a-z]$/.test(lower)) return `[${lower}${lower.toUpperCase()}${folded[lower] ?? ''}]`
  if (character.toUpperCase() !== lower) throw new SyntaxError('a letter besides a to z of either case')
  return literalOf(character)[1]
}

interface Group {
  /** Where it begins in the result. */
  readonly start: number
  readonly fold: boolean
  /** Whether it gives nothing back. */
  readonly atomic: boolean
}

/** What has been translated. */
interface State {
  result: string
  /** Where the last atom begins in the result; −1 where nothing can be repeated. */
  atom: number
  /** Whether the last atom has repetitions or alternatives inside. */
  loose: boolean
  fold: boolean
  captures: number
  repeats: number
  readonly groups: Group[]
  /** Of each open group, whether it is loose. */
  readonly inside: boolean[]
}

/** Makes what follows `start` give nothing back: a lookahead is not entered again. */
function makeAtomic(state: State, start: number): void {
  const name = `c${state.captures++}`
  state.result = `${state.result.slice(0, start)}(?=(?<${name}>${state.result.slice(start)}))\\k<${name}>`
}

function open(read: Reader, state: State): void {
  const rest = read.source.slice(read.at, read.at + 40)
  const prefix = /^\?(?:<?[=!]|[:>]|i:|<[a-zA-Z_]\w*>)/.exec(rest)?.[0] ?? ''
  if (rest.startsWith('?') && !prefix) throw new SyntaxError(`(${rest.slice(0, 3)}`)
  read.at += prefix.length
  state.groups.push({ start: state.result.length, fold: state.fold, atomic: prefix === '?>' })
  state.inside.push(false)
  if (prefix === '?i:') state.fold = true
  state.result += /^\?<?[=!]/.test(prefix) ? `(${prefix}` : '(?:'
  state.atom = -1
}

function close(state: State): void {
  const group = state.groups.pop()
  if (!group) throw new SyntaxError('a bracket too many')
  state.result += ')'
  if (group.atomic) makeAtomic(state, group.start)
  state.fold = group.fold
  state.atom = group.start
  state.loose = state.inside.pop() ?? false
  if (state.loose) loosen(state)
}

function loosen({ inside }: State): void {
  if (inside.length > 0) inside[inside.length - 1] = true
}

function repeat(read: Reader, state: State, text: string): void {
  if (state.atom < 0) throw new SyntaxError('a repetition of nothing')
  if (state.loose && text !== '?') throw new SyntaxError('a repetition of repetitions')
  if (++state.repeats > mostRepeats) throw new SyntaxError(`more than ${mostRepeats} repetitions in a row`)
  state.result += text
  const braced = text.startsWith('{')
  const next = read.source[read.at]
  if (next === '?' && !(braced && !text.includes(','))) {
    state.result += '?'
    read.at++
  } else if (next === '+' && !braced) {
    makeAtomic(state, state.atom)
    read.at++
  }
  if (/^[*+?]/.test(read.source[read.at] ?? '')) throw new SyntaxError('a repetition of repetitions')
  loosen(state)
  state.loose = true
}

/** The text of `{2,3}`, after its first bracket; undefined for another use of the bracket. */
function limits(read: Reader): string | undefined {
  const match = /^(\d*)(,?)(\d*)\}/.exec(read.source.slice(read.at, read.at + 20))
  if (!match || (match[1] === '' && match[3] === '')) return undefined
  read.at += match[0].length
  return `{${match[1] || '0'}${match[2]}${match[3]}}`
}

function alternative(state: State): void {
  loosen(state)
  if (state.groups.length === 0) state.repeats = 0
  state.result += '|'
  state.atom = -1
}

function add(state: State, text: string, repeatable = true): void {
  state.atom = repeatable ? state.result.length : -1
  state.loose = false
  state.result += text
}

function step(read: Reader, state: State): void {
  const character = characterAt(read)
  const repetition = character === '{' ? limits(read) : /^[*+?]$/.test(character) ? character : undefined
  if (repetition) repeat(read, state, repetition)
  else if (character === '(') open(read, state)
  else if (character === ')') close(state)
  else if (character === '|') alternative(state)
  else if (character === '[') add(state, bracket(read, state.fold))
  else if (character === '.') add(state, '[^\\n]')
  else if (character === '^') add(state, '(?<![^\\n])', false)
  else if (character === '$') add(state, '(?![^\\n])', false)
  else if (character === '\\') add(state, escapeOutside(read))
  else add(state, state.fold ? foldedLiteral(character) : literalOf(character)[1])
}

function translated(read: Reader): string {
  const state: State = {
    result: '',
    atom: -1,
    loose: false,
    fold: false,
    captures: 0,
    repeats: 0,
    groups: [],
    inside: []
  }
  while (read.at < read.source.length) step(read, state)
  if (state.groups.length > 0) throw new SyntaxError('a bracket without an end')
  return state.result
}
