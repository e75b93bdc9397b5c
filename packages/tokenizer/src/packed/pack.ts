import { packWords, sortedRows, vocabularyOf } from '@slimbed/runtime/format'
import { build } from '../build.js'
import { at, objectAt } from '../check.js'
import type { Lexicon } from '../models/lexicon.js'
import { type Parts, partsOf } from '../parts.js'
import { type BitWriter, bitWriter, riceBits } from './bit-writer.js'
import { joined } from './joined.js'
import { withoutMaps } from './maps.js'
import { splitter, widthFor } from './merges.js'
import type { ScoresLayout } from './scores.js'
import { numberBytes } from './tokens.js'
import { magic } from './unpack.js'

/** The steps between the high bits of scores, positive and negative ones in turn. */
function stepsOf(words: DataView, count: number): number[] {
  let high = 0
  return Array.from({ length: count }, (_, i) => {
    const next = words.getUint32(8 * i)
    const step = (next - high) | 0
    high = next
    return step < 0 ? -2 * step - 1 : 2 * step
  })
}

function writeScores(scores: Float64Array, to: BitWriter): ScoresLayout {
  const words = new DataView(new ArrayBuffer(8 * scores.length))
  for (const [i, score] of scores.entries()) words.setFloat64(8 * i, score)
  const steps = stepsOf(words, scores.length)
  const bits = (width: number) => steps.reduce((sum, step) => sum + riceBits(step, width), 0)
  let rice = 0
  while (rice < 31 && bits(rice + 1) < bits(rice)) rice++
  let used = 0
  for (let i = 0; i < scores.length; i++) used |= words.getUint32(8 * i + 4)
  const low = used === 0 ? 0 : Math.clz32(used & -used) + 1
  for (const [i, step] of steps.entries()) {
    to.writeRice(step, rice)
    to.write(words.getUint32(8 * i + 4) / 2 ** (32 - low), low)
  }
  return { rice, low }
}

/** Writes merges; returns the token of the first one that is not written as two tokens. */
function writeMerges(pairs: Int32Array, tokens: Lexicon, prefix: string, to: BitWriter): number {
  const width = widthFor(tokens.size)
  const splitsOf = splitter(tokens, prefix)
  let before: number | undefined
  let first = 0
  for (let rank = 0; rank < pairs.length / 2; rank++) {
    const [left, right] = [pairs[2 * rank], pairs[2 * rank + 1]]
    const result = tokens.id(`${tokens.token(left)}${tokens.token(right)?.slice(prefix.length)}`)
    const splits = result === undefined ? [] : splitsOf(tokens.token(result))
    const which = splits.findIndex((split) => split[0] === left && split[1] === right)
    const follows = before === undefined || result === before + 1
    if (which < 0 || result === undefined || !(follows || result === before)) {
      to.write(0, 2)
      to.write(left, width)
      to.write(right, width)
      continue
    }
    if (follows) to.write(1, 1)
    else to.write(2, 2)
    if (before === undefined) first = result
    before = result
    to.write(which, widthFor(splits.length))
  }
  return first
}

/** The tokens as sorted words, and their numbers in this order. */
function packedTokens(tokens: Lexicon): readonly [words: Uint8Array, numbers: Uint8Array] {
  const list = Array.from({ length: tokens.size }, (_, id) => tokens.token(id))
  const ids = [...list.keys()].filter((id) => list[id] !== undefined)
  const order = sortedRows(vocabularyOf(ids.map((id) => list[id] ?? '')))
  const sorted = Array.from(order, (row) => ids[row])
  const { data } = packWords(vocabularyOf(sorted.map((id) => list[id] ?? ''))).words ?? {}
  const numbers = numberBytes(tokens.size) === 2 ? Uint16Array.from(sorted) : Uint32Array.from(sorted)
  return [new Uint8Array(data?.buffer ?? [], data?.byteOffset, data?.byteLength), new Uint8Array(numbers.buffer)]
}

/** The header and the bits of what is besides the words. */
function coded({ tokens, scores, pairs, rest }: Parts): readonly [object, Uint8Array] {
  const to = bitWriter()
  if (scores) return [{ scores: writeScores(scores, to) }, to.finish()]
  if (!pairs) return [{}, new Uint8Array()]
  const prefix = at(objectAt(at(rest, 'model'), 'model'), 'continuing_subword_prefix')
  const first = writeMerges(pairs, tokens, typeof prefix === 'string' ? prefix : '', to)
  return [{ merges: { count: pairs.length / 2, first } }, to.finish()]
}

/**
 * A parsed `tokenizer.json` in few bytes, for `unpackTokenizer`: nothing is lost. Throws as `tokenizerFrom` does, since what cannot be
 * used is not packed.
 */
export function packTokenizer(json: unknown): Uint8Array {
  const parts = partsOf(json)
  build(parts)
  const { tokens, rest } = parts
  const [words, numbers] = packedTokens(tokens)
  const [extra, bits] = coded(parts)
  const [normalizer, maps] = withoutMaps(at(rest, 'normalizer'))
  const count = numbers.length / numberBytes(tokens.size)
  const sizes = { size: tokens.size, tokens: count, words: words.length, ...(maps.length > 0 && { maps: maps.length }) }
  const described = { ...sizes, ...extra, rest: { ...rest, normalizer } }
  const header = new TextEncoder().encode(JSON.stringify(described))
  const bytes = joined([Uint8Array.from([...magic, 0, 0, 0, 0]), header, words, numbers, maps, bits])
  new DataView(bytes.buffer).setUint32(4, header.length, true)
  return bytes
}
