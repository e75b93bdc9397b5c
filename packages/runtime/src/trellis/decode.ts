import { escapeBits, frequencyBits, plainTokens, tableSize } from './model.js'
import type { Trellis } from './parts.js'
import type { Lookup } from './tables.js'

/** The least state of the entropy decoder, which it has again after the last row of a block. */
export const least = 2 ** 16
const mask = 2 ** frequencyBits - 1

/** Decodes the rows of a block, one after another. */
export interface RowDecoder {
  /** Begins a block of at least 3 bytes; false unless its state can be one. */
  begin(bytes: Uint8Array): boolean
  /** Decodes the next row to `out[0 .. dim)`; false where the block ends within it, which may be found at a later row. */
  next(out: Float32Array): boolean
  /** Whether the block ends here. */
  ended(): boolean
}

/** A decoder in JavaScript, by asymmetric numeral systems over bytes (Duda 2013). */
export function plainDecoder(
  { step, gains, gainStep, classes }: Trellis,
  { contexts, symbols, entries, escapes, shifts, levels, columns, moves }: Lookup
): RowDecoder {
  const dim = classes.length
  let source: Uint8Array = new Uint8Array()
  let held = 0
  let place = 0
  return {
    begin(bytes) {
      source = bytes
      place = 3
      held = bytes[0] | (bytes[1] << 8) | (bytes[2] << 16)
      return held >= least
    },
    next(out) {
      let x = held
      let at = place
      let raise = 0
      if (gains > 1) {
        const slot = x & mask
        const gain = symbols[(contexts << frequencyBits) | slot]
        const entry = entries[contexts * tableSize + gain]
        x = (entry & 0x1fff) * (x >>> frequencyBits) + slot - ((entry >> 16) & mask)
        while (x < least) x = (x << 8) | source[at++]
        raise = 2 * gainStep * gain
      }
      let state = 0
      for (let j = 0; j < dim; j++) {
        const context = columns[j] + raise + (state & 1)
        const slot = x & mask
        const symbol = symbols[(context << frequencyBits) | slot]
        const entry = entries[context * tableSize + symbol]
        x = (entry & 0x1fff) * (x >>> frequencyBits) + slot - ((entry >> 16) & mask)
        while (x < least) x = (x << 8) | source[at++]
        if (symbol === 0) {
          out[j] = 0
          state = moves[state & 0x1fe]
          continue
        }
        let k = symbol
        if (entry < 0) {
          let extra = escapeBits
          if (symbol !== escapes[context]) {
            extra = (symbol >> 1) - 5
            k = (2 + (symbol & 1)) << extra
          }
          // The low bits first, up to 8 at a time.
          for (let done = 0; done < extra; done += 8) {
            const some = Math.min(extra - done, 8)
            k += (x & ((1 << some) - 1)) << done
            x >>>= some
            while (x < least) x = (x << 8) | source[at++]
          }
        }
        const value =
          k < plainTokens ? levels[context * plainTokens + k] : (2 * k - (context & 1) - shifts[context * 3 + 2]) * step
        out[j] = x & 1 ? -value : value
        x >>>= 1
        while (x < least) x = (x << 8) | source[at++]
        state = moves[(state & 0x1fe) | (k & 1)]
      }
      held = x
      place = at
      return at <= source.length
    },
    ended: () => held === least && place === source.length
  }
}
