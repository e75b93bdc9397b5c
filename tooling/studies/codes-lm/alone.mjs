import { tables } from '../groupreduce/lm.mjs'

/** @import { openStudy } from './model.mjs' */

/**
 * A table compressed alone with one option changed, its bytes, and the loss in nats a token of the validation text.
 * @typedef {{ table: 'embedding' | 'softmax', what: string, bytes: number, loss: number }} Alone
 */

/** Bytes of each table alone. */
const sizes = { embedding: 228_000, softmax: 388_000 }

/** What the metric is of the covariance or the information: its power. */
const powers = { embedding: 1 / 2, softmax: 3 / 4 }

/**
 * What is changed: the option `weights`, and the power of the covariance or the information by which errors count.
 * @type {readonly [string, string, number | undefined][]}
 */
const changes = [
  ['as in this study', 'sqrt', undefined],
  ['rows count alike', 'none', undefined],
  ['rows count by their frequency', 'frequency', undefined],
  ['columns count alike: not calibrated', 'sqrt', 0],
  ['columns count by the power 1/2', 'sqrt', 1 / 2],
  ['columns count by the power 3/4', 'sqrt', 3 / 4],
  ['columns count by the power 1', 'sqrt', 1]
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
    for (const [what, weights, power = powers[name]] of changes) {
      if (what !== changes[0]?.[0] && weights === 'sqrt' && power === powers[name]) continue
      if (known.some((row) => row.table === name && row.what === what)) continue
      const pipeline = `trellis(maxBytes=${sizes[name]}, weights=${weights}, clusters=0, states=16)`
      const { table, bytes } = await compressedTable(name, pipeline, power / powers[name])
      await add({ table: name, what, bytes, loss: await loss({ ...model, [name]: table }, 'validation') })
    }
  }
}
