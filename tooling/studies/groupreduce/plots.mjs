/** @import { Row } from './rows.mjs' */
/** @import { VectorRow } from './vectors.mjs' */

/** Colours of families, in the order of the legend. */
const colors = {
  SVD: '#b4442c',
  'SVD, then fixedpoint': '#d08a1d',
  fixedpoint: '#5f7f2a',
  GroupReduce: '#7a4fb0',
  'GroupReduce, then fixedpoint': '#1f5fa8'
}

const color = {
  field: 'family',
  type: 'nominal',
  title: null,
  legend: { labelLimit: 320 },
  scale: { domain: Object.keys(colors), range: Object.values(colors) }
}

const line = { type: 'line', strokeWidth: 1.8, clip: true }
const point = { type: 'point', filled: true, size: 42, opacity: 1, clip: true }

/** @param {readonly Row[]} rows @param {number} base @param {number} top */
function perplexityPanel(rows, base, top) {
  const values = rows.map(({ name, bytes, loss }) => ({ family: name, size: bytes / 1e6, perplexity: Math.exp(loss) }))
  const x = {
    field: 'size',
    type: 'quantitative',
    scale: { type: 'log', domain: [0.5, 4.2], nice: false },
    axis: { values: [0.5, 0.6, 0.8, 1, 1.5, 2, 3, 4] },
    title: 'MB of embedding and softmax (16 MB as float32)'
  }
  const y = {
    field: 'perplexity',
    type: 'quantitative',
    scale: { type: 'log', domain: [111, top], nice: false },
    axis: { values: top > 200 ? [112, 120, 140, 170, 200, 250, 300, 400] : [112, 114, 116, 118, 120, 122, 124, 126] },
    title: 'test perplexity'
  }
  return {
    title: { text: top > 200 ? 'all of it' : `below ${top}`, fontSize: 13 },
    width: 330,
    height: 280,
    data: { values },
    layer: [
      {
        data: { values: [{ perplexity: base }] },
        mark: { type: 'rule', strokeDash: [5, 4], color: '#555' },
        encoding: { y }
      },
      { mark: line, encoding: { x, y, color } },
      { mark: point, encoding: { x, y, color } }
    ]
  }
}

/**
 * Test perplexity over bytes for each family, twice: all of it, and where it matters.
 * @param {readonly Row[]} rows
 * @param {number} base
 */
export const perplexityPlot = (rows, base) => ({
  hconcat: [perplexityPanel(rows, base, 450), perplexityPanel(rows, base, 127)]
})

/** The family of a pipeline; none where it is not plain. */
function familyOf(/** @type {string} */ pipeline) {
  if (/groups|grouping|ranks|refine|weight/.test(pipeline)) return undefined
  // The same factors with 8 bits would make steps of the line.
  if (/ratio=[24]\) \| fixedpoint\(bits=8/.test(pipeline)) return undefined
  const first = pipeline.startsWith('lowrank') ? 'SVD' : 'GroupReduce'
  if (pipeline.startsWith('fixedpoint')) return 'fixedpoint'
  return pipeline.includes('|') ? `${first}, then fixedpoint` : first
}

/** @param {readonly object[]} values @param {string} field @param {string} title @param {object} y */
const vectorPanel = (values, field, title, y) => ({
  width: 330,
  height: 280,
  data: { values },
  layer: [line, point].map((mark) => ({
    mark,
    encoding: {
      x: {
        field: 'size',
        type: 'quantitative',
        scale: { type: 'log', nice: false, domain: [1.5, 30] },
        axis: { values: [1.5, 2, 3, 5, 8, 12, 20, 30] },
        title: 'MB (50 MB as float32)'
      },
      y: { field, type: 'quantitative', title, ...y },
      color
    }
  }))
})

/**
 * What word vectors lose over bytes, for each family.
 * @param {readonly VectorRow[]} rows
 */
export function vectorPlot(rows) {
  const values = rows.flatMap(({ pipeline, bytes, count, overlap = 0 }) => {
    const family = familyOf(pipeline)
    return family ? [{ family, size: bytes / 1e6, error: count, kept: 100 * overlap }] : []
  })
  const errors = {
    scale: { type: 'log', domain: [2e-5, 1] },
    axis: { values: [1e-4, 1e-3, 0.01, 0.1, 1], format: '~g' }
  }
  return {
    hconcat: [
      vectorPanel(values, 'error', 'squared error, rows counted by frequency', errors),
      vectorPanel(values, 'kept', 'neighbours kept, %', {})
    ]
  }
}
