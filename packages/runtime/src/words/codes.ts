import { fail } from '../check.js'
import { contextCount, endSymbol } from './contexts.js'

export const damaged = (): never => fail('corrupt-file', 'the vocabulary is damaged')

/** Reads bits: the next `width` as a number, the lowest first. */
export type BitReader = (width: number) => number

/** A reader of the bits of `bytes`, the low ones of each byte first; it throws `corrupt-file` where they end. */
export function bitReader(bytes: Uint8Array): BitReader {
  let at = 0
  let held = 1
  return (width) => {
    let value = 0
    for (let bit = 0; bit < width; bit++) {
      // The highest bit marks the end of the others.
      if (held === 1) held = (bytes[at++] ?? damaged()) | 256
      value |= (held & 1) << bit
      held >>= 1
    }
    return value
  }
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
