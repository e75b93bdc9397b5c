import { compress, expand, materialize, tableBytes } from '@slimbed/core'
import { createRegistry } from '@slimbed/core/plugins'
import { fixedpoint } from '@slimbed/fixedpoint'
import { groupreduce } from '@slimbed/groupreduce'
import { perplexity, retrainLanguageModel } from '@slimbed/lm'
import { sizes } from './experiments.mjs'

const registry = createRegistry({ groupreduce, fixedpoint })

/** The model with the factors of a size, not yet quantized. */
export async function sizeNamed(name, { model, weights }, tensor) {
  const { quantize, ...specs } = sizes[name]
  const tables = {}
  for (const [table, spec] of Object.entries(specs)) {
    const made = await compress(await expand(model[table], tensor), registry.parse(spec), { tensor, weights })
    tables[table] = await materialize(made.table)
  }
  return { name, student: { ...model, ...tables }, quantize: quantize && registry.parse(quantize) }
}

const bytesOf = ({ embedding, softmax }) => tableBytes(embedding) + tableBytes(softmax)

/** Trains a model on: perplexities and bytes before and after. */
export async function measureRun({ size, run, seed, options }, { student, quantize }, data, tensor, tell) {
  const begun = performance.now()
  const context = { tensor, seed }
  const of = async (model, tokens) => (await perplexity(model, tokens, context)).perplexity
  const measured = async (model, valid) => ({ bytes: bytesOf(model), valid, test: await of(model, data.test) })
  let before
  const validate = async (model) => {
    const valid = await of(model, data.valid)
    // The first is the model before any step, quantized.
    before ??= await measured(model, valid)
    return valid
  }
  const all = { ...options, seed, teacher: data.model, quantize }
  const { model, reports } = await retrainLanguageModel(student, { train: data.train, validate }, all, tensor, {
    onReport: ({ step, steps, rate, loss, validation }) =>
      tell(
        `${step}/${steps}, rate ${rate.toExponential(1)}, loss ${loss.toFixed(3)}, validation ${validation.toFixed(2)}`
      )
  })
  const after = await measured(model, Math.min(...reports.map(({ validation }) => validation)))
  const seconds = (performance.now() - begun) / 1000
  return { size, run, seed, options, before, after, reports, seconds }
}
