import { readFileSync, writeFileSync } from 'node:fs'
import { choices, sizes, targets, wayAt, ways } from './choose.mjs'

/** @import { Way } from './model.mjs' */
/** @import { Tried } from './choose.mjs' */

/**
 * @typedef {{ bytes: { embedding: number, softmax: number }, loss: number }} Measured losses on the whole test text
 * @typedef {{ family: string, target: number, embedding: Way, softmax: Way } & Measured} Row
 * @typedef {{ original?: { choosing: number, test: number }, tried: Tried[], rows: Row[] }} State
 */

const page = new URL('../../../docs/studies/codes-lm.md', import.meta.url)
const notes = new URL('./conclusions.md', import.meta.url)
const whole = 16_000_000

const percent = (/** @type {number} */ rise) =>
  `${rise < 0 ? '−' : '+'}${Math.abs(100 * Math.expm1(rise)).toFixed(2)} %`
const kilobytes = (/** @type {number} */ bytes) => (bytes / 1000).toFixed(0)
const written = (/** @type {Way} */ { pipeline, calibrated }) => `\`${pipeline}\`${calibrated ? ', calibrated' : ''}`
const total = (/** @type {Measured} */ { bytes }) => bytes.embedding + bytes.softmax
const line = (/** @type {readonly (string | number)[]} */ cells) => `| ${cells.join(' | ')} |`

/** What GroupReduce with quantized factors costs, from its study. */
const before = [
  [16, '16.1 ×', '+1.00 %'],
  [26, '26.1 ×', '+2.94 %']
]

/** The chosen rows beside what they were before. */
function results(/** @type {State} */ { original, tried, rows }) {
  const base = original?.test ?? 0
  const lines = choices(tried, whole).map(({ target, embedding, softmax }) => {
    const row = rows.find(
      (one) =>
        one.embedding.pipeline === embedding.pipeline &&
        one.softmax.pipeline === softmax.pipeline &&
        one.embedding.calibrated === embedding.calibrated
    )
    if (!row) return line([`${target} ×`, 'not measured', '', ''])
    const [, ratio, cost] = before.find(([known]) => known === target) ?? [0, '–', '–']
    return line([
      `${(whole / total(row)).toFixed(2)} ×`,
      `${kilobytes(row.bytes.embedding)} + ${kilobytes(row.bytes.softmax)}`,
      `${Math.exp(row.loss).toFixed(3)} (${percent(row.loss - base)})`,
      cost === '–' ? '–' : `${cost} at ${ratio}`
    ])
  })
  return [
    line(['smaller', 'kB of the embedding + the softmax', 'test perplexity', 'groupreduce, then fixedpoint']),
    line(['---:', '---:', '---:', '---:']),
    ...lines
  ].join('\n')
}

/** One table compressed, the other as it is. */
function alone(/** @type {State} */ { tried }, /** @type {'embedding' | 'softmax'} */ table) {
  const lines = Object.entries(ways).map(([name, own]) => {
    const cells = sizes[table].map((size) => {
      const way = wayAt(own, size)
      const found = tried.find(
        (one) => one.table === table && one.way.pipeline === way.pipeline && one.way.calibrated === way.calibrated
      )
      return found ? percent(found.rise) : ''
    })
    return line([name, ...cells])
  })
  const heads = sizes[table].map((size) => `${kilobytes(size)} kB`)
  return [line(['', ...heads]), line(['', ...heads].map((_, i) => (i ? '---:' : '---'))), ...lines].join('\n')
}

/** `groupreduce` first. */
function reduced(/** @type {State} */ { original, rows }) {
  const lines = rows
    .filter(({ family }) => family !== 'trellis')
    .map((row) =>
      line([
        written(row.embedding),
        written(row.softmax),
        `${(whole / total(row)).toFixed(2)} ×`,
        `${Math.exp(row.loss).toFixed(3)} (${percent(row.loss - (original?.test ?? 0))})`
      ])
    )
  return [
    line(['embedding', 'softmax', 'smaller', 'test perplexity']),
    line(['---', '---', '---:', '---:']),
    ...lines
  ].join('\n')
}

/** The pipelines of the chosen rows. */
function pipelines(/** @type {State} */ { tried }) {
  const lines = choices(tried, whole).map(({ target, embedding, softmax }) =>
    line([`${target} ×`, written(embedding), written(softmax)])
  )
  return [line(['', 'embedding', 'softmax']), line(['---', '---', '---']), ...lines].join('\n')
}

/** Writes the page; where it is. */
export function writePage(/** @type {State} */ state) {
  const original = state.original
  writeFileSync(
    page,
    `# Entropy-coded tables of a language model

What [\`trellis\`](../../packages/trellis/README.md) costs the language model of [the study of GroupReduce](groupreduce.md): two LSTM layers of 200 units on the
Penn Treebank, an embedding and a softmax of 10,000 × 200 each, 16 MB together. Nothing is trained afterwards. After a build,
\`node tooling/studies/codes-lm.mjs\` measures all figures and writes this page. It needs the test data (\`SLIMBED_DATA\`, or \`../shared/data\`). Results are kept in
\`codes-lm.json\`; \`--fresh\` measures everything again, \`--page\` only writes the page, and \`--row\` measures any two pipelines.

The perplexity of the original is ${Math.exp(original?.test ?? 0).toFixed(3)} on the whole test text. Sizes are those of all tensors of both
tables together.

${results(state)}

*How settings were chosen.* Each table alone was compressed to several sizes in several ways and measured on the first 20,000 tokens of the **validation** text (tables below). Between
sizes the rise of the loss is interpolated, the rises of the two tables are assumed to add up, and for each total size (${targets.join(', ')} times smaller) the pair with the smallest sum
was taken. The test text was not used to choose anything.

*Weights and metric.* With \`weights=sqrt\` the errors of a row count by the square root of the word's count in the training text. *Calibrated* means that errors along
columns count as the validation text tells (\`slimbed compress --calibrate\`): in the softmax by the covariance of the hidden states, in the embedding by the Fisher information of
the model's own predictions. The words that really come next are not used.

## One table, the other as it is

The rise of the perplexity on those tokens of the validation text. The softmax:

${alone(state, 'softmax')}

The embedding:

${alone(state, 'embedding')}

## GroupReduce before the codes

${reduced(state)}

${readFileSync(notes, 'utf8')}
## Pipelines

Commands for one table of a model: \`slimbed compress model.safetensors --tensor softmax.weight --weights counts.tsv --calibrate ptb.valid.txt -p "…" -o small.safetensors\`,
and for both at once with two \`--tensor\` and two \`-p\`.

${pipelines(state)}
`
  )
  return page.pathname
}
