const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x))

/** States of an LSTM layer, a row of `units` values for each stream or token. */
export interface States {
  readonly hidden: Float32Array
  readonly cell: Float32Array
}

/** Zeros for so many rows. */
export const zeroStates = (rows: number, units: number): States => ({
  hidden: new Float32Array(rows * units),
  cell: new Float32Array(rows * units)
})

/**
 * One step of an LSTM (Hochreiter and Schmidhuber 1997, with a forget gate). `gates[at .. at + 4 · units)` hold the sums of the input,
 * forget and output gates and of the candidate, in this order, and become the gates. The state at `to` is computed from the one at
 * `from`, which may be the same place. Both are positions in the arrays of `states`, not rows.
 *
 * Float32 gates round what is kept for the way back; float64 ones are for running forward only, with a faster `tanh`.
 */
export function stepForward(
  units: number,
  gates: Float32Array | Float64Array,
  at: number,
  { hidden, cell }: States,
  from: number,
  to: number,
  tanh: (x: number) => number = Math.tanh
): void {
  for (let j = 0; j < units; j++) {
    const input = sigmoid(gates[at + j])
    const forget = sigmoid(gates[at + units + j])
    const output = sigmoid(gates[at + 2 * units + j])
    const candidate = tanh(gates[at + 3 * units + j])
    const state = forget * cell[from + j] + input * candidate
    gates[at + j] = input
    gates[at + units + j] = forget
    gates[at + 2 * units + j] = output
    gates[at + 3 * units + j] = candidate
    cell[to + j] = state
    hidden[to + j] = output * tanh(state)
  }
}

/** `units` values of each array, from a position on: the gradients of a state. */
export interface Slopes extends States {
  readonly at: number
}

/**
 * The way back through one step: `sums[at .. at + 4 · units)` becomes the gradient of its sums. `slopes` has the gradients of the state
 * after the step; its `cell` becomes that of the state before.
 */
export function stepBack(
  units: number,
  gates: Float32Array,
  at: number,
  { cell: states }: States,
  from: number,
  to: number,
  { hidden, cell, at: own }: Slopes,
  sums: Float32Array
): void {
  for (let j = 0; j < units; j++) {
    const input = gates[at + j]
    const forget = gates[at + units + j]
    const output = gates[at + 2 * units + j]
    const candidate = gates[at + 3 * units + j]
    const squashed = Math.tanh(states[to + j])
    const slope = hidden[own + j]
    const inner = cell[own + j] + slope * output * (1 - squashed * squashed)
    sums[at + j] = inner * candidate * input * (1 - input)
    sums[at + units + j] = inner * states[from + j] * forget * (1 - forget)
    sums[at + 2 * units + j] = slope * squashed * output * (1 - output)
    sums[at + 3 * units + j] = inner * input * (1 - candidate * candidate)
    cell[own + j] = inner * forget
  }
}
