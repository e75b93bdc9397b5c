import { compress, expand, materialize } from '@slimbed/core'
import { softmaxMetric } from '@slimbed/lm'
import { lossOf, openModel, parsed, tables } from '../groupreduce/lm.mjs'

/** @import { TensorAdapter } from '@slimbed/core' */

/** A pipeline for each table.
 * @typedef {{ embedding: string, softmax: string }} Pipelines
 */

/** Tokens of the validation text that choose, of its 73,760. */
export const choosing = 20_000

/**
 * The model, its texts, and what turns pipelines into losses.
 * @param {TensorAdapter} tensor
 */
export async function openStudy(tensor) {
  const { model, weights, validation, test } = openModel()
  const texts = { validation: validation.subarray(0, choosing + 1), test }
  const metrics = { embedding: undefined, softmax: await softmaxMetric(model, validation, { tensor }) }

  /**
   * The model with tables that were compressed, the errors of the softmax counted as the validation text tells, and the bytes of both.
   * @param {Pipelines} pipelines
   */
  async function compressed(pipelines) {
    let made = model
    const bytes = { embedding: 0, softmax: 0 }
    for (const name of tables) {
      const matrix = await expand(model[name], tensor)
      const given = { tensor, weights, metric: metrics[name], seed: 0 }
      const { table, measured } = await compress(matrix, parsed(pipelines[name]), given)
      bytes[name] = measured.bytes
      made = { ...made, [name]: await materialize(table) }
    }
    return { model: made, bytes }
  }

  /** The loss in nats a token, on the whole test text or on the part of the validation text that chooses. */
  const loss = (/** @type {typeof model} */ made, /** @type {'validation' | 'test'} */ text) =>
    lossOf(made, texts[text], tensor)

  return { model, compressed, loss }
}
