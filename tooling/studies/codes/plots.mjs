/** @import { Compared } from './page.mjs' */

/** Colours of families, in the order of the legend; those of faiss are pale. */
const colors = {
  trellis: '#b4442c',
  'trellis, fixed rate': '#d08a1d',
  'rotate | fixedpoint, Lloyd': '#1f5fa8',
  fixedpoint: '#5f7f2a',
  'lowrank | fixedpoint': '#7a4fb0',
  'groupreduce | fixedpoint': '#1d8a87',
  'pq | fixedpoint': '#444444',
  'opq | fixedpoint': '#8a6d3b',
  'residual | fixedpoint': '#b0548f',
  'iiq | fixedpoint': '#2f9fd0',
  'faiss PQ': '#bdbdbd',
  'faiss OPQ': '#d7c4a3',
  'faiss TurboQuant': '#a9c5e8',
  'faiss SQ': '#bfd3a0'
}

const color = {
  field: 'family',
  type: 'nominal',
  title: null,
  legend: { labelLimit: 320 },
  scale: { domain: Object.keys(colors), range: Object.values(colors) }
}
const line = { type: 'line', strokeWidth: 1.6, clip: true }
const point = { type: 'point', filled: true, size: 32, opacity: 1, clip: true }

/** @param {readonly object[]} values @param {string} field @param {object} y */
const panel = (values, field, y) => ({
  width: 330,
  height: 300,
  data: { values },
  layer: [line, point].map((mark) => ({
    mark,
    encoding: {
      x: {
        field: 'bits',
        type: 'quantitative',
        scale: { type: 'log', nice: false, domain: [0.15, 8.5] },
        axis: { values: [0.2, 0.3, 0.5, 0.8, 1.2, 2, 3, 4, 6, 8] },
        title: 'bits a value, all bytes of the table counted'
      },
      y: { field, type: 'quantitative', ...y },
      order: { field: 'bits' },
      color
    }
  }))
})

/**
 * What each family loses of a table over bits a value: squared relative error, and neighbours kept.
 * @param {Compared} table
 */
export function frontPlot({ rows, dim, measured, peers }) {
  const values = [...measured, ...peers].map(({ family, bytes, error, kept }) => ({
    family,
    bits: (8 * bytes) / rows / dim,
    error,
    kept: 100 * kept
  }))
  const error = {
    title: 'squared relative error',
    scale: { type: 'log', domain: [5e-4, 1] },
    axis: { values: [0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1], format: '~g' }
  }
  return { hconcat: [panel(values, 'error', error), panel(values, 'kept', { title: 'neighbours kept, %' })] }
}
