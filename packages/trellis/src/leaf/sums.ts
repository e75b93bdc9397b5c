import type { Tally } from './tally.js'

/** The part of what was counted that the error follows from. */
export type Errors = Pick<Tally, 'offs' | 'rest'>

/** The squared error of what was counted, in squared steps, with these shifts. */
export function squaredErrorOf({ offs, rest }: Errors, shifts: Int8Array): number {
  let error = rest[0]
  for (let i = 0; i < shifts.length; i++) {
    const shift = shifts[i] / 64
    error += offs[3 * i + 2] - 2 * shift * offs[3 * i + 1] + shift * shift * offs[3 * i]
  }
  return error
}

/** The bits of what was counted, with tables whose tokens cost `bits` and gains the last of `frequencies`. */
export function bitsOfTally({ tokens, gains }: Tally, bits: Float64Array, frequencies: Uint16Array): number {
  let sum = 0
  for (let i = 0; i < tokens.length; i++) if (tokens[i] > 0) sum += tokens[i] * bits[i]
  for (let i = 0; i < gains.length; i++) {
    if (gains[i] > 0) sum += gains[i] * (12 - Math.log2(frequencies[tokens.length + i]))
  }
  return sum
}

/** Adds what the error of `some` follows from to that of `sum`. */
export function addErrors(sum: Errors, some: Errors): void {
  for (const field of ['offs', 'rest'] as const) {
    const [to, from] = [sum[field], some[field]]
    for (let i = 0; i < to.length; i++) to[i] += from[i]
  }
}
