import type { BitWriter } from './bits.js'

/** A symbol, or what follows a 0 and a 1. */
export type Code = number | readonly [Code, Code]

interface Weighed {
  readonly weight: number
  readonly code: Code
}

/**
 * The prefix code of least length for symbols that occur `counts[symbol]` times (Huffman 1952), of two symbols at least: others are
 * added where fewer occur. No code is longer than 52 bits where fewer than 2^32 symbols occur: the sums of counts grow as Fibonacci's numbers at least.
 */
export function codeFor(counts: ArrayLike<number>): Code {
  const leaves: Weighed[] = []
  for (let symbol = 0; symbol < counts.length; symbol++) {
    if (counts[symbol] > 0) leaves.push({ weight: counts[symbol], code: symbol })
  }
  for (let symbol = 0; leaves.length < 2; symbol++) if (!(counts[symbol] > 0)) leaves.push({ weight: 0, code: symbol })
  leaves.sort((a, b) => a.weight - b.weight)
  // What is joined grows in weight, so both lists stay sorted.
  const joined: Weighed[] = []
  let [leaf, inner] = [0, 0]
  const lightest = () =>
    inner === joined.length || (leaf < leaves.length && leaves[leaf].weight <= joined[inner].weight)
      ? leaves[leaf++]
      : joined[inner++]
  for (let more = leaves.length - 1; more > 0; more--) {
    const [first, second] = [lightest(), lightest()]
    joined.push({ weight: first.weight + second.weight, code: [first.code, second.code] })
  }
  return joined[joined.length - 1].code
}

/** The bits of the symbols of a code below `count`, the first of each the lowest of a number, and how many there are. */
export interface CodeBits {
  readonly values: Float64Array
  readonly lengths: Uint8Array
}

export function bitsOf(code: Code, count: number): CodeBits {
  const values = new Float64Array(count)
  const lengths = new Uint8Array(count)
  const visit = (part: Code, value: number, length: number) => {
    if (typeof part === 'number') {
      values[part] = value
      lengths[part] = length
    } else for (const bit of [0, 1] as const) visit(part[bit], value + bit * 2 ** length, length + 1)
  }
  visit(code, 0, 0)
  return { values, lengths }
}

/** Writes a code without its root: of each part a 0 and its parts, or a 1 and its symbol. */
export function writeCode(code: Code, to: BitWriter, writeSymbol: (symbol: number) => void): void {
  if (typeof code === 'number') return
  for (const part of code) {
    to.write(typeof part === 'number' ? 1 : 0, 1)
    if (typeof part === 'number') writeSymbol(part)
    else writeCode(part, to, writeSymbol)
  }
}
