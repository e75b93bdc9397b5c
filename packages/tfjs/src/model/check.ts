import { SlimbedError } from '@slimbed/core'

type Fields = Readonly<Record<string, unknown>>

/** Throws `corrupt-file`. */
export const fail = (what: string): never => {
  throw new SlimbedError('corrupt-file', what)
}

/** Whether something is an object of JSON that is no list. */
export const isObject = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

export const objectOf = (value: unknown, what: string): Fields =>
  isObject(value) ? value : fail(`expected ${what} to be an object`)

export const listOf = (value: unknown, what: string): readonly unknown[] =>
  Array.isArray(value) ? value : fail(`expected ${what} to be a list`)

export const textOf = (value: unknown, what: string): string =>
  typeof value === 'string' ? value : fail(`expected ${what} to be text`)

export const numberOf = (value: unknown, what: string): number =>
  typeof value === 'number' && Number.isFinite(value) ? value : fail(`expected ${what} to be a number`)
