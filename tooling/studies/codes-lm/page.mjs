import { writeFileSync } from 'node:fs'
import { bestTry, reducedAt } from './reduced.mjs'
import { bestShare, chosen, chosenAt, isChosen, shares, targets, tried, whole } from './splits.mjs'

/** @import { Row, State } from './splits.mjs' */

const page = new URL('../../../docs/studies/codes-lm.md', import.meta.url)

/** Large to small factors. */
const sizes = [...targets].sort((a, b) => b - a)

const percent = (/** @type {number | undefined} */ loss, /** @type {number | undefined} */ base) => {
  if (loss === undefined || base === undefined) return 'not measured'
  return `${loss < base ? '−' : '+'}${Math.abs(100 * Math.expm1(loss - base)).toFixed(2)} %`
}
const kilobytes = (/** @type {number} */ bytes) => (bytes / 1000).toFixed(1)
const line = (/** @type {readonly (string | number)[]} */ cells) =>
  `| ${cells.map((cell) => String(cell).replaceAll('|', '\\|')).join(' | ')} |`
const table = (/** @type {readonly string[]} */ heads, /** @type {readonly (readonly string[])[]} */ lines) =>
  [line(heads), line(heads.map(() => '---:')), ...lines.map(line)].join('\n')

const sizeOf = (/** @type {Row} */ { bytes }) => [
  `${(whole / (bytes.embedding + bytes.softmax)).toFixed(2)} ×`,
  kilobytes(bytes.embedding),
  kilobytes(bytes.softmax)
]

/** The chosen rows. */
function results(/** @type {State} */ state) {
  const { original } = state
  const lines = sizes.flatMap((target) => {
    const row = chosen(state, target)
    if (!row) return []
    const test =
      row.test === undefined ? 'not measured' : `${Math.exp(row.test).toFixed(3)} (${percent(row.test, original.test)})`
    return [[...sizeOf(row), test]]
  })
  return table(['smaller', 'embedding, kB', 'softmax, kB', 'test perplexity'], lines)
}

const percents = (/** @type {readonly number[]} */ some) => some.map((share) => `${Math.round(100 * share)} %`)

/** How the bytes were split, and the splits that were tried on the validation text. */
function splits(/** @type {State} */ state) {
  if (!isChosen(state))
    return `The embedding gets ${percents([bestShare(state)])} of the bytes at every size. The command goes on with ${percents(shares).join(' and ')} at ${chosenAt} × on the validation
text, and then takes the better one. The test text was not used to choose.`
  const lines = tried(state)
    .sort((a, b) => a.bytes.embedding - b.bytes.embedding)
    .map((row) => [...sizeOf(row), percent(row.validation, state.original.validation)])
  return `At ${chosenAt} × the embedding got ${percents(shares).join(' and ')} of the bytes. The share with the lower perplexity on the whole validation text, ${percents([bestShare(state)])}, is
used at every size. No other option was chosen here, and the test text was not used to choose.

${table(['smaller', 'embedding, kB', 'softmax, kB', 'validation perplexity'], lines)}`
}

/** Sizes that the script would still measure. */
function missing(/** @type {State} */ state) {
  const left = sizes.filter((target) => chosen(state, target)?.test === undefined)
  return left.length
    ? `\nNot measured yet: ${left.map((target) => `${target} ×`).join(', ')}. The command goes on with them.\n`
    : ''
}

