import { pairs } from './measure.mjs'

/**
 * What was measured of one pipeline: scores by task for each seed.
 * @typedef {{ table: string, method: string, smaller: number, bits: number, pipeline: string, ratio: number, loss?: number,
 *   isotropy?: { before: number, after: number }, scores: Record<string, number>[] }} Result
 * @typedef {{ name: string, rows: number, dim: number, note?: string }} Source
 * @typedef {{ codes: string, candidates: number, recall: number }} Recall
 */

/** The names of the sets of word pairs in tables. */
export const short = ['MEN', 'MTurk', 'RG-65', 'RW', 'SimLex', 'WS-353']
const purity = ['ap', 'bless', 'essli-2008', 'esslli-2008-1a-concrete-nouns']
const sentences = ['TREC', 'stsa.binary', 'rt-polarity', 'subj']

export const mean = (/** @type {number[]} */ values) => values.reduce((sum, value) => sum + value, 0) / values.length

/** @param {number[]} values */
function deviation(values) {
  const middle = mean(values)
  return Math.sqrt(values.reduce((sum, value) => sum + (value - middle) ** 2, 0) / (values.length - 1))
}

/** @param {number[]} values */
export const withDeviation = (values) =>
  values.length > 1 ? `${mean(values).toFixed(1)} ± ${deviation(values).toFixed(1)}` : mean(values).toFixed(1)

/**
 * The mean over tasks for each seed that has them all.
 * @param {Result} result
 * @param {readonly string[]} tasks
 */
const perSeed = ({ scores }, tasks) =>
  scores
    .filter((own) => tasks.every((task) => own[task] !== undefined))
    .map((own) => mean(tasks.map((task) => own[task] ?? 0)))

/**
 * @param {readonly string[]} heading
 * @param {readonly (readonly string[])[]} lines
 * @param {number} [left] columns of words; those after them are of numbers
 */
export const tableOf = (heading, lines, left = 1) =>
  [`| ${heading.join(' | ')} |`, `|${heading.map((_, i) => (i < left ? '---' : '---:')).join('|')}|`]
    .concat(lines.map((cells) => `| ${cells.join(' | ')} |`))
    .join('\n')

/** @param {Result} result */
function line(result) {
  const each = pairs.map((task) => withDeviation(perSeed(result, [task])))
  const cells = [
    withDeviation(perSeed(result, pairs)),
    ...[purity, sentences].map((tasks) => withDeviation(perSeed(result, tasks)))
  ]
  const size = result.method === 'float32' ? ['1', ''] : [result.ratio.toFixed(1), String(result.bits)]
  return [result.method, ...size, ...each, ...cells]
}

const heading = ['method', 'times smaller', 'bits', ...short, 'mean of six', 'purity', 'accuracy']

/**
 * Every method on one table.
 * @param {Source} source
 * @param {readonly Result[]} results
 */
export function section({ name, rows, dim, note }, results) {
  const all = results.filter((result) => result.table === name && !isCandidate(result))
  const own = all.toSorted((a, b) => a.smaller - b.smaller)
  const told = own.find(({ method, smaller }) => method === 'IIQ' && smaller === 32)?.isotropy
  const about = told ? `Isotropy ${told.before.toFixed(3)}, after the removal ${told.after.toFixed(3)}.` : ''
  return [
    `## ${name}, ${rows.toLocaleString('en-US')} × ${dim}`,
    [about, note].filter(Boolean).join(' '),
    tableOf(heading, own.map(line))
  ]
    .filter(Boolean)
    .join('\n\n')
}

/** @param {Result} result */
const isCandidate = ({ method }) => method.startsWith('fitted')

/**
 * What is better than ITQ, on every table.
 * @param {readonly Source[]} sources
 * @param {readonly Result[]} results
 */
export function improvement(sources, results) {
  const lines = sources.flatMap(({ name }) => {
    const own = results.filter((result) => result.table === name)
    const itq = own.find(({ method, smaller }) => method === 'ITQ' && smaller === 32)
    const base = itq ? mean(perSeed(itq, pairs)) : Number.NaN
    return own
      .filter((result) => result === itq || isCandidate(result))
      .map((result) => {
        const more = mean(perSeed(result, pairs)) - base
        const gain = result === itq ? '' : `${more < 0 ? '−' : '+'}${Math.abs(more).toFixed(1)}`
        return [result.method, name, ...line(result).slice(1, -3), withDeviation(perSeed(result, pairs)), gain]
      })
  })
  return tableOf(['method', 'table', ...heading.slice(1, -2), 'against ITQ'], lines, 2)
}

/** @param {readonly Recall[]} recalls */
export const recallTable = (recalls) =>
  tableOf(
    ['codes', 'candidates', 'recall@10'],
    recalls.map(({ codes, candidates, recall }) => [codes, String(candidates), recall.toFixed(3)])
  )

/** @param {readonly Result[]} results @param {readonly Source[]} sources */
export const pipelines = (results, sources) =>
  tableOf(
    ['table', 'method', 'pipeline', 'seeds'],
    results
      .filter(({ method }) => method !== 'float32')
      .filter(({ table }) => sources.some(({ name }) => name === table))
      .map(({ table, method, pipeline, scores }) => [
        table,
        method,
        `\`${pipeline.replaceAll('|', '\\|')}\``,
        String(scores.length)
      ]),
    3
  )
