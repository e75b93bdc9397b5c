import { transpose } from '@slimbed/core/numbers'
import type { Multiply } from '../multiply.js'
import { type States, stepBack, stepForward, zeroStates } from './cell.js'

/** What a layer multiplies its state with at every step. */
export interface Recurrence {
  readonly units: number
  /** `units × 4 · units`, row-major. */
  readonly weights: Float32Array
  /** `4 · units`. */
  readonly bias: Float32Array
}

/** What a run leaves behind for the way back. */
export interface Trace {
  readonly units: number
  /** Sequences that run at each step: the first ones of those of the step before. */
  readonly running: readonly number[]
  /** After their functions, a row of `4 · units` for each token; the tokens of a step follow those of the step before. */
  readonly gates: Float32Array
  /** The states before the first step, a row for each sequence, then those after each token. */
  readonly states: States
}

/** Tokens of a step: where they begin, and where the states before them do, in rows of the states. */
function* stepsOf({ running }: Pick<Trace, 'running'>) {
  const first = running[0] ?? 0
  let [token, before] = [0, 0]
  for (const [step, count] of running.entries()) {
    yield { step, count, token, before }
    before = first + token
    token += count
  }
}

/**
 * Runs sequences side by side through an LSTM. `inputs` are the sums that their tokens add to the gates, `tokens × 4 · units`: the run
 * keeps the array as its gates. The states before are `start`, zeros without it.
 */
export async function runForward(
  { units, weights, bias }: Recurrence,
  inputs: Float32Array,
  running: readonly number[],
  start: States | undefined,
  multiply: Multiply
): Promise<Trace> {
  const wide = 4 * units
  const first = running[0] ?? 0
  const states = zeroStates(first + inputs.length / wide, units)
  if (start) {
    states.hidden.set(start.hidden)
    states.cell.set(start.cell)
  }
  const trace = { units, running, gates: inputs, states }
  for (const { step, count, token, before } of stepsOf(trace)) {
    const hidden = states.hidden.subarray(before * units, (before + count) * units)
    const past =
      step > 0 || start ? await multiply(hidden, weights, count, units, wide) : new Float32Array(count * wide)
    for (let i = 0; i < count; i++) {
      const at = (token + i) * wide
      for (let j = 0; j < wide; j++) inputs[at + j] += past[i * wide + j] + bias[j]
      stepForward(units, inputs, at, states, (before + i) * units, (first + token + i) * units)
    }
  }
  return trace
}

/** The hidden states after each token of a run, `tokens × units`. */
export const hiddenOf = ({ states, running, units }: Trace): Float32Array =>
  states.hidden.subarray((running[0] ?? 0) * units)

/** The hidden states before each token of a run, `tokens × units`. */
export function hiddenBefore(trace: Trace): Float32Array {
  const { units, states } = trace
  const out = new Float32Array(hiddenOf(trace).length)
  for (const { count, token, before } of stepsOf(trace)) {
    out.set(states.hidden.subarray(before * units, (before + count) * units), token * units)
  }
  return out
}

/**
 * The gradient of the gates' sums, `tokens × 4 · units`, given that of the hidden states after each token, `tokens × units`, which is
 * changed. It ends at the states before the first step: those are taken as given.
 */
export async function runBackward(
  { units, weights }: Recurrence,
  trace: Trace,
  hidden: Float32Array,
  multiply: Multiply
): Promise<Float32Array> {
  const wide = 4 * units
  const first = trace.running[0] ?? 0
  const back = transpose(weights, units, wide)
  const sums = new Float32Array(trace.gates.length)
  const cell = new Float32Array(first * units)
  for (const { step, count, token, before } of [...stepsOf(trace)].reverse()) {
    const own = hidden.subarray(token * units, (token + count) * units)
    for (let i = 0; i < count; i++) {
      const [from, to] = [(before + i) * units, (first + token + i) * units]
      const slopes = { hidden: own, cell, at: i * units }
      stepBack(units, trace.gates, (token + i) * wide, trace.states, from, to, slopes, sums)
    }
    if (step === 0) break
    const past = await multiply(sums.subarray(token * wide, (token + count) * wide), back, count, wide, units)
    const earlier = (before - first) * units
    for (let j = 0; j < past.length; j++) hidden[earlier + j] += past[j]
  }
  return sums
}
