import { type Packed, spread } from './packed.js'
import type { Scanner } from './scanner.js'

/** Counts of bits, of words of which each 4 bits hold up to 15. */
const byNibbles = (x: number): number => (x & 0x0f0f0f0f) + ((x >>> 4) & 0x0f0f0f0f)

/** The bits that are set of each 4 bits of a word, in those 4 bits. */
function nibbles(x: number): number {
  const pairs = x - ((x >>> 1) & 0x55555555)
  return (pairs & 0x33333333) + ((pairs >>> 2) & 0x33333333)
}

/** How many bits of `count` words at `a` differ from those of `query`; `count` is a multiple of 3. */
function distance(words: Uint32Array, a: number, query: Uint32Array, count: number): number {
  let total = 0
  for (let j = 0; j < count; j += 3) {
    // Three words' counts, up to 12, fit 4 bits: they are added before they are spread.
    const sums =
      nibbles(words[a + j] ^ query[j]) +
      nibbles(words[a + j + 1] ^ query[j + 1]) +
      nibbles(words[a + j + 2] ^ query[j + 2])
    total += Math.imul(byNibbles(sums), 0x01010101) >>> 24
  }
  return total
}

/** A scanner in JavaScript, of 32 bits at a time, over its own copy of the codes. */
export function plainScanner(packed: Packed): Scanner {
  const { rows, bits } = packed
  const count = Math.ceil(bits / 96) * 3
  const words = new Uint32Array(rows * count)
  spread(packed, count * 4, new Uint8Array(words.buffer))
  const own = new Uint32Array(count)
  const bytes = new Uint8Array(own.buffer)
  return {
    scan(query, limit, found) {
      bytes.fill(0)
      bytes.set(query)
      let most = limit
      for (let row = 0, at = 0; row < rows; row++, at += count) {
        const bitsApart = distance(words, at, own, count)
        if (bitsApart < most) most = found(row, bitsApart)
      }
    }
  }
}
