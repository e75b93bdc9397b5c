import { families, targets } from './families.mjs'
import { compressed, lossOf, tables } from './lm.mjs'

/** @import { TensorAdapter } from '@slimbed/core' */
/** @import { Curve } from './families.mjs' */

/**
 * One table compressed and the other as it is: what its bytes are and by how much the loss, in nats a token, rises on the text that chooses.
 * @typedef {{ table: 'embedding' | 'softmax', pipeline: string, bytes: number, rise: number }} Tried
 * @typedef {{ family: string, target: number, embedding: string, softmax: string, ratio: number, rise: number }} Choice
 * @typedef {{ target: number, embedding: string, softmax: string, rise: number }} Together
 */

/** Pipelines of a table that are tried, with their ratios. */
const knots = (/** @type {Curve} */ { ratios, pipeline }, /** @type {'embedding' | 'softmax'} */ table) =>
  (ratios?.[table] ?? [1]).map((ratio) => ({ ratio, pipeline: pipeline(ratio) }))

/**
 * Tries every curve of every family that is not among those tried.
 * @param {ReturnType<typeof import('./lm.mjs').openModel>} source
 * @param {Tried[]} tried
 * @param {() => void} keep
 * @param {TensorAdapter} tensor
 */
export async function tryAll(source, tried, keep, tensor) {
  /** @type {number | undefined} */
  let base
  for (const curve of Object.values(families).flat()) {
    for (const table of tables) {
      for (const { pipeline } of knots(curve, table)) {
        if (tried.some((one) => one.table === table && one.pipeline === pipeline)) continue
        base ??= await lossOf(source.model, source.valid, tensor)
        const pipelines = { embedding: '', softmax: '', [table]: pipeline }
        const { model, bytes } = await compressed(source, pipelines, tensor)
        const rise = (await lossOf(model, source.valid, tensor)) - base
        tried.push({ table, pipeline, bytes: bytes[table], rise })
        keep()
        process.stderr.write(`${table}: ${pipeline}: ${rise.toFixed(4)}\n`)
      }
    }
  }
}

/** The least rise that is told from noise, so that its logarithm can be taken. */
const least = 1e-4

/**
 * A curve between its knots, where bytes and rises are straight lines over the ratio if all are logarithms.
 * @param {Curve} curve
 * @param {'embedding' | 'softmax'} table
 * @param {readonly Tried[]} tried
 */
function between(curve, table, tried) {
  const points = knots(curve, table).map(({ ratio, pipeline }) => {
    const found = tried.find((one) => one.table === table && one.pipeline === pipeline)
    if (!found) throw new Error(`not tried: ${pipeline} of the ${table}`)
    return [ratio, found.bytes, Math.max(found.rise, least)].map(Math.log)
  })
  const out = []
  for (const [i, [x0 = 0, b0 = 0, r0 = 0]] of points.entries()) {
    const [x1 = x0, b1 = b0, r1 = r0] = points[i + 1] ?? []
    // Every hundredth part of the way, rounded to what a pipeline says.
    for (let step = 0; step < (x1 > x0 ? 100 : 1); step++) {
      const share = step / 100
      const ratio = Number(Math.exp(x0 + share * (x1 - x0)).toPrecision(3))
      const at = x1 > x0 ? (Math.log(ratio) - x0) / (x1 - x0) : 0
      out.push({
        pipeline: curve.pipeline(ratio),
        bytes: Math.exp(b0 + at * (b1 - b0)),
        rise: Math.exp(r0 + at * (r1 - r0))
      })
    }
  }
  return out
}

/**
 * The best pair for each two curves of a family within a total ratio, by the rises that are expected of the two together, the best first.
 * @param {string} family
 * @param {number} target
 * @param {readonly Tried[]} tried
 * @param {number} whole bytes of both tables in float32
 * @returns {Choice[]}
 */
function shortlist(family, target, tried, whole) {
  const [embeddings = [], softmaxes = []] = tables.map((table) =>
    (families[family] ?? []).map((curve) => between(curve, table, tried).sort((a, b) => a.rise - b.rise))
  )
  // A hair less, since bytes between knots are not quite what they are thought to be.
  const budget = (0.998 * whole) / target
  /** @type {Choice[]} */
  const found = []
  for (const one of embeddings) {
    for (const other of softmaxes) {
      const pairs = one.flatMap((embedding) => {
        const softmax = other.find(({ bytes }) => bytes + embedding.bytes <= budget)
        return softmax ? [{ embedding, softmax, rise: embedding.rise + softmax.rise }] : []
      })
      const [best] = pairs.sort((a, b) => a.rise - b.rise)
      if (!best) continue
      const { embedding, softmax, rise } = best
      const pipelines = { embedding: embedding.pipeline, softmax: softmax.pipeline }
      found.push({ family, target, ...pipelines, ratio: whole / (embedding.bytes + softmax.bytes), rise })
    }
  }
  return found.sort((a, b) => a.rise - b.rise)
}

/** The first pair of each curve of the embedding. */
const varied = (/** @type {readonly Choice[]} */ pairs) => {
  const bits = (/** @type {Choice} */ { embedding }) => embedding.replace(/ratio=[\d.]+/, '')
  return pairs.filter((pair, i) => pairs.findIndex((other) => bits(other) === bits(pair)) === i)
}

/** What is tried together: the family whose pairs lie closest, where it matters, and how many ways to treat the embedding. */
const close = { family: 'GroupReduce, then fixedpoint', targets: [16, 26], count: 5 }

const isPair = (/** @type {{ embedding: string, softmax: string }} */ a) => (/** @type {typeof a} */ b) =>
  a.embedding === b.embedding && a.softmax === b.softmax

/**
 * Tries the closest pairs together, on another part of the validation text.
 * @param {ReturnType<typeof import('./lm.mjs').openModel>} source
 * @param {readonly Tried[]} tried
 * @param {Together[]} together
 * @param {() => void} keep
 * @param {TensorAdapter} tensor
 */
export async function tryTogether(source, tried, together, keep, tensor) {
  const { embedding, softmax } = source.model
  const whole = 4 * (embedding.rows * embedding.dim + softmax.rows * softmax.dim)
  /** @type {number | undefined} */
  let base
  for (const target of close.targets) {
    for (const pair of varied(shortlist(close.family, target, tried, whole)).slice(0, close.count)) {
      if (together.some(isPair(pair))) continue
      base ??= await lossOf(source.model, source.check, tensor)
      const { model } = await compressed(source, pair, tensor)
      const rise = (await lossOf(model, source.check, tensor)) - base
      together.push({ target, embedding: pair.embedding, softmax: pair.softmax, rise })
      keep()
      process.stderr.write(`together at ${target}: ${pair.embedding}, ${pair.softmax}: ${rise.toFixed(4)}\n`)
    }
  }
}

/**
 * What each family does with each table at each total ratio.
 * @param {readonly Tried[]} tried
 * @param {readonly Together[]} together
 * @param {number} whole bytes of both tables in float32
 * @returns {Choice[]}
 */
export function choices(tried, together, whole) {
  return Object.keys(families).flatMap((family) =>
    targets.flatMap((target) => {
      const pairs = shortlist(family, target, tried, whole)
      const riseOf = (/** @type {Choice} */ pair) => together.find(isPair(pair))?.rise ?? Number.POSITIVE_INFINITY
      const known = pairs.filter((pair) => Number.isFinite(riseOf(pair))).sort((a, b) => riseOf(a) - riseOf(b))
      const best = known[0] ?? pairs[0]
      return best ? [best] : []
    })
  )
}
