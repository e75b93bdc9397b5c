import { fail } from '../check.js'

/** The state machine that selects the quantizer of the next value of a row. */
export interface Machine {
  /** The quantizer, 0 or 1, of each state. */
  readonly quantizers: Uint8Array
  /** `2 · states`: the state after state s and an even k at `2 · s`, after an odd one at `2 · s + 1`. */
  readonly next: Uint8Array
}

/**
 * The parity check polynomials (h¹, h⁰), of degree 3 to 8, of the convolutional codes of Ungerboeck 1982, Table I (amplitude
 * modulation): the coefficient of Dⁱ is bit i.
 */
const polynomials: Readonly<Record<number, readonly [number, number]>> = {
  8: [0o4, 0o13],
  16: [0o4, 0o23],
  32: [0o10, 0o45],
  64: [0o24, 0o103],
  128: [0o126, 0o235],
  256: [0o362, 0o515]
}

/** The numbers of states for which there is a machine. */
export const trellisStates: readonly number[] = /* @__PURE__ */ Object.keys(polynomials).map(Number)

function parity(bits: number): number {
  let sum = 0
  for (let rest = bits; rest > 0; rest >>= 1) sum ^= rest & 1
  return sum
}

/**
 * The machine of `states` states. A state holds the last inputs u, the latest in bit 0. The quantizer is the parity of the inputs that
 * h¹ picks; the input is the parity of k and of the inputs that h⁰ picks. Throws `bad-input` for a number of states that has none.
 */
export function trellisMachine(states: number): Machine {
  if (!trellisStates.includes(states))
    fail('bad-input', `trellis: expected 8 to 256 states, a power of two, not ${states}`)
  const [h1, h0] = polynomials[states]
  const quantizers = Uint8Array.from({ length: states }, (_, state) => parity(state & (h1 >> 1)))
  const next = Uint8Array.from({ length: 2 * states }, (_, at) => {
    const state = at >> 1
    return ((state << 1) | (parity(state & (h0 >> 1)) ^ (at & 1))) & (states - 1)
  })
  return { quantizers, next }
}
