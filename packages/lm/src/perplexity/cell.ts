/** The state of a layer: for each of some streams a row of `hidden` values. */
export interface CellState {
  readonly hidden: Float32Array
  readonly cell: Float32Array
}

const sigmoid = (value: number) => 1 / (1 + Math.exp(-value))
// Several times faster than Math.tanh, and as good in float32.
const tanh = (value: number) => 2 / (1 + Math.exp(-2 * value)) - 1

/**
 * One step of an LSTM layer for one stream: `gates[at .. at + 4 · size)`, to which `bias` is still to be added, are those of input,
 * forget, cell and output; the state at `state .. state + size` becomes the next one.
 */
export function stepCell(
  gates: Float32Array,
  at: number,
  bias: Float32Array,
  { hidden, cell }: CellState,
  state: number,
  size: number
): void {
  for (let j = 0; j < size; j++) {
    const input = sigmoid(gates[at + j] + bias[j])
    const forget = sigmoid(gates[at + size + j] + bias[size + j])
    const candidate = tanh(gates[at + 2 * size + j] + bias[2 * size + j])
    const output = sigmoid(gates[at + 3 * size + j] + bias[3 * size + j])
    const next = forget * cell[state + j] + input * candidate
    cell[state + j] = next
    hidden[state + j] = output * tanh(next)
  }
}
