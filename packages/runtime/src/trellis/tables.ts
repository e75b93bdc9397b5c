import type { Machine } from './machine.js'
import { type Model, plainTokens } from './model.js'
import type { Trellis } from './parts.js'

/** What decoders look up. A state of the machine is held as `2 · state + quantizer`. */
export interface Lookup extends Model {
  /** The values of |k| below 16 in every context, `contexts × 16`. */
  readonly levels: Float32Array
  /** Twice the class of each column. */
  readonly columns: Uint16Array
  /** Where each state goes: by an even k at `2 · state`, by an odd one at `2 · state + 1`. */
  readonly moves: Uint16Array
}

/** The tables of a leaf, made for decoding. */
export function lookupOf({ step, classes }: Trellis, model: Model, { quantizers, next }: Machine): Lookup {
  const { contexts, shifts } = model
  const levels = new Float32Array(contexts * plainTokens)
  for (let context = 0; context < contexts; context++) {
    for (let k = 1; k < plainTokens; k++) {
      const shift = shifts[context * 3 + Math.min(k, 3) - 1]
      levels[context * plainTokens + k] = (2 * k - (context & 1) - shift) * step
    }
  }
  return {
    ...model,
    levels,
    columns: Uint16Array.from(classes, (id) => 2 * id),
    moves: Uint16Array.from(next, (state) => 2 * state + quantizers[state])
  }
}
