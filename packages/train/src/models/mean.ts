import type { InputPass } from '../network/nodes/node.js'
import { meansOf } from '../network/selection.js'
import { affine, layer } from './layer.js'
import type { MakeModel } from './model.js'

/** A model of the mean of a sentence's rows: affine layers, all but the last with ReLU. */
function meanModel(hidden: readonly number[]): MakeModel {
  return ({ dim, classes }, source) => {
    const widths = [dim, ...hidden, classes]
    const layers = widths.slice(1).map((width, i) => layer(`layer${i}`, widths[i], width, source))
    return {
      parameters: layers.flatMap(({ weights, bias }) => [weights, bias]),
      async forward(sentences, table, multiply) {
        const count = sentences.length
        const mean = await table.combine(meansOf(sentences))
        let { value } = mean
        const passes: InputPass[] = []
        for (const [i, each] of layers.entries()) {
          const pass = await affine(each, value, count, i < layers.length - 1, multiply)
          passes.push(pass)
          value = pass.value
        }
        return {
          value,
          async backward(gradient) {
            let slope = gradient
            for (const pass of passes.toReversed()) slope = await pass.backward(slope)
            await mean.backward(slope)
          }
        }
      }
    }
  }
}

/** Logistic regression on the mean of a sentence's rows. */
export const linear = meanModel([])

/** Deep averaging network: mean, 30 and 25 units with ReLU (Iyyer et al. 2015, in the size of Acharya et al. 2019). */
export const dan = meanModel([30, 25])
