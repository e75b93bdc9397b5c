import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import {
  compress,
  createTensor,
  expand,
  materialize,
  parseSafetensors,
  pipeline,
  tableBytes,
  tensorView
} from '@slimbed/core'
import { calibratedFactor, languageModelOf, perplexity, retrainSoftmax, tokensOf, wordsOf } from '@slimbed/eval'
import { fixedpoint } from '@slimbed/fixedpoint'
import { groupReduce } from '@slimbed/groupreduce'
import { lowrank } from '@slimbed/lowrank'

// The perplexity of a small language model with compressed tables: before anything, with its logits calibrated, and retrained.
//
//   node tooling/studies/perplexity.mjs ['row;row…' or all] [test tokens] [validation tokens] [train tokens] [steps]
//
// A row is `original`, one of `settings` or one of `simple` below, which are compared before anything. Texts are those of ptb-small; 0 tokens are all of them; without steps nothing is retrained.

const data = process.env.SLIMBED_DATA ?? fileURLToPath(new URL('../../../shared/data', import.meta.url))
const lm = `${data}/lm`
if (!existsSync(lm)) {
  console.error(`${lm} is not there: set SLIMBED_DATA to the folder of the data sets`)
  process.exit(2)
}

/** Codes of 8 bits in `right`, of so many elsewhere. */
const quantizer = (bits) => {
  const [right, rest] = [fixedpoint({ bits: 8 }), fixedpoint({ bits, clip: 'mse' })]
  const compress = (matrix, context) => (context.path.at(-1) === 'right' ? right : rest).compress(matrix, context)
  return { name: 'codes', config: { bits }, compress }
}

/** How many times smaller the factors of each table are, since the model minds the embedding less; and the codes. */
const settings = {
  '4x': { embedding: 6, softmax: 3 },
  '16x': { embedding: 7, softmax: 3, codes: quantizer(8) },
  '26x': { embedding: 8, softmax: 3.6, codes: quantizer(5) },
  '26x, both alike': { embedding: 4.9, softmax: 4.9, codes: quantizer(5) }
}

/** One pipeline for both tables. */
const uniform = (bits) => fixedpoint({ bits, clip: 'mse' })
const published = { groups: 5, grouping: 'equal', ranks: 'frequency', refine: 'paper', weights: 'frequency' }
const simple = {
  'low rank 2x': lowrank({ ratio: 2 }),
  'low rank 4x': lowrank({ ratio: 4 }),
  'groupreduce as published 4x': groupReduce({ ...published, ratio: 4 }),
  'groupreduce as published 4x, unrefined': groupReduce({ ...published, ratio: 4, refine: 'none' }),
  'groupreduce 4x': groupReduce({ ratio: 4 }),
  '8 bits': uniform(8),
  '4 bits': uniform(4),
  '3 bits': uniform(3),
  '2 bits': uniform(2)
}

const all = ['original', ...Object.keys(settings), ...Object.keys(simple)]
const [, , wanted = 'all', ...limits] = process.argv
const [testTokens = 0, validTokens = 0, trainTokens = 100_000, steps = 0] = limits.map(Number)
const bytes = new Uint8Array(readFileSync(`${lm}/ptb-small/model.safetensors`))
const { tensors } = parseSafetensors(bytes, bytes.length)
const named = new Map([...tensors].map(([name, entry]) => [name, tensorView(bytes, entry)]))
const counts = readFileSync(`${lm}/ptb-small/counts.tsv`, 'utf8')
const words = wordsOf(counts)
const weights = Float32Array.from(counts.trim().split('\n'), (line) => Number(line.split('\t')[1]))
const read = (part, limit) => {
  const tokens = tokensOf(part, readFileSync(`${lm}/ptb.${part}.txt`, 'utf8'), words)
  return limit > 0 ? tokens.subarray(0, limit + 1) : tokens
}
const [test, valid, train] = [read('test', testTokens), read('valid', validTokens), read('train', trainTokens)]

const tensor = await createTensor()
const context = { tensor, seed: 0 }
const teacher = languageModelOf(named)
const of = async (model) => (await perplexity(model, test, context)).perplexity
const calibrated = async (model) => {
  const factor = await calibratedFactor(model, valid, context)
  return [factor, await of({ ...model, factor })]
}

/** A table with the codes that a setting stores, or as it is. */
async function coded(table, { codes }, weights) {
  if (!codes) return materialize(table)
  return (await compress(await expand(table, tensor), keeping(table, codes), { tensor, weights })).table
}

/** A compressor that gives a known table, whose leaves the next stages rewrite. */
const keeping = (table, codes) => pipeline({ name: 'known', config: {}, compress: async () => table }, codes)

const [base, ...calibratedBase] = [await of(teacher), ...(await calibrated(teacher))]
const change = (value, from = base) => `${(100 * (value / from - 1)).toFixed(2)} %`
console.log('| | ratio | test perplexity | calibrated | factor | retrained | calibrated | factor |')
console.log('|---|---|---|---|---|---|---|---|')
const line = (...cells) => console.log(`| ${cells.join(' | ')} |`)
const figure = (value) => `${value.toFixed(2)} (${value >= base ? '+' : ''}${change(value)})`
for (const row of wanted === 'all' ? all : wanted.split(';')) {
  if (row === 'original') {
    line(row, '1.00', base.toFixed(2), figure(calibratedBase[1]), calibratedBase[0].toFixed(3))
    continue
  }
  if (Object.hasOwn(simple, row)) {
    const made = async (name) => {
      const { table } = await compress(await expand(teacher[name], tensor), simple[row], { tensor, weights })
      return materialize(table)
    }
    const [embedding, softmax] = [await made('embedding'), await made('softmax')]
    const stored = tableBytes(embedding) + tableBytes(softmax)
    const ratio = (8 * embedding.rows * embedding.dim) / stored
    line(row, ratio.toFixed(2), figure(await of({ ...teacher, embedding, softmax })))
    continue
  }
  const setting = settings[row]
  const factored = async (name) => {
    const factors = groupReduce({ ratio: setting[name] })
    return (await compress(await expand(teacher[name], tensor), factors, { tensor, weights })).table
  }
  const [embedding, softmax] = [await factored('embedding'), await factored('softmax')]
  const student = { ...teacher, embedding: await coded(embedding, setting, weights) }
  const before = { ...student, softmax: await coded(softmax, setting, weights) }
  const stored = tableBytes(before.embedding) + tableBytes(before.softmax)
  const ratio = (8 * embedding.rows * embedding.dim) / stored
  const plain = await of(before)
  const [factor, better] = await calibrated(before)
  const cells = [row, ratio.toFixed(2), figure(plain), figure(better), factor.toFixed(3)]
  if (steps > 0) {
    const options = { steps, ...(setting.codes && { round: setting.codes }) }
    const retrained = await retrainSoftmax({ ...student, softmax }, teacher, { train, valid }, options, context)
    const after = { ...student, softmax: await coded(retrained.softmax, setting, weights) }
    const [afterFactor, best] = await calibrated(after)
    cells.push(figure(await of(after)), figure(best), afterFactor.toFixed(3))
  }
  line(...cells)
}
await tensor.close()
