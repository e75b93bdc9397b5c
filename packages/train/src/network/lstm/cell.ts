const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x))

/** What the steps of an LSTM leave behind for the way back; each array has a row of `units` values for each token. */
export interface Trace {
  readonly units: number
  /** Input, forget and output gates and the candidate, after their functions: `tokens × 4 · units`. */
  readonly gates: Float32Array
  readonly cell: Float32Array
  readonly hidden: Float32Array
}

/** Memory for so many tokens. */
export const traceOf = (tokens: number, units: number): Trace => ({
  units,
  gates: new Float32Array(tokens * 4 * units),
  cell: new Float32Array(tokens * units),
  hidden: new Float32Array(tokens * units)
})

/**
 * One token's step (Hochreiter and Schmidhuber 1997, with a forget gate): turns the sums in `gates` at `token` into gates,
 * and fills its cell and hidden state from those of token `before` (−1: from zeros).
 */
export function stepForward({ units, gates, cell, hidden }: Trace, token: number, before: number): void {
  const [to, at] = [token * units, token * 4 * units]
  for (let j = 0; j < units; j++) {
    const input = sigmoid(gates[at + j])
    const forget = sigmoid(gates[at + units + j])
    const output = sigmoid(gates[at + 2 * units + j])
    const candidate = Math.tanh(gates[at + 3 * units + j])
    const kept = before < 0 ? 0 : forget * cell[before * units + j]
    const state = kept + input * candidate
    gates[at + j] = input
    gates[at + units + j] = forget
    gates[at + 2 * units + j] = output
    gates[at + 3 * units + j] = candidate
    cell[to + j] = state
    hidden[to + j] = output * Math.tanh(state)
  }
}

/**
 * The way back through one token's step: `slopes` at `token` (like `gates`) becomes the gradient of the sums. `hidden` and
 * `cell` (`units` values at `from`) hold the gradients of its states; `cell` becomes that of the token before.
 */
export function stepBack(
  { units, gates, cell: states }: Trace,
  token: number,
  before: number,
  hidden: Float32Array,
  cell: Float32Array,
  from: number,
  slopes: Float32Array
): void {
  const at = token * 4 * units
  for (let j = 0; j < units; j++) {
    const [input, forget] = [gates[at + j], gates[at + units + j]]
    const [output, candidate] = [gates[at + 2 * units + j], gates[at + 3 * units + j]]
    const squashed = Math.tanh(states[token * units + j])
    const earlier = before < 0 ? 0 : states[before * units + j]
    const slope = hidden[from + j]
    const inner = cell[from + j] + slope * output * (1 - squashed * squashed)
    slopes[at + j] = inner * candidate * input * (1 - input)
    slopes[at + units + j] = inner * earlier * forget * (1 - forget)
    slopes[at + 2 * units + j] = slope * squashed * output * (1 - output)
    slopes[at + 3 * units + j] = inner * input * (1 - candidate * candidate)
    cell[from + j] = inner * forget
  }
}
