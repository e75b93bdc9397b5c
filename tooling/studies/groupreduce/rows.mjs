import { choices } from './choose.mjs'
import { ingredients, prototypes, reduced } from './families.mjs'
import { compressed, factorOf, lossOf } from './lm.mjs'

/** @import { TensorAdapter } from '@slimbed/core' */
/** @import { Together, Tried } from './choose.mjs' */

/**
 * A model with two pipelines on the test text: the bytes of both tables, the loss in nats a token, and, where calibrated, the
 * factor and the loss with it.
 * @typedef {{ group: string, name: string, target: number, embedding: string, softmax: string, ratio: number,
 *   bytes: number, loss: number, calibrated?: { factor: number, loss: number } }} Row
 * @typedef {Omit<Row, 'ratio' | 'bytes' | 'loss'>} Wanted
 * @typedef {ReturnType<typeof import('./lm.mjs').openModel>} Source
 */

/** Bytes of both tables in float32. */
export const wholeOf = (/** @type {Source} */ { model: { embedding, softmax } }) =>
  4 * (embedding.rows * embedding.dim + softmax.rows * softmax.dim)

/** GroupReduce with nothing switched. */
export const unchanged = 'GroupReduce'

const quantized = 'GroupReduce, then fixedpoint'

/** The family whose ingredients are switched at a total ratio: factors as codes where they alone would lose too much. */
export const switchedIn = (/** @type {number} */ target) => (target > 8 ? quantized : unchanged)

/** Tokens of the test text that the prototype was measured on; what is many rows is measured on as many. */
export const someTokens = 30_000

const isQuick = (/** @type {Wanted} */ { group }) => group === 'prototype' || group === 'ingredient'

/** A pipeline with another ratio in its first stage. */
const withRatio = (/** @type {string} */ pipeline, /** @type {(ratio: number) => number} */ change) =>
  pipeline.replace(/ratio=([\d.]+)/, (_, ratio) => `ratio=${change(Number(ratio)).toPrecision(3)}`)

/** The GroupReduce of a choice, with other options. */
const varied = (/** @type {string} */ pipeline, /** @type {string} */ options) =>
  pipeline.replace(/groupreduce\(ratio=([\d.]+)\)/, (_, ratio) => reduced(options)(ratio))

/**
 * The rows of the page.
 * @param {readonly Tried[]} tried
 * @param {readonly Together[]} together
 * @param {number} whole
 * @returns {Wanted[]}
 */
export function wantedRows(tried, together, whole) {
  const chosen = choices(tried, together, whole)
  const families = chosen.map(({ family, target, embedding, softmax }) => ({
    ...{ group: 'family', name: family, target, embedding, softmax }
  }))
  const compared = prototypes.map(([name = '', pipeline = '']) => ({
    ...{ group: 'prototype', name, target: 0, embedding: pipeline, softmax: pipeline }
  }))
  const switched = families
    .filter(({ name, target }) => name === switchedIn(target))
    .flatMap(({ target, embedding, softmax }) =>
      Object.entries({ [unchanged]: '', ...ingredients }).map(([name, options]) => ({
        ...{ group: 'ingredient', name, target },
        ...{ embedding: varied(embedding, options), softmax: varied(softmax, options) }
      }))
    )
  const original = { name: 'original', target: 1, embedding: '', softmax: '' }
  return [
    { group: 'original', ...original },
    ...families,
    { group: 'prototype', ...original },
    ...compared,
    ...switched
  ]
}

/**
 * Measures a row on the test text. Should both tables together be a hair larger than they may, the softmax gets a higher ratio.
 * @param {Source} source
 * @param {Wanted} wanted
 * @param {TensorAdapter} tensor
 * @returns {Promise<Row>}
 */
export async function measured(source, wanted, tensor) {
  const whole = wholeOf(source)
  let row = wanted
  let made = await compressed(source, row, tensor)
  const ratio = () => whole / (made.bytes.embedding + made.bytes.softmax)
  while (ratio() < wanted.target && row.softmax.includes('ratio=')) {
    row = { ...row, softmax: withRatio(row.softmax, (given) => given * Math.max(1.006, wanted.target / ratio())) }
    made = await compressed(source, row, tensor)
  }
  const text = isQuick(row) ? source.test.subarray(0, someTokens + 1) : source.test
  const loss = await lossOf(made.model, text, tensor)
  return { ...row, ratio: ratio(), bytes: made.bytes.embedding + made.bytes.softmax, loss }
}

/**
 * A row with its logits calibrated on the validation text.
 * @param {Source} source
 * @param {Row} row
 * @param {TensorAdapter} tensor
 * @returns {Promise<Row>}
 */
export async function calibrated(source, row, tensor) {
  const { model } = await compressed(source, row, tensor)
  const factor = await factorOf(model, source.valid, tensor)
  return { ...row, calibrated: { factor, loss: await lossOf({ ...model, factor }, source.test, tensor) } }
}
