import { transpose } from '@slimbed/core/numbers'
import { hiddenBefore, hiddenOf, type Recurrence, runBackward, runForward } from '../network/lstm/run.js'
import { addGradient, columnSums } from '../network/parameter.js'
import { rowsOf } from '../network/selection.js'
import { affine, glorot, type Layer, layer } from './layer.js'
import type { MakeModel } from './model.js'
import { type Steps, stepsOf } from './steps.js'

/** Units of the recurrent layer (Acharya et al. 2019). */
const units = 150
const wide = 4 * units

/** What the tokens add to the gates, given what each distinct row does: `tokens × 4 · units`. */
function byToken({ tokens }: Steps, rows: Float32Array): Float32Array {
  const out = new Float32Array(tokens.length * wide)
  for (const [token, row] of tokens.entries()) out.set(rows.subarray(row * wide, (row + 1) * wide), token * wide)
  return out
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

/** The gradient of what each distinct row adds to the gates. */
function byRow({ rows, tokens }: Steps, slopes: Float32Array): Float32Array {
  const out = new Float32Array(rows.length * wide)
  for (let token = 0; token < tokens.length; token++) {
    const to = tokens[token] * wide
    for (let j = 0; j < wide; j++) out[to + j] += slopes[token * wide + j]
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
      const recurrence: Recurrence = { units, weights: recurrent.weights.value, bias: recurrent.bias.value }
      const trace = await runForward(recurrence, byToken(steps, projected), steps.running, undefined, multiply)
      const means = meansOver(steps)
      const scores = await affine(output, means.forward(hiddenOf(trace)), sentences.length, false, multiply)
      return {
        value: scores.value,
        async backward(gradient) {
          const hidden = means.back(await scores.backward(gradient), count)
          const slopes = await runBackward(recurrence, trace, hidden, multiply)
          const past = transpose(hiddenBefore(trace), count, units)
          addGradient(recurrent.weights, await multiply(past, slopes, units, count, wide))
          addGradient(recurrent.bias, columnSums(slopes, wide))
          const rows = byRow(steps, slopes)
          const columns = transpose(embedded.value, words, dim)
          addGradient(inputs, await multiply(columns, rows, dim, words, wide))
          await embedded.backward(await multiply(rows, transpose(inputs.value, dim, wide), words, wide, dim))
        }
      }
    }
  }
}
