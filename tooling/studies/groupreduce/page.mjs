import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { svgOf } from '../plot.mjs'
import { families, ingredients, prototypes, targets } from './families.mjs'
import { perplexityPlot, vectorPlot } from './plots.mjs'
import { switchedIn, unchanged, wantedRows } from './rows.mjs'
import { factored, fiveGroups, quantized } from './vectors.mjs'

/** @import { Together, Tried } from './choose.mjs' */
/** @import { Row } from './rows.mjs' */
/** @import { VectorRow } from './vectors.mjs' */
/** @typedef {{ tried: Tried[], together: Together[], rows: Row[], vectors: VectorRow[] }} State */

const folder = new URL('../../../docs/studies/', import.meta.url)

const code = (/** @type {string} */ pipeline) => `\`${pipeline.replaceAll('|', '\\|')}\``
const signed = (/** @type {number} */ value, digits = 2) => `${value < 0 ? '−' : '+'}${Math.abs(value).toFixed(digits)}`

/**
 * @param {readonly string[]} heading
 * @param {readonly (readonly string[])[]} lines
 * @param {number} [left] columns of words; those after them are of numbers
 */
const tableOf = (heading, lines, left = 1) =>
  [`| ${heading.join(' | ')} |`, `|${heading.map((_, i) => (i < left ? '---' : '---:')).join('|')}|`]
    .concat(lines.map((cells) => `| ${cells.join(' | ')} |`))
    .join('\n')

/** @param {readonly Row[]} rows */
function lookup(rows) {
  const find = (/** @type {string} */ group, /** @type {string} */ name, target = 0) =>
    rows.find((row) => row.group === group && row.name === name && row.target === target)
  const base = find('original', 'original', 1)?.loss ?? Number.NaN
  /** Of the tokens that some rows are measured on. */
  const someBase = find('prototype', 'original', 1)?.loss ?? Number.NaN
  const change = (/** @type {number} */ loss, from = base) => `${signed(100 * (Math.exp(loss - from) - 1))} %`
  return { find, base, someBase, change }
}

/** @param {readonly Row[]} rows */
function familyTable(rows) {
  const { find, change } = lookup(rows)
  const cell = (/** @type {Row | undefined} */ row) =>
    row ? `${Math.exp(row.loss).toFixed(2)} (${change(row.loss)}) at ${row.ratio.toFixed(1)} ×` : ''
  return tableOf(
    ['', ...targets.map((target) => `${target} ×`)],
    Object.keys(families).map((name) => [name, ...targets.map((target) => cell(find('family', name, target)))])
  )
}

/** @param {readonly Row[]} rows */
function ingredientTable(rows) {
  const { find, someBase, change } = lookup(rows)
  const heading = targets.map((target) => (switchedIn(target) === unchanged ? `${target} ×` : `${target} ×, codes`))
  const lines = Object.entries({ [unchanged]: '', ...ingredients }).map(([name, options]) => [
    options ? `${name}: \`${options}\`` : name,
    ...targets.map((target) => {
      const row = find('ingredient', name, target)
      return row ? change(row.loss, someBase) : ''
    })
  ])
  return tableOf(['', ...heading], lines)
}

/** @param {readonly Row[]} rows */
function prototypeTable(rows) {
  const { find, someBase, change } = lookup(rows)
  const lines = prototypes.map(([name = '', pipeline = '', theirs = '']) => {
    const row = find('prototype', name)
    return [name, code(pipeline), row?.ratio.toFixed(2) ?? '', `${theirs} %`, row ? change(row.loss, someBase) : '']
  })
  return tableOf(['', 'both tables by', 'smaller', 'prototype', 'here'], lines, 2)
}

/** @param {readonly Row[]} rows */
function calibrationTable(rows) {
  const { find } = lookup(rows)
  const base = find('original', 'original', 1)?.calibrated?.loss ?? Number.NaN
  const lines = rows.flatMap(({ name, ratio, loss, calibrated }) => {
    if (!calibrated) return []
    const against = `${signed(100 * (Math.exp(calibrated.loss - base) - 1))} %`
    const own = [Math.exp(loss).toFixed(2), calibrated.factor.toFixed(3), Math.exp(calibrated.loss).toFixed(2)]
    return [[name === 'original' ? 'the model' : name, ratio.toFixed(2), ...own, name === 'original' ? '' : against]]
  })
  if (lines.length === 0) return 'Not measured yet.'
  return tableOf(['', 'smaller', 'perplexity', 'factor', 'calibrated', 'against the calibrated model'], lines)
}

