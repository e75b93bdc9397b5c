import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { compress, expand, materialize } from '@slimbed/core'
import { createRegistry } from '@slimbed/core/plugins'
import { fixedpoint } from '@slimbed/fixedpoint'
import { groupreduce } from '@slimbed/groupreduce'
import { calibratedFactor, languageModelOf, perplexity, tokensOf, wordsOf } from '@slimbed/lm'
import { lowrank } from '@slimbed/lowrank'
import { parseSafetensors, tensorView } from '@slimbed/runtime'
import { trellis } from '@slimbed/trellis'

/** @import { LanguageModel } from '@slimbed/lm' */
/** @import { TensorAdapter } from '@slimbed/core' */

const lm = `${process.env.SLIMBED_DATA ?? fileURLToPath(new URL('../../../../shared/data', import.meta.url))}/lm`
const registry = createRegistry({ lowrank, fixedpoint, groupreduce, trellis })

/** A pipeline of the compressors that are compared here. */
export const parsed = (/** @type {string} */ pipeline) => registry.parse(pipeline)

/** The two tables of a model that are compressed. */
export const tables = /** @type {const} */ (['embedding', 'softmax'])

/** Tokens of the validation text that choose for either table, and those after them for both together, of its 73,760. */
const choosing = { alone: 10_000, together: 30_000 }

/** The language model in the test data, the counts of its words, and its texts. */
export function openModel() {
  const bytes = new Uint8Array(readFileSync(`${lm}/ptb-small/model.safetensors`))
  const { tensors } = parseSafetensors(bytes, bytes.length)
  const counts = readFileSync(`${lm}/ptb-small/counts.tsv`, 'utf8')
  const words = wordsOf(counts)
  const weights = Float32Array.from(counts.trim().split('\n'), (line) => Number(line.split('\t')[1]))
  const text = (/** @type {string} */ part) => tokensOf(part, readFileSync(`${lm}/ptb.${part}.txt`, 'utf8'), words)
  const valid = text('valid')
  return {
    model: languageModelOf(new Map([...tensors].map(([name, entry]) => [name, tensorView(bytes, entry)]))),
    weights,
    test: text('test'),
    validation: valid,
    valid: valid.subarray(0, choosing.alone + 1),
    check: valid.subarray(choosing.alone, choosing.alone + choosing.together + 1)
  }
}

/**
 * The model with tables that pipelines made; an empty pipeline leaves a table as it is. And the bytes of both.
 * @param {ReturnType<typeof openModel>} source
 * @param {{ embedding: string, softmax: string }} pipelines
 * @param {TensorAdapter} tensor
 */
export async function compressed({ model, weights }, pipelines, tensor) {
  const bytes = { embedding: 0, softmax: 0 }
  /** @type {LanguageModel} */
  let made = model
  for (const name of tables) {
    const original = model[name]
    bytes[name] = 4 * original.rows * original.dim
    if (pipelines[name] === '') continue
    const matrix = await expand(original, tensor)
    const { table, measured } = await compress(matrix, parsed(pipelines[name]), { tensor, weights, seed: 0 })
    bytes[name] = measured.bytes
    made = { ...made, [name]: await materialize(table) }
  }
  return { model: made, bytes }
}

/**
 * How well a model predicts a text.
 * @param {LanguageModel} model
 * @param {Uint32Array} text
 * @param {TensorAdapter} tensor
 */
export const lossOf = async (model, text, tensor) =>
  (await perplexity(model, text, { tensor, seed: 0 })).negativeLogLikelihood

/**
 * The factor of the logits that suits the validation text best.
 * @param {LanguageModel} model
 * @param {Uint32Array} text
 * @param {TensorAdapter} tensor
 */
export const factorOf = (model, text, tensor) => calibratedFactor(model, text, { tensor, seed: 0 })
