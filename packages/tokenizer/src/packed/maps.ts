import { isObject, type Json } from '../check.js'
import { damaged } from './damaged.js'
import { joined } from './joined.js'

/** What maps of characters are kept under. */
const key = 'precompiled_charsmap'

/** Sequences inside sequences deeper than this have been refused. */
const deepest = 64

/** A normalizer with its map of characters changed, also inside sequences. */
function mapped(
  value: Json | undefined,
  change: (map: Json | undefined) => Json | undefined,
  depth = 0
): Json | undefined {
  if (depth > deepest) return damaged()
  if (Array.isArray(value)) return value.map((item: Json) => mapped(item, change, depth + 1) ?? null)
  if (!isObject(value)) return value
  const entries = Object.entries(value).map(([name, item]): [string, Json | undefined] => [
    name,
    name === key ? change(item) : name === 'normalizers' ? mapped(item, change, depth + 1) : item
  ])
  return Object.fromEntries(entries)
}

const chunk = 2 ** 15

function base64Of(bytes: Uint8Array): string {
  let text = ''
  for (let i = 0; i < bytes.length; i += chunk) text += String.fromCharCode(...bytes.subarray(i, i + chunk))
  return btoa(text)
}

function bytesOf(base64: string): Uint8Array | undefined {
  const bytes = Uint8Array.from(atob(base64), (unit) => unit.charCodeAt(0))
  return base64Of(bytes) === base64 ? bytes : undefined
}

/** A normalizer whose maps are taken out as bytes, one after another, and the bytes. */
export function withoutMaps(normalizer: Json | undefined): readonly [Json | undefined, Uint8Array] {
  const parts: Uint8Array[] = []
  let end = 0
  const changed = mapped(normalizer, (map) => {
    const bytes = typeof map === 'string' ? bytesOf(map) : undefined
    if (!bytes) return map
    parts.push(bytes)
    const begin = end
    end += bytes.length
    return [begin, end]
  })
  return [changed, joined(parts)]
}

/** The normalizer again. */
export const withMaps = (normalizer: Json | undefined, bytes: Uint8Array): Json | undefined =>
  mapped(normalizer, (map) => (Array.isArray(map) ? base64Of(bytes.subarray(Number(map[0]), Number(map[1]))) : map))
