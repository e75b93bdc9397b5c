import { compress, expand, materialize } from '@slimbed/core'
import { embeddingMetric, softmaxMetric } from '@slimbed/lm'
import { lossOf, openModel, parsed, tables } from '../groupreduce/lm.mjs'

/** @import { TensorAdapter } from '@slimbed/core' */

/** How a table is compressed; `calibrated` where errors along its columns count as the validation text tells. An empty pipeline leaves it as it is.
 * @typedef {{ pipeline: string, calibrated: boolean }} Way
 * @typedef {{ embedding: Way, softmax: Way }} Ways
 */

/** Tokens of the validation text that choose, of its 73,760. */
export const choosing = 20_000

/** @type {Way} */
export const asItIs = { pipeline: '', calibrated: false }

/**
 * The model, its texts, and what turns ways into losses.
 * @param {TensorAdapter} tensor
 */
export async function openStudy(tensor) {
  const source = openModel()
  const { model, weights, validation, test } = source
  const metrics = {
    embedding: await embeddingMetric(model, validation, { tensor }),
    softmax: await softmaxMetric(model, validation, { tensor })
  }

  /**
   * The model with tables that were compressed, and the bytes of both.
   * @param {Ways} ways
   */
  async function compressed(ways) {
    let made = model
    const bytes = { embedding: 0, softmax: 0 }
    for (const name of tables) {
      const original = model[name]
      const { pipeline, calibrated } = ways[name]
      bytes[name] = 4 * original.rows * original.dim
      if (pipeline === '') continue
      const metric = calibrated ? metrics[name] : undefined
      const matrix = await expand(original, tensor)
      const { table, measured } = await compress(matrix, parsed(pipeline), { tensor, weights, metric, seed: 0 })
      bytes[name] = measured.bytes
      made = { ...made, [name]: await materialize(table) }
    }
    return { made, bytes }
  }

  /**
   * The bytes of both tables and the loss in nats a token, on the whole test text or on the part of the validation text that chooses.
   * @param {Ways} ways
   * @param {'choosing' | 'test'} text
   */
  async function measured(ways, text) {
    const { made, bytes } = await compressed(ways)
    const tokens = text === 'test' ? test : validation.subarray(0, choosing + 1)
    return { bytes, loss: await lossOf(made, tokens, tensor) }
  }

  const whole = 4 * tables.reduce((sum, name) => sum + model[name].rows * model[name].dim, 0)
  return { measured, whole }
}
