import { fail } from '../check.js'
import { contextCount, endSymbol } from './contexts.js'

export const damaged = (): never => fail('corrupt-file', 'the vocabulary is damaged')

/** Reads bits: the next `width` as a number, the lowest first. */
export type BitReader = (width: number) => number

/** A reader of the bits of `bytes`, up to 32 at a time, the low ones of each byte first; it throws `corrupt-file` where they end. */
export function bitReader(bytes: Uint8Array): BitReader {
  let at = 0
  let held = 0
  let count = 0
  const read = (width: number): number => {
    if (width > 16) return read(16) + 2 ** 16 * read(width - 16)
    for (; count < width; count += 8) held |= (bytes[at++] ?? damaged()) << count
    const value = held & ((1 << width) - 1)
    held >>>= width
    count -= width
    return value
  }
  return read
}

/** The deepest code: that of a hostile file must not exhaust the stack. */
const deepest = 64

/**
 * Prefix codes as trees: what follows a 0 and what follows a 1 at each inner node, another one or the complement of a symbol; and the
 * root of the code of each context, −1 for one without.
 */
export type Codes = readonly [nodes: Int32Array, roots: Int32Array]

/** Reads the code of each context. Throws `corrupt-file`. */
export function readCodes(read: BitReader): Codes {
  const nodes: number[] = []
  let symbol = () => Math.min(read(9), endSymbol)
  const part = (depth: number): number => (read(1) ? ~symbol() : depth < deepest ? inner(depth + 1) : damaged())
  const inner = (depth: number) => {
    const node = nodes.push(0, 0) - 2
    nodes[node] = part(depth)
    nodes[node + 1] = part(depth)
    return node
  }
  inner(0)
  symbol = () => {
    let node = 0
    do node = nodes[node + read(1)]
    while (node >= 0)
    return ~node
  }
  const roots = new Int32Array(contextCount).map(() => (read(1) ? inner(0) : -1))
  return [Int32Array.from(nodes), roots]
}
