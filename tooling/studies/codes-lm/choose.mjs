/** @import { Way } from './model.mjs' */

/**
 * One table compressed and the other as it is: its bytes, and by how much the loss rises on the validation text, in nats a token.
 * @typedef {{ table: 'embedding' | 'softmax', way: Way, bytes: number, rise: number }} Tried
 * @typedef {{ target: number, embedding: Way, softmax: Way }} Choice
 */

/** Bytes at which each table is tried. */
export const sizes = {
  embedding: [120_000, 200_000, 340_000],
  softmax: [260_000, 400_000, 670_000]
}

/** What is switched, and the ways that are compared at all sizes. */
export const ways = /** @type {const} */ ({
  'weights, metric': { weights: 'sqrt', calibrated: true },
  'weights alone': { weights: 'sqrt', calibrated: false },
  'metric alone': { weights: 'none', calibrated: true },
  neither: { weights: 'none', calibrated: false },
  'weights by frequency, metric': { weights: 'frequency', calibrated: true }
})

/** How much smaller both tables together become. */
export const targets = [16, 26, 32, 40]

/**
 * A pipeline at a number of bytes.
 * @param {{ weights: string, calibrated: boolean }} way
 * @param {number} bytes
 * @returns {Way}
 */
export const wayAt = ({ weights, calibrated }, bytes) => ({
  pipeline: `trellis(maxBytes=${bytes}, weights=${weights}, clusters=0)`,
  calibrated
})

const isWay =
  (/** @type {Way} */ a) =>
  (/** @type {Tried} */ { way }) =>
    way.pipeline === a.pipeline && way.calibrated === a.calibrated

/**
 * The rise of a table at any number of bytes between the sizes that were tried: straight lines over the logarithm of the bytes.
 * @param {'embedding' | 'softmax'} table
 * @param {{ weights: string, calibrated: boolean }} way
 * @param {readonly Tried[]} tried
 * @returns {((bytes: number) => number | undefined) | undefined}
 */
function riseOf(table, way, tried) {
  const points = sizes[table].map((bytes) => {
    const found = tried.find((one) => one.table === table && isWay(wayAt(way, bytes))(one))
    return found && { at: Math.log(bytes), rise: found.rise }
  })
  if (!points.every((point) => point !== undefined)) return undefined
  return (bytes) => {
    const at = Math.log(bytes)
    const i = points.findIndex((point, k) => k > 0 && point.at >= at - 1e-9)
    const [from, to] = [points[i - 1], points[i]]
    if (!from || !to || at < from.at - 1e-9) return undefined
    return from.rise + ((to.rise - from.rise) * (at - from.at)) / (to.at - from.at)
  }
}

/**
 * The pair of ways and sizes with the least rise that is expected of both tables together, for each target.
 * @param {readonly Tried[]} tried
 * @param {number} whole bytes of both tables in float32
 * @returns {Choice[]}
 */
export function choices(tried, whole) {
  return targets.map((target) => {
    // A hair less, so that no file is larger.
    const budget = Math.floor((0.999 * whole) / target)
    let best = { rise: Number.POSITIVE_INFINITY, embedding: wayAt(ways.neither, 0), softmax: wayAt(ways.neither, 0) }
    for (const first of Object.values(ways)) {
      for (const second of Object.values(ways)) {
        const [one, other] = [riseOf('embedding', first, tried), riseOf('softmax', second, tried)]
        if (!one || !other) continue
        for (let bytes = sizes.embedding[0] ?? 0; bytes < budget; bytes += 1000) {
          const rise = (one(bytes) ?? Number.POSITIVE_INFINITY) + (other(budget - bytes) ?? Number.POSITIVE_INFINITY)
          if (rise < best.rise) {
            best = { rise, embedding: wayAt(first, bytes), softmax: wayAt(second, budget - bytes) }
          }
        }
      }
    }
    return { target, embedding: best.embedding, softmax: best.softmax }
  })
}
