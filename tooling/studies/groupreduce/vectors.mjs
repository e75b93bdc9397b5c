import { compress } from '@slimbed/core'
import { measure, neighbourOverlap } from '@slimbed/core/measure'
import { names, tableNamed } from '../tables.mjs'
import { codes, published, reduced, svd } from './families.mjs'
import { parsed } from './lm.mjs'

/** @import { TensorAdapter } from '@slimbed/core' */

/**
 * A pipeline on a table: squared errors relative to the table's squared norm, rows counted by their counts, by the square roots of
 * these, and alike; and of the 10 nearest rows by cosine the share that stays, on Numberbatch.
 * @typedef {{ table: string, pipeline: string, bytes: number, ratio: number, count: number, root: number, alike: number,
 *   overlap?: number }} VectorRow
 */

/** The ratio at which factors are compared. */
export const ratio = 6.6

/** GroupReduce, each ingredient switched in turn, as published, and low rank for all rows. */
export const factored = [
  svd(ratio),
  svd(ratio).replace(')', ', weighted=true)'),
  reduced()(ratio),
  ...['groups=5', 'groups=20', 'groups=1', 'grouping=equal', 'ranks=frequency', 'refine=none', 'refine=paper'].map(
    (options) => reduced(options)(ratio)
  ),
  ...['weights=frequency', 'weights=log', 'weights=none'].map((options) => reduced(options)(ratio)),
  reduced(published)(ratio),
  reduced(published.replace('refine=paper', 'refine=none'))(ratio)
]

/** What the issue of five groups is about: the refinements beside each other. */
export const fiveGroups = ['rate-distortion', 'paper', 'none'].map((refine) =>
  reduced(`groups=5, refine=${refine}`)(ratio)
)

/** Codes, alone and after factors. */
export const quantized = [
  ...[8, 5, 4, 3, 2].map((bits) => `fixedpoint(bits=${bits}, clip=mse)`),
  ...[svd(2), reduced()(2), svd(4), reduced()(4)].flatMap((factors) => [
    `${factors} | ${codes(8)}`,
    `${factors} | ${codes(5)}`
  ]),
  `${reduced()(ratio)} | ${codes(8)}`
]

/**
 * Measures what is not there yet.
 * @param {VectorRow[]} known
 * @param {() => void} keep
 * @param {TensorAdapter} tensor
 */
export async function measureVectors(known, keep, tensor) {
  for (const name of names) {
    const isMain = name === 'numberbatch'
    const pipelines = isMain ? [...factored, ...fiveGroups, ...quantized] : factored
    const left = pipelines.filter((pipeline) => !known.some((row) => row.table === name && row.pipeline === pipeline))
    if (left.length === 0) continue
    const { matrix, weights } = await tableNamed(name)
    for (const pipeline of left) {
      const { table, measured } = await compress(matrix, parsed(pipeline), { tensor, weights, seed: 0 })
      const roots = await measure(matrix, table, { tensor, weights: weights.map(Math.sqrt) })
      const squared = (/** @type {number | undefined} */ error) => (error ?? Number.NaN) ** 2
      known.push({
        ...{ table: name, pipeline, bytes: measured.bytes, ratio: measured.ratio },
        ...{
          count: squared(measured.weightedError),
          root: squared(roots.weightedError),
          alike: squared(measured.relativeError)
        },
        ...(isMain && { overlap: await neighbourOverlap(matrix, table, { tensor }) })
      })
      keep()
      process.stderr.write(`${name}: ${pipeline}\n`)
    }
  }
}
