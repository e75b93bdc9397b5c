import { stepBack, stepForward, type Trace, traceOf } from '../network/lstm/cell.js'
import { type Multiply, transposed } from '../network/multiply.js'
import { addGradient, type Parameter } from '../network/parameter.js'
import { rowsOf } from '../network/selection.js'
import { affine, glorot, type Layer, layer } from './layer.js'
import type { MakeModel } from './model.js'
import { type Steps, stepsOf } from './steps.js'

/** Units of the recurrent layer (Acharya et al. 2019). */
const units = 150
const wide = 4 * units

/** Fills the trace, given what the rows add to the gates: `rows × 4 · units`. */
async function run(
  { running, starts, tokens }: Steps,
  inputs: Float32Array,
  { weights, bias }: Layer,
  multiply: Multiply
): Promise<Trace> {
  const trace = traceOf(tokens.length, units)
  for (const [step, count] of running.entries()) {
    const [start, before] = [starts[step], step === 0 ? -1 : starts[step - 1]]
    const past =
      step > 0 &&
      (await multiply(
        trace.hidden.subarray(before * units, (before + count) * units),
        weights.value,
        count,
        units,
        wide
      ))
    for (let i = 0; i < count; i++) {
      const at = (start + i) * wide
      const from = tokens[start + i] * wide
      for (let j = 0; j < wide; j++) {
        trace.gates[at + j] = inputs[from + j] + bias.value[j] + (past ? past[i * wide + j] : 0)
      }
      stepForward(trace, start + i, before < 0 ? -1 : before + i)
    }
  }
  return trace
}

/** The mean hidden state of each sentence of the batch; `back` spreads a gradient of it over the tokens. */
function meansOver({ running, starts, lengths, order }: Steps) {
  const eachToken = (visit: (token: number, sentence: number, share: number) => void) => {
    for (const [step, count] of running.entries()) {
      for (let i = 0; i < count; i++) visit(starts[step] + i, order[i], 1 / lengths[i])
    }
  }
  return {
    forward(hidden: Float32Array): Float32Array {
      const means = new Float32Array(order.length * units)
      eachToken((token, sentence, share) => {
        for (let j = 0; j < units; j++) means[sentence * units + j] += share * hidden[token * units + j]
      })
      return means
    },
    back(gradient: Float32Array, tokens: number): Float32Array {
      const out = new Float32Array(tokens * units)
      eachToken((token, sentence, share) => {
        for (let j = 0; j < units; j++) out[token * units + j] = share * gradient[sentence * units + j]
      })
      return out
    }
  }
}

/** The gradient of the gates' sums of all tokens, given that of the hidden states, back through all steps. */
async function runBack(
  { running, starts, tokens }: Steps,
  trace: Trace,
  hidden: Float32Array,
  weights: Parameter,
  multiply: Multiply
): Promise<Float32Array> {
  const slopes = new Float32Array(tokens.length * wide)
  const cell = new Float32Array((running[0] ?? 0) * units)
  const back = transposed(weights.value, units, wide)
  for (let step = running.length - 1; step >= 0; step--) {
    const [start, count, before] = [starts[step], running[step], step === 0 ? -1 : starts[step - 1]]
    const own = hidden.subarray(start * units, (start + count) * units)
    for (let i = 0; i < count; i++) {
      const earlier = before < 0 ? -1 : before + i
      const at = i * units
      stepBack(trace, start + i, earlier, own, cell, at, slopes)
    }
    if (before < 0) break
    const past = await multiply(slopes.subarray(start * wide, (start + count) * wide), back, count, wide, units)
    for (let j = 0; j < count * units; j++) hidden[before * units + j] += past[j]
  }
  return slopes
}

/** The gradient of what each distinct row adds to the gates. */
function byRow({ rows, tokens }: Steps, slopes: Float32Array): Float32Array {
  const out = new Float32Array(rows.length * wide)
  for (let token = 0; token < tokens.length; token++) {
    const to = tokens[token] * wide
    for (let j = 0; j < wide; j++) out[to + j] += slopes[token * wide + j]
  }
  return out
}

/** The hidden states that each token saw: zeros at the first step. */
function before({ running, starts, tokens }: Steps, { hidden }: Trace): Float32Array {
  const out = new Float32Array(tokens.length * units)
  for (let step = 1; step < running.length; step++) {
    const from = starts[step - 1] * units
    out.set(hidden.subarray(from, from + running[step] * units), starts[step] * units)
  }
  return out
}

/** An LSTM of 150 units; what is classified is the mean of its hidden states (Acharya et al. 2019). */
export const lstm: MakeModel = ({ dim, classes }, source) => {
  const inputs = source('input-weights', dim, wide, glorot(dim, units, dim * wide))
  const recurrent: Layer = {
    weights: source('recurrent-weights', units, wide, glorot(units, units, units * wide)),
    // A forget gate that is open at first lets gradients through (Jozefowicz et al. 2015).
    bias: source('recurrent-bias', 1, wide, () => new Float32Array(wide).fill(1, units, 2 * units))
  }
  const output = layer('output', units, classes, source)
  return {
    parameters: [inputs, recurrent.weights, recurrent.bias, output.weights, output.bias],
    async forward(sentences, table, multiply) {
      const steps = stepsOf(sentences)
      const count = steps.tokens.length
      const words = steps.rows.length
      const embedded = await table.combine(rowsOf(steps.rows))
      const projected = await multiply(embedded.value, inputs.value, words, dim, wide)
      const trace = await run(steps, projected, recurrent, multiply)
      const means = meansOver(steps)
      const scores = await affine(output, means.forward(trace.hidden), sentences.length, false, multiply)
      return {
        value: scores.value,
        async backward(gradient) {
          const hidden = means.back(await scores.backward(gradient), count)
          const slopes = await runBack(steps, trace, hidden, recurrent.weights, multiply)
          const past = transposed(before(steps, trace), count, units)
          addGradient(recurrent.weights, await multiply(past, slopes, units, count, wide))
          const sums = new Float32Array(wide)
          for (let i = 0; i < slopes.length; i++) sums[i % wide] += slopes[i]
          addGradient(recurrent.bias, sums)
          const rows = byRow(steps, slopes)
          const columns = transposed(embedded.value, words, dim)
          addGradient(inputs, await multiply(columns, rows, dim, words, wide))
          await embedded.backward(await multiply(rows, transposed(inputs.value, dim, wide), words, wide, dim))
        }
      }
    }
  }
}
