import { type Multiply, transposed } from '../multiply.js'
import type { InputPass } from '../nodes/node.js'
import { addGradient, type Parameter } from '../parameter.js'
import { stepBack, stepForward, type Trace, traceOf } from './cell.js'

/** An LSTM layer that is trained. Along the `4 · units` lie the input, forget and output gates and the candidate. */
export interface Recurrent {
  readonly input: number
  readonly units: number
  /** `(input + units) × 4 · units`: what the input is multiplied with, and below it what the state is. */
  readonly weights: Parameter
  /** `1 × 4 · units`. */
  readonly bias: Parameter
}

/** The state of a layer, `streams × units` each. */
export interface State {
  readonly hidden: Float32Array
  readonly cell: Float32Array
}

/** The state before the first token. */
export const zeroState = (streams: number, units: number): State => ({
  hidden: new Float32Array(streams * units),
  cell: new Float32Array(streams * units)
})

/** Streams side by side: row `step · streams + i` is that of stream i. */
export interface Shape {
  readonly steps: number
  readonly streams: number
}

/** A layer along streams: its hidden states, `steps · streams × units`, and the way back to its inputs. */
export interface RecurrentPass extends InputPass {
  readonly last: State
}

/** Fills a trace whose first `streams` rows are the state before; `gates` are the sums that the inputs add. */
async function run(layer: Recurrent, trace: Trace, { steps, streams }: Shape, multiply: Multiply): Promise<void> {
  const { input, units, weights, bias } = layer
  const wide = 4 * units
  const recurrent = weights.value.subarray(input * wide)
  for (let step = 0; step < steps; step++) {
    const before = trace.hidden.subarray(step * streams * units, (step + 1) * streams * units)
    const past = await multiply(before, recurrent, streams, units, wide)
    const start = (step + 1) * streams
    for (let i = 0; i < streams; i++) {
      const at = (start + i) * wide
      for (let j = 0; j < wide; j++) trace.gates[at + j] += past[i * wide + j] + bias.value[j]
      stepForward(trace, start + i, start + i - streams)
    }
  }
}

/** The gradient of the gates' sums, `steps · streams × 4 · units`, given that of the hidden states, which is changed. */
async function runBack(
  { input, units, weights }: Recurrent,
  trace: Trace,
  { steps, streams }: Shape,
  hidden: Float32Array,
  multiply: Multiply
): Promise<Float32Array> {
  const wide = 4 * units
  const back = transposed(weights.value.subarray(input * wide), units, wide)
  // A row for each token of the trace, so that its first ones are of no use.
  const slopes = new Float32Array((steps + 1) * streams * wide)
  const cell = new Float32Array(streams * units)
  for (let step = steps - 1; step >= 0; step--) {
    const start = (step + 1) * streams
    const own = hidden.subarray(step * streams * units, (step + 1) * streams * units)
    for (let i = 0; i < streams; i++) stepBack(trace, start + i, start + i - streams, own, cell, i * units, slopes)
    if (step === 0) break
    const past = await multiply(slopes.subarray(start * wide, (start + streams) * wide), back, streams, wide, units)
    const earlier = (step - 1) * streams * units
    for (let j = 0; j < past.length; j++) hidden[earlier + j] += past[j]
  }
  return slopes.subarray(streams * wide)
}

/** Adds the gradients of a layer's parameters. */
async function addGradients(
  { input, units, weights, bias }: Recurrent,
  inputs: Float32Array,
  before: Float32Array,
  slopes: Float32Array,
  multiply: Multiply
): Promise<void> {
  const wide = 4 * units
  const count = slopes.length / wide
  const gradient = new Float32Array(weights.data.length)
  gradient.set(await multiply(transposed(inputs, count, input), slopes, input, count, wide))
  gradient.set(await multiply(transposed(before, count, units), slopes, units, count, wide), input * wide)
  addGradient(weights, gradient)
  const sums = new Float32Array(wide)
  for (let i = 0, at = 0; i < count; i++) for (let j = 0; j < wide; j++) sums[j] += slopes[at++]
  addGradient(bias, sums)
}

/**
 * A layer along streams of `inputs`, `steps · streams × input`, from `start` on. The way back ends at `start`: what was before is taken
 * as given (truncated backpropagation through time).
 */
export async function runRecurrent(
  layer: Recurrent,
  inputs: Float32Array,
  start: State,
  shape: Shape,
  multiply: Multiply
): Promise<RecurrentPass> {
  const { input, units, weights, bias } = layer
  const { steps, streams } = shape
  const wide = 4 * units
  const count = steps * streams
  const outer = weights.value.subarray(0, input * wide)
  const trace = traceOf(count + streams, units)
  trace.hidden.set(start.hidden)
  trace.cell.set(start.cell)
  trace.gates.set(await multiply(inputs, outer, count, input, wide), streams * wide)
  await run(layer, trace, shape, multiply)
  return {
    value: trace.hidden.subarray(streams * units),
    last: { hidden: trace.hidden.slice(count * units), cell: trace.cell.slice(count * units) },
    async backward(gradient) {
      const slopes = await runBack(layer, trace, shape, gradient.slice(), multiply)
      if (!(weights.frozen && bias.frozen)) {
        await addGradients(layer, inputs, trace.hidden.subarray(0, count * units), slopes, multiply)
      }
      return multiply(slopes, transposed(outer, input, wide), count, wide, input)
    }
  }
}
