import { type ErrorCode, SlimbedError } from '@slimbed/runtime/error'

/** A value of parsed JSON. */
export type Json = null | boolean | number | string | readonly Json[] | JsonObject
export interface JsonObject {
  readonly [key: string]: Json | undefined
}

/** Throws a `SlimbedError` about a `tokenizer.json`. */
export function fail(code: ErrorCode, message: string): never {
  throw new SlimbedError(code, `tokenizer.json: ${message}`)
}

/** A value as part of a one-line message: as JSON, shortened. */
export function shown(value: unknown): string {
  const text = JSON.stringify(value) ?? 'nothing'
  return text.length > 60 ? `${text.slice(0, 60)}…` : text
}

const wrong = (where: string, expected: string, value: unknown): never =>
  fail('corrupt-file', `${where}: expected ${expected}, got ${shown(value)}`)

export const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** What is at `key` itself, not what every object inherits. */
export const at = (object: JsonObject, key: string): Json | undefined =>
  Object.hasOwn(object, key) ? object[key] : undefined

/** These throw `corrupt-file` for a value of another type, saying where it is. */
export const objectAt = (value: unknown, where: string): JsonObject =>
  isObject(value) ? value : wrong(where, 'an object', value)

/** An object that may hold others of its kind. Throws `unsupported` where that goes on too deep: sequences of sequences have long names. */
export const nested = (value: unknown, where: string): JsonObject =>
  where.length > 500 ? fail('unsupported', `${where.slice(0, 60)}…: sequences too deep`) : objectAt(value, where)

export const listAt = (value: unknown, where: string): readonly Json[] =>
  Array.isArray(value) ? value : wrong(where, 'a list', value)

const lone = /\p{Cs}/u

export function stringAt(value: unknown, where: string): string {
  if (typeof value !== 'string') return wrong(where, 'a string', value)
  return lone.test(value) ? wrong(where, 'Unicode without lone surrogates', value) : value
}

/** One code point. */
export function characterAt(value: unknown, where: string): string {
  const text = stringAt(value, where)
  return text.length === (Number(text.codePointAt(0)) > 0xffff ? 2 : 1) ? text : wrong(where, 'one character', value)
}

/** A boolean; `otherwise` where there is none. */
export function flagAt(value: unknown, where: string, otherwise = false): boolean {
  if (value === undefined || value === null) return otherwise
  return typeof value === 'boolean' ? value : wrong(where, 'true or false', value)
}

export const countAt = (value: unknown, where: string): number =>
  Number.isSafeInteger(value) && Number(value) >= 0 ? Number(value) : wrong(where, 'a whole number of 0 or more', value)

/** A string; undefined where there is none. */
export const optionalAt = (value: unknown, where: string): string | undefined =>
  value === undefined || value === null ? undefined : stringAt(value, where)
