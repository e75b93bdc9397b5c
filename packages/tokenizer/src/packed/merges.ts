import type { BitReader } from '@slimbed/runtime/format'
import type { Lexicon } from '../models/lexicon.js'
import { damaged } from './damaged.js'

/** Tokens longer than this are not split in all places. */
const mostLength = 64

/** The two tokens of each way in which a token can be merged, in order of the length of the left one. */
export type SplitsOf = (token: string | undefined) => readonly (readonly [number, number])[]

export function splitter(tokens: Lexicon, prefix: string): SplitsOf {
  const { longest, shorter, lengthOf } = tokens.prefixed('')
  return (token) => {
    if (token === undefined || token.length > mostLength) return []
    const found: (readonly [number, number])[] = []
    for (let left = longest(token, 0); left >= 0; left = shorter(left)) {
      const length = lengthOf(left)
      const right = length < token.length ? tokens.id(prefix + token.slice(length)) : undefined
      if (right !== undefined) found.push([tokens.idAt(left), right])
    }
    return found.reverse()
  }
}

/** How many bits tell which of `count` it is. */
export const widthFor = (count: number): number => (count > 1 ? 32 - Math.clz32(count - 1) : 0)

/** How merges are written. */
export interface MergesLayout {
  readonly count: number
  /** The token that the first one makes which is not written as two tokens. */
  readonly first: number
  /** What the second token begins with, besides its own text. */
  readonly prefix: string
}

/**
 * The ids of merges, two for each. Each begins with a bit 1 where it makes the token after that of the merge before, 01 where the same
 * one, 00 where its two ids follow. In the first two cases the number of the split follows.
 */
export function readMerges(read: BitReader, tokens: Lexicon, { count, first, prefix }: MergesLayout): Int32Array {
  const pairs = new Int32Array(2 * count)
  const width = widthFor(tokens.size)
  let result = first - 1
  const splitsOf = splitter(tokens, prefix)
  let splits: ReturnType<SplitsOf> = []
  for (let rank = 0; rank < count; rank++) {
    const next = read(1) === 1
    if (!next && read(1) === 0) {
      for (let side = 0; side < 2; side++) {
        const id = read(width)
        pairs[2 * rank + side] = id < tokens.size ? id : damaged()
      }
      continue
    }
    if (next) splits = splitsOf(tokens.token(++result))
    const which = read(widthFor(splits.length))
    pairs.set(splits[which] ?? damaged(), 2 * rank)
  }
  return pairs
}
