import { readFileSync, writeFileSync } from 'node:fs'
import { sizes } from './experiments.mjs'

const page = new URL('../../../docs/studies/retraining.md', import.meta.url)

const figure = (value) => value.toFixed(2)
const change = (value, from) => `${value < from ? '−' : '+'}${Math.abs(100 * (value / from - 1)).toFixed(2)} %`
const table = (header, align, rows) => [header, align, ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n')

/** Runs in the order of the sizes, each with the original that was trained on in the same way. */
const pairs = (results) =>
  Object.keys(sizes).flatMap((size) =>
    results
      .filter((result) => result.size === size)
      .map((result) => ({
        result,
        control: results.find(({ size: other, run }) => other === 'original' && run === result.run)
      }))
  )

function resultsTable(results) {
  const original = results.find(({ size }) => size === 'original')
  const rows = pairs(results).map(({ result: { size, run, before, after }, control }) => [
    `${size}, ${run}`,
    original ? figure(original.before.bytes / after.bytes) : '',
    ...[before.valid, after.valid].map(figure),
    figure(before.test),
    original ? change(before.test, original.before.test) : '',
    `**${figure(after.test)}**`,
    original ? change(after.test, original.before.test) : '',
    size !== 'original' && control ? change(after.test, control.after.test) : ''
  ])
  return table(
    [
      '',
      'smaller',
      'valid before',
      'after',
      'test before',
      'to the model',
      'test after',
      'to the model',
      'to it trained alike'
    ],
    ['---', ...Array.from({ length: 8 }, () => '---:')],
    rows
  )
}

function stepsTable(results) {
  const rows = pairs(results).flatMap(({ result: { size, run, reports, seconds } }) => [
    [
      `${size}, ${run}`,
      reports.map(({ step, validation }) => `${step}: ${figure(validation)}`).join(', '),
      `${Math.round(seconds / 60)} min`
    ]
  ])
  return table(['', 'validation perplexity by step', 'time'], ['---', '---', '---:'], rows)
}

/** The text with a table between the marks of `name`. */
function fill(text, name, content) {
  const [begin, end] = [text.indexOf('-->', text.indexOf(`<!-- ${name}:`)), text.indexOf(`<!-- end of ${name} -->`)]
  if (begin < 0 || end < begin) throw new Error(`docs/studies/retraining.md has no marks of "${name}"`)
  return `${text.slice(0, begin + 3)}\n\n${content}\n\n${text.slice(end)}`
}

/** Writes the tables of the page in their places. */
export function renderPage(results) {
  const grown = results.find(({ before, after }) => before.bytes !== after.bytes)
  if (grown) throw new Error(`${grown.size}, ${grown.run}: ${grown.before.bytes} bytes became ${grown.after.bytes}`)
  const text = fill(readFileSync(page, 'utf8'), 'results', resultsTable(results))
  writeFileSync(page, fill(text, 'steps', stepsTable(results)))
}
