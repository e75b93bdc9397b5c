import { isObject, type Json, type JsonObject } from '@slimbed/runtime'
import type { Compression } from './compression.js'

/** How a table came about, without the table. */
export type Made = Omit<Compression, 'table'>

/** Numbers that JSON does not have. */
const odd = ['NaN', 'Infinity', '-Infinity'] as const
const oddName = (value: unknown) => odd.find((name) => Object.is(value, Number(name)))

/** How a table came about as JSON, in which `madeFrom` finds every number as it was. */
export function madeToJson({ pipeline, seed, stages, measured, backend, threads }: Made): JsonObject {
  const text = JSON.stringify({ pipeline, seed, stages, measured, backend, threads }, (_, value: unknown) => {
    const name = oddName(value)
    return name === undefined ? value : { number: name }
  })
  return JSON.parse(text)
}

/** What `madeToJson` was given. */
export const madeFrom = (json: JsonObject): Made =>
  JSON.parse(JSON.stringify(json), (_, value: Json) => {
    const name = isObject(value) && Object.keys(value).length === 1 ? value.number : undefined
    return odd.some((known) => known === name) ? Number(name) : value
  })
