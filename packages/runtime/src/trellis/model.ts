import { fail, isInteger } from '../check.js'

/** Bits of a frequency: those of a table add up to 4096. */
export const frequencyBits = 12
const total = 2 ** frequencyBits
/** The most tokens of a table, and what each table has room for: the last symbol is the escape. */
export const mostTokens = 48
export const tableSize = 64
/** Tokens that stand for one number each. */
export const plainTokens = 16
/** Bits of what is added to the number of tokens of a table by its escape. */
export const escapeBits = 20

/** The static tables of a leaf, made for decoding. Table `contexts` is that of the rows' gains. */
export interface Model {
  /** Two for each class. */
  readonly contexts: number
  /** `tables × 4096`: the symbol of each slot. */
  readonly symbols: Uint8Array
  /**
   * `tables × 64`: of each symbol the frequency (bits 0 to 12) and the sum of those before it (16 to 27), negative where a level is not
   * the symbol itself.
   */
  readonly entries: Int32Array
  /** The number of tokens of each table: the escape. */
  readonly escapes: Uint8Array
  /** `contexts × 3`: how far the values of |k| = 1, 2 and 3 or more lie nearer 0, in units of the step. */
  readonly shifts: Float64Array
}

/** Reads the tables from the bytes of a leaf; throws `bad-input` unless they are `classes` pairs after that of `gains` gains. */
export function parseModel(bytes: Uint8Array, classes: number, gains: number): Model {
  const contexts = 2 * classes
  const symbols = new Uint8Array((contexts + 1) * total)
  const entries = new Int32Array((contexts + 1) * tableSize)
  const escapes = new Uint8Array(contexts + 1)
  const shifts = new Float64Array(contexts * 3)
  let at = 0

  function byte(): number {
    return at < bytes.length ? bytes[at++] : fail('bad-input', `trellis: the tables end within one, at byte ${at}`)
  }

  /** One frequency of each symbol but the last, which has the rest: at least 1. */
  function readTable(table: number, count: number): void {
    let start = 0
    for (let symbol = 0; symbol <= count; symbol++) {
      let frequency = total - start
      if (symbol < count) {
        frequency = byte()
        if (frequency > 127) frequency = (frequency & 127) | (byte() << 7)
        if (frequency < 1 || start + frequency >= total) {
          fail('bad-input', `trellis: the frequencies of table ${table} do not add up to ${total}`)
        }
      }
      const more = symbol === count || symbol >= plainTokens
      entries[table * tableSize + symbol] = frequency | (start << 16) | (more ? 1 << 31 : 0)
      symbols.fill(symbol, table * total + start, table * total + start + frequency)
      start += frequency
    }
    escapes[table] = count
  }

  readTable(contexts, gains - 1)
  for (let context = 0; context < contexts; context++) {
    const count = byte()
    if (!isInteger(count, 1, mostTokens)) fail('bad-input', `trellis: a table of ${count} tokens`)
    readTable(context, count)
    for (let i = 0; i < Math.min(count, 3); i++) shifts[context * 3 + i] = ((byte() << 24) >> 24) / 64
    for (let i = count; i < 3; i++) shifts[context * 3 + i] = shifts[context * 3 + i - 1]
  }
  if (at !== bytes.length) fail('bad-input', `trellis: ${bytes.length - at} bytes after the last table`)
  if (shifts.some((shift) => Math.abs(shift) > 1)) fail('bad-input', 'trellis: a shift of more than one step')
  return { contexts, symbols, entries, escapes, shifts }
}
