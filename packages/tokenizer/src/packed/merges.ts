import type { Ids, Tokens } from '../models/model.js'
import { idsOf } from '../parts.js'
import type { BitReader } from './bits.js'
import { damaged } from './damaged.js'

/** Tokens longer than this are not split in all places. */
const longest = 64

/** The two tokens of each way in which a token can be merged, in order of the length of the left one. */
export function splitsOf(token: string | undefined, ids: Ids, prefix: string): readonly (readonly [number, number])[] {
  if (token === undefined || token.length > longest) return []
  const found: (readonly [number, number])[] = []
  for (let i = 1; i < token.length; i++) {
    const left = ids.get(token.slice(0, i))
    const right = left === undefined ? undefined : ids.get(prefix + token.slice(i))
    if (left !== undefined && right !== undefined) found.push([left, right])
  }
  return found
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
export function readMerges({ read }: BitReader, tokens: Tokens, { count, first, prefix }: MergesLayout): Int32Array {
  const ids = idsOf(tokens)
  const pairs = new Int32Array(2 * count)
  const width = widthFor(tokens.length)
  let result = first - 1
  let splits: ReturnType<typeof splitsOf> = []
  for (let rank = 0; rank < count; rank++) {
    const next = read(1) === 1
    if (!next && read(1) === 0) {
      for (let side = 0; side < 2; side++) {
        const id = read(width)
        pairs[2 * rank + side] = id < tokens.length ? id : damaged()
      }
      continue
    }
    if (next) splits = splitsOf(tokens[++result], ids, prefix)
    const which = read(widthFor(splits.length))
    pairs.set(splits[which] ?? damaged(), 2 * rank)
  }
  return pairs
}
