import { transpose } from '@slimbed/core/numbers'
import type { Multiply } from '../multiply.js'
import type { InputPass } from '../nodes/node.js'
import { addGradient, columnSums, type Parameter } from '../parameter.js'
import type { States } from './cell.js'
import { hiddenBefore, hiddenOf, type Recurrence, runBackward, runForward } from './run.js'

/** An LSTM layer that is trained. Along the `4 · units` lie the input, forget and output gates and the candidate. */
export interface LstmParameters {
  readonly input: number
  readonly units: number
  /** `(input + units) × 4 · units`: what the input is multiplied with, and below it what the state is. */
  readonly weights: Parameter
  /** `1 × 4 · units`. */
  readonly bias: Parameter
}

/** Streams side by side: row `step · streams + i` is that of stream i. */
export interface Shape {
  readonly steps: number
  readonly streams: number
}

/** A layer along streams: its hidden states, `steps · streams × units`, and the way back to its inputs. */
export interface LstmPass extends InputPass {
  /** The states after the last step, `streams × units` each. */
  readonly last: States
}

/**
 * A layer along streams of `inputs`, `steps · streams × input`, from `start` on. The way back ends at `start`: what was before is taken
 * as given (truncated backpropagation through time).
 */
export async function runLstm(
  { input, units, weights, bias }: LstmParameters,
  inputs: Float32Array,
  start: States,
  { steps, streams }: Shape,
  multiply: Multiply
): Promise<LstmPass> {
  const wide = 4 * units
  const count = steps * streams
  const outer = weights.value.subarray(0, input * wide)
  const recurrence: Recurrence = { units, weights: weights.value.subarray(input * wide), bias: bias.value }
  const sums = await multiply(inputs, outer, count, input, wide)
  const trace = await runForward(
    recurrence,
    sums,
    Array.from({ length: steps }, () => streams),
    start,
    multiply
  )
  const { hidden, cell } = trace.states
  return {
    value: hiddenOf(trace),
    last: { hidden: hidden.slice(count * units), cell: cell.slice(count * units) },
    async backward(gradient) {
      const slopes = await runBackward(recurrence, trace, gradient.slice(), multiply)
      if (!(weights.frozen && bias.frozen)) {
        const own = new Float32Array(weights.data.length)
        own.set(await multiply(transpose(inputs, count, input), slopes, input, count, wide))
        own.set(await multiply(transpose(hiddenBefore(trace), count, units), slopes, units, count, wide), input * wide)
        addGradient(weights, own)
        addGradient(bias, columnSums(slopes, wide))
      }
      return multiply(slopes, transpose(outer, input, wide), count, wide, input)
    }
  }
}
