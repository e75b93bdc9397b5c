import { statistics } from './variants.mjs'

const colors = {
  'low rank, online': '#1f5fa8',
  'low rank, online, 8 bits': '#12a3a3',
  'GroupReduce, online': '#7a4fb0',
  'SVD after training': '#d08a1d',
  'offline SVD, frozen': '#b4442c',
  'offline SVD, factors trained': '#e08a7d',
  'fixed-point': '#5f7f2a'
}

const band = (values) => {
  const { mean, deviation } = statistics([...values])
  return { accuracy: 100 * mean, low: 100 * (mean - deviation), high: 100 * (mean + deviation) }
}

/** Accuracy over size, a line for each method; the full model is a rule. */
function panel([task, variants]) {
  const full = variants.get('full')
  const values = [...variants.values()]
    .filter(({ method }) => Object.hasOwn(colors, method))
    .map(({ method, bytes, test }) => ({ method, ratio: full.bytes / bytes, ...band(test.values()) }))
  const x = {
    field: 'ratio',
    type: 'quantitative',
    scale: { type: 'log', domain: [1.7, 90] },
    axis: { values: [2, 4, 8, 16, 32, 64], format: 'd' },
    title: 'times smaller than the full table'
  }
  const color = {
    field: 'method',
    type: 'nominal',
    title: null,
    scale: { domain: Object.keys(colors), range: Object.values(colors) }
  }
  const y = { field: 'accuracy', type: 'quantitative', title: 'test accuracy, %', scale: { zero: false } }
  return {
    title: { text: task, fontSize: 13 },
    width: 330,
    height: 270,
    layer: [
      {
        data: { values: [band(full.test.values())] },
        mark: { type: 'rule', strokeDash: [5, 4], color: '#555' },
        encoding: { y }
      },
      {
        data: { values },
        mark: { type: 'rule', opacity: 0.55 },
        encoding: { x, y: { ...y, field: 'low' }, y2: { field: 'high' }, color }
      },
      { data: { values }, mark: { type: 'line', strokeWidth: 1.6 }, encoding: { x, y, color } },
      { data: { values }, mark: { type: 'point', filled: true, size: 38, opacity: 1 }, encoding: { x, y, color } }
    ]
  }
}

/** Accuracy over size for several tasks, side by side: mean ± standard deviation. */
export const accuracyPlot = (tasks) => ({ hconcat: tasks.map(panel) })

/** What each schedule and optimizer of the retraining came to: mean ± standard deviation on the dev and the test data. */
export function retrainingPlot(variants) {
  const values = [...variants.values()]
    .filter(({ method }) => method === 'retraining')
    .flatMap(({ name, dev, test }) => {
      const way = name.replace('schedule: ', '').replace('optimizer: ', '')
      return [
        { way, data: 'dev', ...band(dev.values()) },
        { way, data: 'test', ...band(test.values()) }
      ]
    })
  const order = values.filter(({ data }) => data === 'dev').sort((a, b) => b.accuracy - a.accuracy)
  const y = { field: 'way', type: 'nominal', title: null, sort: order.map(({ way }) => way) }
  const x = { field: 'accuracy', type: 'quantitative', title: 'accuracy, %', scale: { zero: false } }
  const color = {
    field: 'data',
    type: 'nominal',
    title: null,
    scale: { domain: ['dev', 'test'], range: ['#d08a1d', '#1f5fa8'] }
  }
  const yOffset = { field: 'data' }
  return {
    width: 420,
    height: { step: 13 },
    data: { values },
    layer: [
      {
        mark: { type: 'rule', opacity: 0.6 },
        encoding: { y, yOffset, x: { ...x, field: 'low' }, x2: { field: 'high' }, color }
      },
      { mark: { type: 'point', filled: true, size: 40, opacity: 1 }, encoding: { y, yOffset, x, color } }
    ]
  }
}
