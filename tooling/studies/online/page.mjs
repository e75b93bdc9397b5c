import { readFileSync, writeFileSync } from 'node:fs'
import { svgOf } from '../plot.mjs'
import { accuracyPlot, retrainingPlot } from './plots.mjs'
import { paired, statistics, variantsOf } from './variants.mjs'

const page = new URL('../../../docs/studies/online.md', import.meta.url)

const points = (share) => (100 * share).toFixed(2)
const signed = (share) => `${share >= 0 ? '+' : '−'}${points(Math.abs(share))}`
const spread = ({ mean, deviation, count }) => (count > 1 ? `${points(mean)} ± ${points(deviation)}` : points(mean))
const size = (bytes) => (bytes >= 1e6 ? `${(bytes / 1e6).toFixed(2)} MB` : `${(bytes / 1e3).toFixed(0)} kB`)
const thousands = (value) => Math.round(value).toLocaleString('en-US')

const table = (header, align, rows) => [header, align, ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n')

const methods = [
  ...['full', 'low rank, online', 'low rank, online, 8 bits', 'few bits', 'GroupReduce, online'],
  ...['SVD after training', 'offline SVD, frozen', 'offline SVD, factors trained', 'fixed-point', 'full, table frozen']
]

/** Every variant of a task but those of the retraining, method by method, the largest first. */
function accuracyTable(variants) {
  const full = variants.get('full')
  const chosen = methods.flatMap((method) =>
    [...variants.values()].filter((each) => each.method === method).sort((a, b) => b.bytes - a.bytes)
  )
  const rows = chosen.map((variant) => {
    const reduction = 100 * (1 - variant.bytes / full.bytes)
    const against = variant === full ? '' : signed(paired(variant, full).mean)
    return [
      variant.name.replace(/, [\d.]+ × smaller/, ''),
      variant === full ? '' : `${reduction.toFixed(1)} %`,
      size(variant.bytes),
      spread(statistics([...variant.test.values()])),
      against,
      thousands(variant.flops)
    ]
  })
  return table(
    ['', 'reduction', 'table', 'test accuracy', 'to full', 'FLOPs added'],
    ['---', '---:', '---:', '---:', '---:', '---:'],
    rows
  )
}

const ten = (name) => `${name}, 10.0 × smaller`
const bars = [
  ['low rank, online − full', ten('low rank, online'), 'full'],
  ['low rank, online − offline SVD, frozen', ten('low rank, online'), ten('offline SVD, frozen')],
  ['low rank, online − offline SVD, factors trained', ten('low rank, online'), ten('offline SVD, factors trained')],
  ['low rank, online − SVD after training', ten('low rank, online'), ten('SVD after training')],
  ['8 bits − float32, both low rank, online', `${ten('low rank, online')}, 8 bits`, ten('low rank, online')],
  ['fixed-point, 3 bits − low rank, online', 'fixed-point, 3 bits', ten('low rank, online')]
]

/** The way of retraining that is best on the dev data. */
function bestRetraining(variants) {
  const all = [...variants.values()].filter(({ method }) => method === 'retraining')
  const means = all.map((variant) => ({ variant, mean: statistics([...variant.dev.values()]).mean }))
  return means.sort((a, b) => b.mean - a.mean)[0]?.variant
}

const retrained = 'online, retrained as is best on dev'
const moreBars = [
  [`${retrained} − full`, 'full'],
  [`${retrained} − SVD after training`, ten('SVD after training')],
  [`${retrained} − offline SVD, factors trained`, ten('offline SVD, factors trained')]
]

/** `a − b` of a task as a cell; empty where either was not run. */
function cellOf(a, b) {
  if (!a || !b) return ''
  const { mean, error, count } = paired(a, b)
  return count > 1 ? `${signed(mean)} ± ${points(error)}` : signed(mean)
}

/** Differences at a tenth of the table, seed by seed: mean ± standard error. */
function differenceTable(results, columns) {
  const all = columns.map(([task, model]) => variantsOf(results, task, model))
  const rows = [
    ...bars.map(([name, a, b]) => [name, ...all.map((variants) => cellOf(variants.get(a), variants.get(b)))]),
    ...moreBars.map(([name, b]) => [name, ...all.map((variants) => cellOf(bestRetraining(variants), variants.get(b)))])
  ]
  const counts = all.map((variants) => variants.get('full')?.test.size ?? 0)
  const header = columns.map(
    ([task, model], i) => `${task}, ${model.toUpperCase()}, ${counts[i]} ${counts[i] > 1 ? 'runs' : 'run'}`
  )
  return table(['at a tenth of the table', ...header], ['---', ...columns.map(() => '---:')], rows)
}

/** The schedules and optimizers of the retraining, by dev accuracy. */
function retrainingTable(variants) {
  const chosen = [...variants.values()].filter(({ method }) => method === 'retraining')
  const rows = chosen
    .map(({ name, dev, test }) => ({ name, dev: statistics([...dev.values()]), test: statistics([...test.values()]) }))
    .sort((a, b) => b.dev.mean - a.dev.mean)
    .map(({ name, dev, test }) => [name.replace('schedule: ', '').replace(': ', ' '), spread(dev), spread(test)])
  return table(['retraining', 'dev accuracy', 'test accuracy'], ['---', '---:', '---:'], rows)
}

/** The page with what stands between its marks written anew. */
function fill(text, name, content) {
  const [begin, end] = [`<!-- ${name}: written by tooling/studies/online.mjs -->`, `<!-- end of ${name} -->`]
  const [from, to] = [text.indexOf(begin), text.indexOf(end)]
  if (from < 0 || to < from) throw new Error(`docs/studies/online.md: no marks for ${name}`)
  return `${text.slice(0, from + begin.length)}\n\n${content}\n\n${text.slice(to)}`
}

const notRun = 'Not run yet: `node tooling/studies/online.mjs --only=SST-2/lstm` runs it.'

/** Writes the tables into the page, and the plots beside it. */
export async function renderPage(results) {
  const sst = variantsOf(results, 'SST-2', 'dan')
  let text = readFileSync(page, 'utf8')
  text = fill(text, 'SST-2', accuracyTable(sst))
  text = fill(text, 'TREC', accuracyTable(variantsOf(results, 'TREC', 'dan')))
  text = fill(text, 'MR', accuracyTable(variantsOf(results, 'MR', 'dan')))
  const lstm = variantsOf(results, 'SST-2', 'lstm')
  text = fill(text, 'LSTM', lstm.size > 0 ? accuracyTable(lstm) : notRun)
  const columns = [
    ['SST-2', 'dan'],
    ['TREC', 'dan'],
    ['MR', 'dan'],
    ['SST-2', 'lstm']
  ].filter(([task, model]) => variantsOf(results, task, model).size > 0)
  text = fill(text, 'differences', differenceTable(results, columns))
  text = fill(text, 'retraining', retrainingTable(sst))
  writeFileSync(page, text)
  const both = ['SST-2', 'TREC'].map((task) => [task, variantsOf(results, task, 'dan')])
  const plotted = both.filter(([, variants]) => variants.has('full'))
  const beside = (name) => new URL(name, page)
  writeFileSync(beside('online.svg'), await svgOf(accuracyPlot(plotted)))
  writeFileSync(beside('online-retraining.svg'), await svgOf(retrainingPlot(sst)))
}
