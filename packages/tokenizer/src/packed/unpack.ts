import { bitReader } from '@slimbed/runtime/format'
import { at, isObject, type Json, type JsonObject } from '../check.js'
import type { Parts } from '../parts.js'
import { damaged } from './damaged.js'
import { withMaps } from './maps.js'
import { readMerges } from './merges.js'
import { readScores } from './scores.js'
import { numberBytes, unpackTokens } from './tokens.js'

/** The first bytes of a packed tokenizer: the last is the version. */
export const magic = [0x73, 0x6c, 0x74, 0x01]

const numberAt = (json: JsonObject, key: string, most: number, otherwise?: number): number => {
  const value = at(json, key) ?? otherwise
  return typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= most ? value : damaged()
}

const objectOf = (value: Json | undefined): JsonObject => (isObject(value) ? value : damaged())

/** The header of packed bytes, and where it ends. */
export function headerOf(bytes: Uint8Array): readonly [header: JsonObject, end: number] {
  if (bytes.length < 8 || magic.some((byte, i) => bytes[i] !== byte)) damaged()
  const end = 8 + new DataView(bytes.buffer, bytes.byteOffset).getUint32(4, true)
  if (end > bytes.length) damaged()
  try {
    return [objectOf(JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes.subarray(8, end)))), end]
  } catch {
    return damaged()
  }
}

/**
 * The parts of a packed tokenizer. Layout: four bytes, the length of the header (uint32, little-endian), the header in JSON, the words
 * sorted, as in a file of slimbed, their numbers, maps of characters, and bits with the merges or the scores. Throws `corrupt-file`.
 */
export function unpackParts(bytes: Uint8Array): Parts {
  const [header, start] = headerOf(bytes)
  const wordsEnd = start + numberAt(header, 'words', bytes.length - start)
  // Few numbers are without a token.
  const size = numberAt(header, 'size', 8 * bytes.length)
  const end = wordsEnd + numberBytes(size) * numberAt(header, 'tokens', size)
  const tokens = unpackTokens(
    bytes.subarray(start, wordsEnd),
    bytes.subarray(wordsEnd, end <= bytes.length ? end : damaged()),
    size
  )
  const mapsEnd = end + numberAt(header, 'maps', bytes.length - end, 0)
  const bare = objectOf(at(header, 'rest'))
  const normalizer = withMaps(at(bare, 'normalizer'), bytes.subarray(end, mapsEnd))
  const rest = normalizer === undefined ? bare : { ...bare, normalizer }
  const bits = bitReader(bytes.subarray(mapsEnd))
  const scores = at(header, 'scores')
  if (scores !== undefined) {
    const json = objectOf(scores)
    return {
      tokens,
      rest,
      scores: readScores(bits, size, { rice: numberAt(json, 'rice', 32), low: numberAt(json, 'low', 32) })
    }
  }
  const merges = at(header, 'merges')
  if (merges === undefined) return { tokens, rest }
  const json = objectOf(merges)
  const prefix = at(objectOf(at(rest, 'model')), 'continuing_subword_prefix')
  const count = numberAt(json, 'count', 8 * bytes.length)
  const layout = { count, first: numberAt(json, 'first', size), prefix: typeof prefix === 'string' ? prefix : '' }
  return { tokens, rest, pairs: readMerges(bits, tokens, layout) }
}