/** @param {readonly VectorRow[]} rows @param {readonly string[]} pipelines */
function vectorTable(rows, pipelines) {
  const lines = pipelines.flatMap((pipeline) => {
    const row = rows.find((one) => one.table === 'numberbatch' && one.pipeline === pipeline)
    if (!row) return []
    const errors = [row.count, row.root, row.alike].map((error) => error.toFixed(4))
    return [[code(pipeline), row.ratio.toFixed(2), ...errors, `${(100 * (row.overlap ?? 0)).toFixed(1)} %`]]
  })
  return tableOf(['', 'smaller', 'by frequency', 'by √frequency', 'alike', 'neighbours kept'], lines)
}

const tables = /** @type {const} */ ([
  ['sample', 'sample, 10,000 × 100'],
  ['numberbatch', 'Numberbatch, 41,353 × 300'],
  ['ptb-embedding', 'PTB embedding, 10,000 × 200'],
  ['ptb-softmax', 'PTB softmax, 10,000 × 200']
])

/** @param {readonly VectorRow[]} rows */
function errorTable(rows) {
  const error = (/** @type {string} */ table, /** @type {string} */ pipeline) =>
    rows.find((row) => row.table === table && row.pipeline === pipeline)?.root.toFixed(4) ?? ''
  return tableOf(
    ['', ...tables.map(([, label]) => label)],
    factored.map((pipeline) => [code(pipeline), ...tables.map(([table]) => error(table, pipeline))])
  )
}

/** @param {readonly Row[]} rows */
function pipelineTable(rows) {
  const { find } = lookup(rows)
  const lines = Object.keys(families).flatMap((name) =>
    targets.flatMap((target) => {
      const row = find('family', name, target)
      if (!row) return []
      return [[name, code(row.embedding), code(row.softmax), row.ratio.toFixed(2), row.bytes.toLocaleString('en-US')]]
    })
  )
  return tableOf(['', 'embedding', 'softmax', 'smaller', 'bytes'], lines, 3)
}

/** @param {readonly Together[]} together */
const togetherTable = (together) =>
  tableOf(
    ['', 'embedding', 'softmax', 'perplexity'],
    together
      .toSorted((a, b) => a.target - b.target || a.rise - b.rise)
      .map(({ target, embedding, softmax, rise }) => [
        ...[`${target} ×`, code(embedding), code(softmax)],
        `${signed(100 * (Math.exp(rise) - 1))} %`
      ]),
    3
  )

/**
 * Writes the page and its plots; where the page is.
 * @param {State} state
 */
export async function writePage({ tried, together, rows, vectors }) {
  const { base } = lookup(rows)
  const own = rows.filter(({ group }) => group === 'family')
  writeFileSync(new URL('groupreduce.svg', folder), await svgOf(perplexityPlot(own, Math.exp(base))))
  const main = vectors.filter(({ table }) => table === 'numberbatch')
  writeFileSync(new URL('groupreduce-vectors.svg', folder), await svgOf(vectorPlot(main)))
  const whole = lookup(rows).find('original', 'original', 1)?.bytes ?? 0
  const all = wantedRows(tried, together, whole).length + 4 * factored.length + fiveGroups.length + quantized.length
  const missing = '\n*Empty cells have not been measured yet: the command measures what is missing.*\n'
  const parts = {
    missing: rows.length + vectors.length < all ? missing : '',
    families: familyTable(rows),
    ingredients: ingredientTable(rows),
    prototype: prototypeTable(rows),
    calibration: calibrationTable(rows),
    quantized: vectorTable(vectors, [...factored.slice(0, 3), ...quantized]),
    five: vectorTable(vectors, fiveGroups),
    factored: vectorTable(vectors, factored),
    errors: errorTable(vectors),
    pipelines: pipelineTable(rows),
    together: togetherTable(together)
  }
  const text = readFileSync(new URL('text.md', import.meta.url), 'utf8')
  const page = Object.entries(parts).reduce((all, [name, part]) => all.replace(`{{${name}}}`, () => part), text)
  const place = new URL('groupreduce.md', folder)
  writeFileSync(place, page)
  return fileURLToPath(place)
}
