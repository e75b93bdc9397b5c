import type { Tally } from './tally.js'

/** Symbols that a table has room for. */
export const tableSize = 64
/** Levels that have a token of their own. */
export const plainTokens = 16
/** The most tokens of a table. */
const mostTokens = 48
/** Bits of an escaped level. */
const escapeBits = 20
/** The sum of the frequencies of a table. */
const total = 4096

/** The static tables of a leaf. */
export interface Tables {
  /** `(contexts + 1) × 64`, the last table that of the gains; and the sums of the frequencies before each. */
  readonly frequencies: Uint16Array
  readonly starts: Uint16Array
  /** The tokens of each table: the number of its escape. */
  readonly escapes: Uint8Array
  /** `contexts × 3`: how far the values of levels 1, 2 and 3 or more lie nearer 0, in 1/64 of a step. */
  readonly shifts: Int8Array
}

/** Low bits of the levels of a token. */
export const extraBits = (token: number): number => (token < plainTokens ? 0 : (token >> 1) - 5)

/** Writes frequencies of at least 1 that add up to 4096 and are near to `counts`, `symbols` of them. */
function writeFrequencies(counts: Float64Array, symbols: number, out: Uint16Array): void {
  const sum = counts.subarray(0, symbols).reduce((all, count) => all + count, 0)
  let left = total
  let largest = 0
  for (let i = 0; i < symbols; i++) {
    out[i] = Math.max(1, Math.round(sum > 0 ? (counts[i] / sum) * total : total / symbols))
    left -= out[i]
    if (out[i] > out[largest]) largest = i
  }
  out[largest] += left
}

/** The tables that fit the counts. */
export function tablesOf({ tokens, offs, gains }: Tally): Tables {
  const contexts = tokens.length / tableSize
  const frequencies = new Uint16Array((contexts + 1) * tableSize)
  const starts = new Uint16Array((contexts + 1) * tableSize)
  const escapes = new Uint8Array(contexts + 1)
  for (let context = 0; context <= contexts; context++) {
    const at = context * tableSize
    const own = context < contexts ? tokens.subarray(at, at + tableSize) : gains
    let count = own.length
    while (count > 0 && own[count - 1] === 0) count--
    // Levels may occur that were not counted; all gains were counted.
    escapes[context] = context === contexts ? gains.length - 1 : Math.min(Math.max(count, 1), mostTokens)
    writeFrequencies(own, escapes[context] + 1, frequencies.subarray(at, at + tableSize))
    for (let i = 1; i < tableSize; i++) starts[at + i] = starts[at + i - 1] + frequencies[at + i - 1]
  }
  const shifts = Int8Array.from({ length: contexts * 3 }, (_, i) => {
    const [count, sum] = [offs[3 * i], offs[3 * i + 1]]
    return count > 0 ? Math.max(-64, Math.min(64, Math.round((sum / count) * 64))) : 0
  })
  return { frequencies, starts, escapes, shifts }
}

/** Bits of each token in each context, with the sign and the low bits of its levels: `contexts × 64`. */
export function bitsOf({ frequencies, escapes }: Tables): Float64Array {
  const contexts = escapes.length - 1
  const bits = new Float64Array(contexts * tableSize)
  for (let context = 0; context < contexts; context++) {
    const count = escapes[context]
    for (let token = 0; token < tableSize; token++) {
      const frequency = frequencies[context * tableSize + Math.min(token, count)]
      const beside = token >= count ? escapeBits : extraBits(token)
      bits[context * tableSize + token] = 12 - Math.log2(frequency) + beside + (token > 0 ? 1 : 0)
    }
  }
  return bits
}

/** The tables as bytes, as docs/format.md has them. */
export function packTables({ frequencies, escapes, shifts }: Tables): Uint8Array<ArrayBuffer> {
  const bytes: number[] = []
  const contexts = escapes.length - 1
  const put = (table: number) => {
    for (let i = 0; i < escapes[table]; i++) {
      const frequency = frequencies[table * tableSize + i]
      if (frequency > 127) bytes.push((frequency & 127) | 128, frequency >> 7)
      else bytes.push(frequency)
    }
  }
  put(contexts)
  for (let context = 0; context < contexts; context++) {
    const count = escapes[context]
    bytes.push(count)
    put(context)
    for (let i = 0; i < Math.min(count, 3); i++) bytes.push(shifts[context * 3 + i] & 255)
  }
  return Uint8Array.from(bytes)
}
