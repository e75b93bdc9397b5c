import { type ErrorCode, SlimbedError } from './error.js'
import type { Children, Json, JsonObject, Table } from './table/table.js'

/** The largest `dim` of a table. It limits the size of a row of a hostile file. */
export const maxDim = 2 ** 24
/** The largest number of rows of a table. */
export const maxRows = 2 ** 32 - 1

/**
 * The most values that the tables of a file may hold in decoded form, 1 GiB as float32. It limits the memory that a hostile file
 * can take.
 */
export const maxHeld = 2 ** 28

/** Throws a `SlimbedError`. */
export function fail(code: ErrorCode, message: string): never {
  throw new SlimbedError(code, message)
}

/** A string of a file as part of a one-line message: quoted, control characters escaped, shortened. */
export const quote = (text: string): string => JSON.stringify(text.length > 60 ? `${text.slice(0, 60)}…` : text)

/** Whether `value` is an integer in [min, max]. */
export const isInteger = (value: unknown, min: number, max: number): value is number =>
  Number.isInteger(value) && (value as number) >= min && (value as number) <= max

/** Whether `value` is a JSON object. */
export const isObject = (value: Json | undefined): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** JSON that is an object, as text or UTF-8; throws `corrupt-file` for anything else. */
export function parseObject(json: string | Uint8Array, what: string): JsonObject {
  let value: Json | undefined
  try {
    value = JSON.parse(
      typeof json === 'string' ? json : new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(json)
    )
  } catch {}
  return isObject(value) ? value : fail('corrupt-file', `${what} must be a JSON object`)
}

/** Throws `bad-option` unless an option is a number of at least `min`. */
export function checkOption(name: string, value: number, min: number): void {
  if (typeof value !== 'number' || !(value >= min)) {
    fail('bad-option', `${name}: expected a number of ${min} or more, got ${value}`)
  }
}

/** Throws `out-of-range` unless `row` is one of `rows` rows. */
export function checkRow(row: number, rows: number): void {
  if (!(Number.isInteger(row) && row >= 0 && row < rows)) {
    fail('out-of-range', `row ${row} of a table of ${rows} rows`)
  }
}

/** Throws `bad-input` unless a table may have this shape. */
export function checkShape(kind: string, rows: number, dim: number): void {
  if (isInteger(rows, 0, maxRows) && isInteger(dim, 1, maxDim)) return
  fail('bad-input', `${kind}: expected 0 to ${maxRows} rows of 1 to ${maxDim} columns, got ${rows} × ${dim}`)
}

/** The child `name`; throws `bad-input` when there is none. */
export function childOf<T = Table>(children: Readonly<Record<string, T>>, name: string): T {
  if (!Object.hasOwn(children, name)) fail('bad-input', `the child ${quote(name)} is missing`)
  return children[name]!
}

/** Children whose names are numbers from 0 on, in order; throws `bad-input` unless they are. */
export const numbered = <T>(children: Readonly<Record<string, T>>): T[] =>
  Object.keys(children).map((_, i) => childOf(children, `${i}`))

/** Throws `bad-input` unless `children` has the names and shapes of `old`. */
export function checkChildren(kind: string, old: Children, children: Children): void {
  const names = Object.keys(old)
  const given = Object.keys(children).length
  if (given !== names.length) fail('bad-input', `${kind}: expected ${names.length} children, got ${given}`)
  for (const name of names) {
    const { rows, dim } = old[name]
    const child = childOf(children, name)
    if (child.rows === rows && child.dim === dim) continue
    fail('bad-input', `${kind}: the child ${quote(name)} must stay ${rows} × ${dim}, got ${child.rows} × ${child.dim}`)
  }
}