/** What was measured with `groupreduce` first, where it was. */
function reduced(/** @type {State} */ state) {
  const { original, reduced: tries = [] } = state
  const found = sizes.flatMap((target) => {
    const row = state.rows.find((one) => one.name === 'groupreduce' && one.target === target)
    const alone = chosen(state, target)
    return row && alone ? [{ target, row, alone }] : []
  })
  if (!found.length) return ''
  const lines = found.map(({ row, alone }) => [
    ...sizeOf(row),
    `${percent(row.test, original.test)}`,
    `${percent(alone.test, original.test)}`
  ])
  const pipelines = found.map(({ target, row }) => [
    `${target} ×`,
    `\`${row.pipelines.embedding}\``,
    `\`${row.pipelines.softmax}\``
  ])
  const choices = tries
    .toSorted((a, b) => a.table.localeCompare(b.table) || a.loss - b.loss)
    .map((one) => [
      one.table,
      ...[one.settings.groups, one.settings.ratio, one.settings.right].map(String),
      kilobytes(one.bytes),
      one === bestTry(tries, one.table) ? `**${Math.exp(one.loss).toFixed(3)}**` : Math.exp(one.loss).toFixed(3)
    ])
  const worse = found.filter(({ row, alone }) => (row.test ?? 0) > (alone.test ?? 0))
  const verdict =
    worse.length === found.length
      ? '`trellis` alone is better at every size that is measured.'
      : worse.length === 0
        ? 'GroupReduce before it is better at every size that is measured.'
        : `\`trellis\` alone is better at ${worse.map(({ target }) => `${target} ×`).join(', ')}, GroupReduce before it at the other sizes.`
  return `## GroupReduce before the codes

${verdict} Sizes and split are those of above; \`trellis\` gets the bytes that the groups and \`right\` leave.

${table(['smaller', 'embedding, kB', 'softmax, kB', '`groupreduce`, then `trellis`', '`trellis` alone'], lines)}

Settings were chosen at ${reducedAt} ×, one table compressed at a time with 16 states, by the perplexity of the first 10,000 tokens of the validation text (the model itself: ${Math.exp(original.beginning ?? Number.NaN).toFixed(3)}): one setting
after another. The test text was not used to choose. \`node tooling/studies/codes-lm.mjs --reduced\` goes on with what is not measured.

${table(['table', 'groups', 'ratio', 'bits of `right`', 'kB', 'perplexity'], choices)}

${table(['', 'embedding', 'softmax'], pipelines)}

`
}

/** Each table alone with options changed, where it was measured. */
function alone(/** @type {State} */ { original, alone = [] }) {
  if (alone.length === 0) return ''
  const lines = alone.map((row) => [row.table, row.what, kilobytes(row.bytes), percent(row.loss, original.validation)])
  return `## What weights and metrics do

One table compressed and the other left as it is, with 16 states, on the validation text (\`--alone\`).

${table(['table', '', 'kB', 'perplexity'], lines)}

`
}

/** Writes the page; where it is. */
export function writePage(/** @type {State} */ state) {
  const { original } = state
  if (original.test === undefined) throw new Error('nothing is measured yet')
  const pipelines = sizes.flatMap((target) => {
    const row = chosen(state, target)
    return row ? [[`${target} ×`, `\`${row.pipelines.embedding}\``, `\`${row.pipelines.softmax}\``]] : []
  })
  writeFileSync(
    page,
    `# Entropy-coded tables of a language model

What [\`trellis\`](../../packages/trellis/README.md) costs the language model of [the study of GroupReduce](groupreduce.md): two LSTM layers of 200 units, trained on
the Penn Treebank, with an embedding and a softmax of 10,000 × 200 each, 16 MB together in float32. Both tables are compressed, and nothing is trained afterwards.

After a build, \`node tooling/studies/codes-lm.mjs\` measures all figures and writes this page. It needs the test data (\`SLIMBED_DATA\`, or \`../shared/data\`).
Results are kept in \`codes-lm.json\`, so that it can be stopped and goes on where it was; \`--reduced\` measures \`groupreduce\` before the codes, \`--fresh\` measures everything again, \`--page\` only writes the page.

The perplexity of the uncompressed model is ${Math.exp(original.test).toFixed(3)} on the whole test text. Percentages say how far the perplexity rises. Sizes are those
of all tensors of both tables together.

${results(state)}
${missing(state)}
- Rows count by the square root of their words' counts in the training text (\`weights=sqrt\`), in both tables.
- Both tables are calibrated on the validation text (\`slimbed compress --calibrate\`): errors of the softmax count by the covariance of the hidden states to the power
  3/4, those of the embedding by the square root of the Fisher information of the model's own predictions. Neither looks at the words that really come next.
- \`slimbed compress --ratio\` [looks for pipelines and split](../../apps/cli/README.md#a-size-or-a-quality) on the validation text, which is not done here. It comes to 112.53 (+0.3 %) at 26.0 ×, and to 112.19
  (+0.03 %) at 16.0 ×.

## How the bytes were split

${splits(state)}

${alone(state)}${reduced(state)}## Pipelines

The softmax is compressed by
\`slimbed compress model.safetensors --tensor softmax.weight --weights counts.tsv --calibrate valid.txt -p "…" -o softmax.safetensors\`,
the embedding in the same way with \`--tensor embedding.weight\`.

${table(['', 'embedding', 'softmax'], pipelines)}
`
  )
  return page.pathname
}
