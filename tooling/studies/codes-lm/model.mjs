import { compress, expand, materialize } from '@slimbed/core'
import { embeddingMetric, softmaxMetric } from '@slimbed/lm'
import { lossOf, openModel, parsed, tables } from '../groupreduce/lm.mjs'

/** @import { TensorAdapter } from '@slimbed/core' */

/** A pipeline for each table.
 * @typedef {{ embedding: string, softmax: string }} Pipelines
 */

/** Tokens of the validation text on which tables are measured one by one, of its 73,760. */
export const fewTokens = 20_000

/**
 * The model, its texts, and what turns pipelines into losses.
 * @param {TensorAdapter} tensor
 */
export async function openStudy(tensor) {
  const { model, weights, validation, test } = openModel()
  const texts = { few: validation.subarray(0, fewTokens + 1), validation, test }
  const metrics = {
    embedding: await embeddingMetric(model, validation, { tensor }),
    softmax: await softmaxMetric(model, validation, { tensor })
  }

  /**
   * A table that was compressed, errors counted as the validation text tells unless it is not `calibrated`, and its bytes.
   * @param {typeof tables[number]} name @param {string} pipeline
   */
  async function compressedTable(name, pipeline, calibrated = true) {
    const matrix = await expand(model[name], tensor)
    const given = { tensor, weights, metric: calibrated ? metrics[name] : undefined, seed: 0 }
    const { table, measured } = await compress(matrix, parsed(pipeline), given)
    return { table: await materialize(table), bytes: measured.bytes }
  }

  /**
   * The model with both tables compressed, and the bytes of both.
   * @param {Pipelines} pipelines
   */
  async function compressed(pipelines) {
    let made = model
    const bytes = { embedding: 0, softmax: 0 }
    for (const name of tables) {
      const { table, bytes: own } = await compressedTable(name, pipelines[name])
      bytes[name] = own
      made = { ...made, [name]: table }
    }
    return { model: made, bytes }
  }

  /** The loss in nats a token, on a whole text or on a few tokens. */
  const loss = (/** @type {typeof model} */ made, /** @type {keyof typeof texts} */ text) =>
    lossOf(made, texts[text], tensor)

  return { model, compressed, compressedTable, loss }
}
