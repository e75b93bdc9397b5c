import { writeFileSync } from 'node:fs'
import { choosing } from './model.mjs'
import { best, shares, targets, whole } from './splits.mjs'

/** @import { Row, State } from './splits.mjs' */

const page = new URL('../../../docs/studies/codes-lm.md', import.meta.url)

const percent = (/** @type {number | undefined} */ loss, /** @type {number | undefined} */ base) => {
  if (loss === undefined || base === undefined) return 'not measured'
  return `${loss < base ? '−' : '+'}${Math.abs(100 * Math.expm1(loss - base)).toFixed(2)} %`
}
const kilobytes = (/** @type {number} */ bytes) => (bytes / 1000).toFixed(1)
const line = (/** @type {readonly (string | number)[]} */ cells) => `| ${cells.join(' | ')} |`
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
  const lines = targets.flatMap((target) => {
    const row = best(state, target)
    if (!row) return []
    const test =
      row.test === undefined ? 'not measured' : `${Math.exp(row.test).toFixed(3)} (${percent(row.test, original.test)})`
    return [[...sizeOf(row), percent(row.validation, original.validation), test]]
  })
  return table(['smaller', 'embedding, kB', 'softmax, kB', 'validation', 'test perplexity'], lines)
}

/** How the bytes were split, and all splits that were tried on the validation text. */
function splits(/** @type {State} */ { rows, original }) {
  const tried = rows.filter(({ name, validation }) => name === 'trellis' && validation !== undefined)
  const others = shares.slice(1).map((share) => `${Math.round(100 * share)} %`)
  const first = `${Math.round(100 * shares[0])} %`
  if (tried.length < targets.length * shares.length)
    return `The embedding gets ${first} of the bytes. Two measurements on the validation text set this share. The script also tries ${others.join(' and ')}
at each size and takes the best of the three on the validation text; this has not been measured at every size. The test text was not used to choose.`
  const lines = tried
    .sort((a, b) => b.target - a.target || a.bytes.embedding - b.bytes.embedding)
    .map((row) => [...sizeOf(row), percent(row.validation, original.validation)])
  return `At each size the embedding got ${[first, ...others].join(', ')} of the bytes, and both tables were measured together on those tokens of the validation text. The best is in
the table above. The test text was not used to choose. The steps between the shares are coarse, and no other option was tried.

${table(['smaller', 'embedding, kB', 'softmax, kB', 'validation'], lines)}`
}

/** Sizes that the script would still measure. */
function missing(/** @type {State} */ state) {
  const left = targets.filter((target) => best(state, target)?.test === undefined)
  return left.length
    ? `\nNot measured yet: ${left.map((target) => `${target} ×`).join(', ')}. The command goes on with them.\n`
    : ''
}

/** What was measured with `groupreduce` first, where it was. */
function reduced(/** @type {State} */ { rows, original }) {
  const found = rows.filter(({ name }) => name === 'groupreduce')
  if (!found.length) return ''
  const lines = found.map((row) => [
    `\`${row.pipelines.embedding}\``,
    `\`${row.pipelines.softmax}\``,
    ...sizeOf(row),
    percent(row.validation, original.validation)
  ])
  return `## GroupReduce before the codes

Measured at one size, on the validation text only, and with one choice of ratios.

${table(['pipeline of the embedding', 'of the softmax', 'smaller', 'embedding, kB', 'softmax, kB', 'validation'], lines)}

`
}

/** Writes the page; where it is. */
export function writePage(/** @type {State} */ state) {
  const { original } = state
  if (original.test === undefined) throw new Error('nothing is measured yet')
  const pipelines = targets.flatMap((target) => {
    const row = best(state, target)
    return row ? [[`${target} ×`, `\`${row.pipelines.embedding}\``, `\`${row.pipelines.softmax}\``]] : []
  })
  writeFileSync(
    page,
    `# Entropy-coded tables of a language model

What [\`trellis\`](../../packages/trellis/README.md) costs the language model of [the study of GroupReduce](groupreduce.md): two LSTM layers of 200 units, trained on
the Penn Treebank, with an embedding and a softmax of 10,000 × 200 each, 16 MB together in float32. Both tables are compressed, and nothing is trained afterwards.

After a build, \`node tooling/studies/codes-lm.mjs\` measures all figures and writes this page. It needs the test data (\`SLIMBED_DATA\`, or \`../shared/data\`).
Results are kept in \`codes-lm.json\`, so that it can be stopped and goes on where it was; \`--fresh\` measures everything again, \`--page\` only writes the page.

The perplexity of the uncompressed model is ${Math.exp(original.test).toFixed(3)} on the whole test text. Percentages say how far the perplexity rises. Sizes are those
of all tensors of both tables together.

${results(state)}
${missing(state)}
- Rows count by the square root of their words' counts in the training text (\`weights=sqrt\`), in both tables.
- The softmax is calibrated on the validation text (\`slimbed compress --calibrate\`): its errors count by the covariance of the hidden states. The embedding is not.
- *validation* is the first ${choosing.toLocaleString('en')} tokens of the validation text; they are also part of what the softmax was calibrated on.

## How the bytes were split

${splits(state)}

${reduced(state)}## Pipelines

The softmax is compressed by
\`slimbed compress model.safetensors --tensor softmax.weight --weights counts.tsv --calibrate valid.txt -p "…" -o softmax.safetensors\`,
the embedding in the same way with \`--tensor embedding.weight\` and without \`--calibrate\`.

${table(['', 'embedding', 'softmax'], pipelines)}
`
  )
  return page.pathname
}
