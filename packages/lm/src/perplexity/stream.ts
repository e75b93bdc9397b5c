import { type Dense, throwIfAborted } from '@slimbed/core'
import { type States, stepForward, zeroStates } from '@slimbed/train/network'
import type { LmContext } from '../context.js'
import type { LstmLayer } from '../model.js'

/** Tokens of one stretch of the stream: stretches are worked on side by side. */
const stretch = 1024
/** Two states are the same when no value differs by more than this, or, above 1, by more than this share of it. */
const tolerance = 1e-6

/** A stretch under way. */
interface Lane {
  readonly index: number
  /** Its state before the next token: one row. */
  readonly state: States
}

const copyOf = (trace: States, token: number, size: number): States => ({
  hidden: trace.hidden.slice(token * size, (token + 1) * size),
  cell: trace.cell.slice(token * size, (token + 1) * size)
})

/** Puts a state in the trace; whether what was there is the same. */
function record(trace: States, token: number, { hidden, cell }: States, size: number): boolean {
  let same = true
  for (let j = 0, at = token * size; j < size; j++, at++) {
    const far = Math.max(Math.abs(hidden[j] - trace.hidden[at]), Math.abs(cell[j] - trace.cell[at]))
    // Written this way because the trace holds NaN where there is no state yet.
    same &&= far <= tolerance * Math.max(1, Math.abs(cell[j]))
    trace.hidden[at] = hidden[j]
    trace.cell[at] = cell[j]
  }
  return same
}

// Several times faster than Math.tanh, and as good in float32.
const tanh = (value: number) => 2 / (1 + Math.exp(-2 * value)) - 1

/** With fewer lanes than this, handing the weights to an engine takes longer than multiplying in a loop. */
const fewLanes = 4

/** `a · b` for few rows, summed in float64. */
function smallProduct(a: Dense, b: Dense): Float32Array {
  const { rows, dim: inner } = a
  const width = b.dim
  const sums = new Float64Array(width)
  const out = new Float32Array(rows * width)
  for (let i = 0; i < rows; i++) {
    sums.fill(0)
    let k = 0
    for (; k + 4 <= inner; k += 4) {
      const at = i * inner + k
      const [w, x, y, z] = [a.data[at], a.data[at + 1], a.data[at + 2], a.data[at + 3]]
      for (let j = 0, r = k * width; j < width; j++, r++) {
        sums[j] += w * b.data[r] + x * b.data[r + width] + (y * b.data[r + 2 * width] + z * b.data[r + 3 * width])
      }
    }
    for (; k < inner; k++) {
      const factor = a.data[i * inner + k]
      for (let j = 0, r = k * width; j < width; j++, r++) sums[j] += factor * b.data[r]
    }
    out.set(sums, i * width)
  }
  return out
}

/** Takes lanes through their stretches in step, until each is at its end or meets what the trace has; the lanes that did not meet it. */
async function runLanes(
  layer: LstmLayer,
  inputs: Float32Array,
  trace: States,
  lanes: readonly Lane[],
  { tensor, signal }: LmContext
): Promise<Lane[]> {
  const { input, hidden: size, weights, bias } = layer
  const width = input + size
  const length = inputs.length / input
  const factor = { rows: width, dim: 4 * size, data: weights }
  const sums = new Float64Array(4 * size)
  const ended: Lane[] = []
  let active = [...lanes]
  for (let step = 0; active.length > 0 && step < stretch; step++) {
    throwIfAborted(signal)
    const data = new Float32Array(active.length * width)
    active.forEach(({ index, state }, i) => {
      const token = index * stretch + step
      data.set(inputs.subarray(token * input, (token + 1) * input), i * width)
      data.set(state.hidden, i * width + input)
    })
    const states = { rows: active.length, dim: width, data }
    const gates = active.length < fewLanes ? smallProduct(states, factor) : (await tensor.matmul(states, factor)).data
    active = active.filter(({ index, state }, i) => {
      const token = index * stretch + step
      for (let j = 0, at = i * 4 * size; j < sums.length; j++) sums[j] = gates[at + j] + bias[j]
      stepForward(size, sums, 0, state, 0, 0, tanh)
      return !record(trace, token, state, size)
    })
    const last = (lane: Lane) => step === stretch - 1 || lane.index * stretch + step === length - 1
    ended.push(...active.filter(last))
    active = active.filter((lane) => !last(lane))
  }
  return ended
}

/**
 * A layer along a stream of `inputs`, `length × input`, from `start` on: its hidden states, `length × hidden`, and its last state.
 *
 * A step needs the state before it, and one step is too little work for an engine. So the stream is cut in stretches that run
 * side by side, all but the first from zeros; then each runs again from where the one before has ended, until its states are those
 * of its first run, which is soon, since an LSTM forgets. What comes out is the stream's own states, to rounding.
 */
export async function runLayer(
  layer: LstmLayer,
  inputs: Float32Array,
  start: States,
  context: LmContext
): Promise<{ hidden: Float32Array; last: States }> {
  const size = layer.hidden
  const length = inputs.length / layer.input
  const count = Math.ceil(length / stretch)
  const trace = {
    hidden: new Float32Array(length * size).fill(Number.NaN),
    cell: new Float32Array(length * size).fill(Number.NaN)
  }
  const first = { hidden: start.hidden.slice(), cell: start.cell.slice() }
  let lanes: Lane[] = Array.from({ length: count }, (_, index) => ({
    index,
    state: index === 0 ? first : zeroStates(1, size)
  }))
  while (lanes.length > 0) {
    const ended = await runLanes(layer, inputs, trace, lanes, context)
    lanes = ended
      .filter(({ index }) => index + 1 < count)
      .map(({ index }) => ({ index: index + 1, state: copyOf(trace, (index + 1) * stretch - 1, size) }))
  }
  return { hidden: trace.hidden, last: length > 0 ? copyOf(trace, length - 1, size) : first }
}
