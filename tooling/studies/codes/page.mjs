import { tableOf } from '../binary/page.mjs'

/** @import { Measured } from './state.mjs'
import { Row } from './measure.mjs' */

/**
 * What was measured of a table, and faiss's codes beside it.
 * @typedef {Measured & { peers: Row[] }} Compared
 */

const rate = (/** @type {Compared} */ { rows, dim }, /** @type {Row} */ { bytes }) => (8 * bytes) / rows / dim
const percent = (/** @type {number} */ share) => (100 * share).toFixed(1)
const three = (/** @type {number} */ value) => value.toPrecision(3)
const lead = ['bits a value', 'times smaller', 'squared error', 'mean cosine', 'neighbours kept, %']

/** A pipeline in a cell of a table. */
const code = (/** @type {string} */ pipeline) => `\`${pipeline.replaceAll('|', '\\|')}\``

/** @param {Compared} table @param {Row} row */
const figures = (table, row) => [
  rate(table, row).toFixed(2),
  (32 / rate(table, row)).toFixed(1),
  three(row.error),
  row.cosine.toFixed(4),
  percent(row.kept)
]

const byRate = (/** @type {Compared} */ table) => (/** @type {Row} */ a, /** @type {Row} */ b) =>
  rate(table, a) - rate(table, b)

/** @param {Compared} table @param {readonly Row[]} rows */
const listed = (table, rows) =>
  tableOf(
    ['pipeline', ...lead],
    [...rows].sort(byRate(table)).map((row) => [code(row.pipeline), ...figures(table, row)])
  )

/**
 * The row of least error that takes no more than so many bits a value, and more than 0.6 times as many.
 * @param {Compared} table @param {readonly Row[]} rows @param {number} bits
 */
const bestWithin = (table, rows, bits) =>
  rows
    .filter((row) => rate(table, row) <= bits * 1.005 && rate(table, row) > 0.6 * bits)
    .sort((a, b) => a.error - b.error)[0]

const sizes = [0.4, 1, 2, 4]
const shown = (/** @type {Row | undefined} */ row) => (row ? `${three(row.error)} ${percent(row.kept)} %` : '–')

/** @param {readonly Compared[]} tables */
function summary(tables) {
  const lines = tables.flatMap((table) =>
    sizes.map((bits) => {
      const ours = table.measured.filter(({ family }) => family === 'trellis')
      const others = table.measured.filter(({ family }) => !family.startsWith('trellis'))
      const best = bestWithin(table, others, bits)
      const peer = bestWithin(table, table.peers, bits)
      return [
        table.name,
        String(bits),
        shown(bestWithin(table, ours, bits)),
        best ? `${shown(best)} ${code(best.pipeline)}` : '–',
        peer ? `${shown(peer)} ${peer.pipeline}` : '–'
      ]
    })
  )
  return tableOf(['table', 'at most bits', '`trellis`', 'best without it', 'best of faiss'], lines, 2)
}

/** @param {readonly Compared[]} tables */
const ingredients = (tables) =>
  tableOf(
    ['', ...tables.map(({ name }) => name)],
    (tables[0]?.without ?? []).map(({ family }) => [
      family,
      ...tables.map((table) => {
        const row = table.without.find((one) => one.family === family)
        const whole = table.without[0]
        return row && whole ? `${three(row.error)} (${(row.error / whole.error).toFixed(2)})` : '–'
      })
    ])
  )

/** @param {Compared} table */
const section = (table) =>
  [
    `## ${table.title[0]?.toUpperCase()}${table.title.slice(1)}, ${table.rows.toLocaleString('en')} × ${table.dim}`,
    `![squared error and neighbours kept over bits a value](codes-${table.name}.svg)`,
    '<details><summary>All figures</summary>',
    listed(table, table.measured),
    'faiss:',
    listed(table, table.peers),
    '</details>'
  ].join('\n\n')

/**
 * The parts of the page that are measured.
 * @param {readonly Compared[]} tables
 */
export const partsOfPage = (tables) => ({
  summary: summary(tables),
  ingredients: ingredients(tables),
  tables: tables.map(section).join('\n\n')
})
