import { transpose } from '@slimbed/core/numbers'
import type { Multiply } from '../network/multiply.js'
import type { InputPass } from '../network/nodes/node.js'
import { addGradient, columnSums, type Parameter } from '../network/parameter.js'
import type { Source } from './model.js'

/** `count` numbers, uniform within the bounds that keep the variance of what passes through (Glorot and Bengio 2010). */
export const glorot =
  (inputs: number, outputs: number, count: number) =>
  (random: () => number): Float32Array => {
    const bound = Math.sqrt(6 / (inputs + outputs))
    return Float32Array.from({ length: count }, () => (2 * random() - 1) * bound)
  }

/** The parameters of an affine layer. */
export interface Layer {
  /** `inputs × outputs`. */
  readonly weights: Parameter
  /** `1 × outputs`. */
  readonly bias: Parameter
}

/** An affine layer that begins with random weights and no bias. */
export const layer = (name: string, inputs: number, outputs: number, source: Source): Layer => ({
  weights: source(`${name}-weights`, inputs, outputs, glorot(inputs, outputs, inputs * outputs)),
  bias: source(`${name}-bias`, 1, outputs, () => new Float32Array(outputs))
})

/** `input · weights + bias` with negative values cut off where `relu`. */
export async function affine(
  { weights, bias }: Layer,
  input: Float32Array,
  count: number,
  relu: boolean,
  multiply: Multiply
): Promise<InputPass> {
  const [inputs, outputs] = [weights.rows, weights.dim]
  const value = await multiply(input, weights.value, count, inputs, outputs)
  for (let i = 0; i < count; i++) {
    for (let j = 0; j < outputs; j++) {
      const sum = value[i * outputs + j] + bias.value[j]
      value[i * outputs + j] = relu && sum < 0 ? 0 : sum
    }
  }
  return {
    value,
    async backward(gradient) {
      const own = relu ? gradient.map((slope, i) => (value[i] > 0 ? slope : 0)) : gradient
      addGradient(bias, columnSums(own, outputs))
      addGradient(weights, await multiply(transpose(input, count, inputs), own, inputs, count, outputs))
      return multiply(own, transpose(weights.value, inputs, outputs), count, outputs, inputs)
    }
  }
}
