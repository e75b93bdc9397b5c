import { tables } from '../groupreduce/lm.mjs'

/** @import { openStudy } from './model.mjs' */

/**
 * A table compressed alone with one option changed, its bytes, and the loss in nats of a few tokens.
 * @typedef {{ table: 'embedding' | 'softmax', what: string, bytes: number, loss: number }} Alone
 */

/** Bytes of each table alone. */
const sizes = { embedding: 228_000, softmax: 388_000 }

/**
 * What is changed: the option `weights`, and whether errors count by the metric.
 * @type {readonly [string, string, boolean][]}
 */
const changes = [
  ['as in this study', 'sqrt', true],
  ['rows count alike', 'none', true],
  ['rows count by their frequency', 'frequency', true],
  ['columns count alike: not calibrated', 'sqrt', false]
]

/**
 * Measures what is not yet in `known`, with 16 states, which take less time.
 * @param {Alone[]} known
 * @param {() => void} keep
 * @param {Awaited<ReturnType<typeof openStudy>>} study
 */
export async function measureAlone(known, keep, { model, compressedTable, loss }) {
  const add = async (/** @type {Alone} */ row) => {
    known.push(row)
    keep()
    console.error(`${row.table} alone, ${row.what}: ${row.bytes} bytes, ${Math.exp(row.loss).toFixed(3)}`)
  }
  for (const name of tables) {
    for (const [what, weights, calibrated] of changes) {
      if (known.some((row) => row.table === name && row.what === what)) continue
      const pipeline = `trellis(maxBytes=${sizes[name]}, weights=${weights}, clusters=0, states=16)`
      const { table, bytes } = await compressedTable(name, pipeline, calibrated)
      await add({ table: name, what, bytes, loss: await loss({ ...model, [name]: table }, 'few') })
    }
  }
}
