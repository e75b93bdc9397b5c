import { compress, expand, materialize } from '@slimbed/core'
import { embeddingMetric, softmaxMetric } from '@slimbed/lm'
import { lossOf, openModel, parsed, tables } from '../groupreduce/lm.mjs'

/** @import { TensorAdapter } from '@slimbed/core' */

/** A pipeline for each table.
 * @typedef {{ embedding: string, softmax: string }} Pipelines
 */

/**
 * A power of a metric, symmetric.
 * @param {Float64Array} metric @param {number} exponent @param {TensorAdapter} tensor
 */
async function powerOf(metric, exponent, tensor) {
  const dim = Math.sqrt(metric.length)
  const { values, vectors } = await tensor.eigh(metric, dim)
  const out = new Float64Array(dim * dim)
  for (let k = 0; k < dim; k++) {
    const power = Math.max(0, values[k] ?? 0) ** exponent
    for (let i = 0; i < dim; i++)
      for (let j = 0; j < dim; j++) out[i * dim + j] += power * vectors[k * dim + i] * vectors[k * dim + j]
  }
  return out
}

/**
 * The model, its texts, and what turns pipelines into losses.
 * @param {TensorAdapter} tensor
 */
export async function openStudy(tensor) {
  const { model, weights, validation, test, valid } = openModel()
  // The first 10,000 tokens of the validation text choose between settings.
  const texts = { validation, test, beginning: valid }
  const metrics = {
    embedding: await embeddingMetric(model, validation, { tensor }),
    softmax: await softmaxMetric(model, validation, { tensor })
  }

  /**
   * A table that was compressed, errors counted by a power of what the validation text tells, and its bytes.
   * @param {typeof tables[number]} name @param {string} pipeline
   */
  async function compressedTable(name, pipeline, exponent = 1) {
    const matrix = await expand(model[name], tensor)
    const metric = exponent === 1 ? metrics[name] : await powerOf(metrics[name], exponent, tensor)
    const given = { tensor, weights, metric: exponent === 0 ? undefined : metric, seed: 0 }
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

  /** The loss in nats a token, on a text. */
  const loss = (/** @type {typeof model} */ made, /** @type {keyof typeof texts} */ text) =>
    lossOf(made, texts[text], tensor)

  return { model, compressed, compressedTable, loss }
}
