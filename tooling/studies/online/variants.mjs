/** What the study compares: for each variant its size, and the test accuracy of each seed. */

const dim = 300

/** The rank of factors of so many bytes as float32. */
const rankOf = (bytes, rows) => Math.round(bytes / 4 / (rows + dim))

/** What factors add to a sentence of `tokens` words, as `addedFlops` has it. */
const productFlops = (rank, tokens, model) => (model === 'lstm' ? tokens : 1) * dim * (2 * rank - 1)

/** The mean length of a sentence, from what quantized factors add. */
const tokensOf = (flops, rank, model) =>
  model === 'lstm' ? flops / (2 * rank + dim * (2 * rank - 1)) : (flops - dim * (2 * rank - 1)) / (2 * rank)

const label = (ratio) => `${ratio} × smaller`

/** Runs that are one variant each, by the beginning of their names. */
const kinds = {
  'full frozen': 'full, table frozen',
  offline: 'offline SVD, factors trained',
  'offline frozen': 'offline SVD, frozen',
  grouped: 'GroupReduce, online'
}

/** The variants of one run: what was measured on the way is one too. */
function* ofRun({ run, model, rows, phases, flops, quantized }) {
  const [full, second, third] = phases
  const [method, ratio] = [run.replace(/ [\d.]+$/, ''), / ([\d.]+)$/.exec(run)?.[1]]
  if (run === 'full') {
    yield {
      name: 'full',
      method: 'full',
      bytes: full.tableBytes,
      test: full.testAccuracy,
      dev: full.devAccuracy,
      flops: 0
    }
    for (const { bits, tableBytes, testAccuracy, flops: added } of quantized) {
      yield {
        name: `fixed-point, ${bits} bits`,
        method: 'fixed-point',
        bytes: tableBytes,
        test: testAccuracy,
        flops: added
      }
    }
    return
  }
  if (run.includes(':')) {
    yield {
      name: run,
      method: 'retraining',
      bytes: second.tableBytes,
      test: second.testAccuracy,
      dev: second.devAccuracy,
      flops
    }
    return
  }
  if (Object.hasOwn(kinds, method)) {
    const kind = kinds[method]
    const { tableBytes: bytes, testAccuracy: test, devAccuracy: dev } = phases.at(-1)
    yield { name: ratio === undefined ? kind : `${kind}, ${label(ratio)}`, method: kind, bytes, test, dev, flops }
    return
  }
  const rank = rankOf(second.tableBytes, rows)
  const tokens = third ? tokensOf(flops, rank, model) : 0
  const added = third ? productFlops(rank, tokens, model) : flops
  if (method === 'online' || method === 'online+8') {
    const { before, tableBytes: bytes } = second
    yield {
      name: `SVD after training, ${label(ratio)}`,
      method: 'SVD after training',
      bytes,
      test: before.testAccuracy,
      dev: before.devAccuracy,
      flops: added
    }
    yield {
      name: `low rank, online, ${label(ratio)}`,
      method: 'low rank, online',
      bytes,
      test: second.testAccuracy,
      dev: second.devAccuracy,
      flops: added
    }
  }
  if (!third) return
  const [, bits, aware] = /\+(\d)( aware)?/.exec(method)
  const name = `low rank, online, ${label(ratio)}, ${bits} bits${aware ? ' (2 epochs aware)' : ''}`
  const kind = bits === '8' ? 'low rank, online, 8 bits' : 'few bits'
  yield { name, method: kind, bytes: third.tableBytes, test: third.testAccuracy, dev: third.devAccuracy, flops }
}

/** The variants of a task and a model: `test` and `dev` by seed, `bytes` and `flops` of the first. */
export function variantsOf(results, task, model) {
  const found = new Map()
  for (const result of results.filter((each) => each.task === task && each.model === model)) {
    for (const { name, test, dev, ...rest } of ofRun(result)) {
      const variant = found.get(name) ?? { name, ...rest, test: new Map(), dev: new Map() }
      variant.test.set(result.seed, test)
      if (dev !== undefined) variant.dev.set(result.seed, dev)
      found.set(name, variant)
    }
  }
  return found
}

const sum = (values) => values.reduce((total, value) => total + value, 0)

/** Mean, sample standard deviation and standard error of the mean. */
export function statistics(values) {
  const mean = sum(values) / values.length
  const deviation = Math.sqrt(sum(values.map((value) => (value - mean) ** 2)) / Math.max(1, values.length - 1))
  return { mean, deviation, error: deviation / Math.sqrt(values.length), count: values.length }
}

/** Statistics of the differences `a − b`, seed by seed. */
export function paired(a, b) {
  const seeds = [...a.test.keys()].filter((seed) => b.test.has(seed))
  return statistics(seeds.map((seed) => a.test.get(seed) - b.test.get(seed)))
}
