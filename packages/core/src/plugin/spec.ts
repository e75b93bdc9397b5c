import { type Json, type JsonObject, SlimbedError } from '@slimbed/runtime'

/** One stage of a pipeline spec: `where/name(option=value, …)`. */
export interface StageSpec {
  /** The leaves it is meant for; every leaf when undefined. */
  readonly where?: string
  readonly name: string
  readonly options: JsonObject
  /** Column of the name in the text, from 1. */
  readonly column: number
}

const tokens = {
  space: /\s*/y,
  where: /([\w*-]+(?:\.[\w*-]+)*)\s*\/\s*/y,
  name: /[A-Za-z_][\w-]*/y,
  string: /"(?:[^"\\]|\\.)*"/y,
  number: /[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?(?![\w.])/y,
  word: /[A-Za-z_][\w.-]*/y
} as const

interface Cursor {
  readonly text: string
  at: number
}

function take(cursor: Cursor, token: keyof typeof tokens): RegExpExecArray | null {
  const pattern = tokens[token]
  pattern.lastIndex = cursor.at
  const match = pattern.exec(cursor.text)
  if (match) cursor.at = pattern.lastIndex
  return match
}

function fail(cursor: Cursor, expected: string): never {
  const found = cursor.at < cursor.text.length ? `"${cursor.text.slice(cursor.at, cursor.at + 12)}"` : 'the end'
  throw new SlimbedError(
    'bad-input',
    `pipeline: expected ${expected} at column ${cursor.at + 1} of "${cursor.text}", found ${found}`
  )
}

function eat(cursor: Cursor, symbol: string): boolean {
  take(cursor, 'space')
  if (cursor.text[cursor.at] !== symbol) return false
  cursor.at++
  take(cursor, 'space')
  return true
}

function parseString(cursor: Cursor, literal: string): string {
  try {
    return JSON.parse(literal) as string
  } catch {
    cursor.at -= literal.length
    return fail(cursor, 'a JSON string')
  }
}

function parseValue(cursor: Cursor): Json {
  const number = take(cursor, 'number')
  if (number) return Number(number[0])
  const string = take(cursor, 'string')
  if (string) return parseString(cursor, string[0])
  const word = take(cursor, 'word')?.[0] ?? fail(cursor, 'a number, a word or a "string"')
  return word === 'true' ? true : word === 'false' ? false : word
}

function parseOptions(cursor: Cursor): JsonObject {
  const entries = new Map<string, Json>()
  if (eat(cursor, ')')) return {}
  do {
    const name = take(cursor, 'name')?.[0] ?? fail(cursor, 'the name of an option')
    if (entries.has(name)) {
      cursor.at -= name.length
      fail(cursor, `each option once, but "${name}" is given twice,`)
    }
    if (!eat(cursor, '=')) fail(cursor, `"=" after "${name}"`)
    entries.set(name, parseValue(cursor))
  } while (eat(cursor, ','))
  if (!eat(cursor, ')')) fail(cursor, '"," or ")"')
  return Object.fromEntries(entries)
}

function parseStage(cursor: Cursor): StageSpec {
  take(cursor, 'space')
  const where = take(cursor, 'where')?.[1]
  const column = cursor.at + 1
  const name = take(cursor, 'name')?.[0] ?? fail(cursor, 'the name of a stage')
  const options = eat(cursor, '(') ? parseOptions(cursor) : {}
  return { ...(where !== undefined && { where }), name, options, column }
}

/**
 * The stages of a pipeline spec such as `groupreduce(groups=5) | left/fixedpoint(bits=4)`, not yet looked up.
 *
 * Throws `bad-input` with the column of what it does not understand.
 */
export function parseSpec(text: string): StageSpec[] {
  const cursor = { text, at: 0 }
  const stages: StageSpec[] = []
  do stages.push(parseStage(cursor))
  while (eat(cursor, '|'))
  take(cursor, 'space')
  if (cursor.at < text.length) fail(cursor, '"|" or the end')
  return stages
}

function formatValue(value: Json): string {
  if (typeof value !== 'string') return JSON.stringify(value)
  tokens.word.lastIndex = 0
  const plain = tokens.word.exec(value)?.[0] === value && value !== 'true' && value !== 'false'
  return plain ? value : JSON.stringify(value)
}

/** The text of one stage; `parseSpec` gives it back. */
export function formatStage({ where, name, options }: Omit<StageSpec, 'column'>): string {
  const inside = Object.entries(options).map(([option, value]) => `${option}=${formatValue(value)}`)
  return `${where === undefined ? '' : `${where}/`}${name}${inside.length === 0 ? '' : `(${inside.join(', ')})`}`
}
