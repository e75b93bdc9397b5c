// Measures GroupReduce beside other ways to make tables smaller and writes docs/studies/groupreduce.md and its plots, after a build:
//
//   node tooling/studies/groupreduce.mjs           what is not yet in docs/studies/groupreduce.json, then the page
//   node tooling/studies/groupreduce.mjs --fresh   everything
//   node tooling/studies/groupreduce.mjs --page    the page alone
//   node tooling/studies/groupreduce.mjs --row "EMBEDDING PIPELINE" ["SOFTMAX PIPELINE"]   prints one row and writes nothing
//
// Needs the test data.
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { createTensor } from '@slimbed/core'
import { tryAll, tryTogether } from './groupreduce/choose.mjs'
import { openModel } from './groupreduce/lm.mjs'
import { writePage } from './groupreduce/page.mjs'
import { calibrated, measured, wantedRows, wholeOf } from './groupreduce/rows.mjs'
import { measureVectors } from './groupreduce/vectors.mjs'

/** @import { State } from './groupreduce/page.mjs' */
/** @import { TensorAdapter } from '@slimbed/core' */

const kept = new URL('../../docs/studies/groupreduce.json', import.meta.url)
const [, , mode, ...given] = process.argv

/** @param {TensorAdapter} tensor */
async function one(tensor) {
  const [embedding = '', softmax = embedding] = given
  const row = await measured(openModel(), { group: '', name: '', target: 0, embedding, softmax }, tensor)
  console.log(`${row.ratio.toFixed(2)} × smaller, ${row.bytes} bytes, test perplexity ${Math.exp(row.loss).toFixed(3)}`)
}

/**
 * @param {State} state
 * @param {TensorAdapter} tensor
 */
async function everything(state, tensor) {
  const keep = () => writeFileSync(kept, `${JSON.stringify(state, null, 1)}\n`)
  const source = openModel()
  await tryAll(source, state.tried, keep, tensor)
  await tryTogether(source, state.tried, state.together, keep, tensor)
  const wanted = wantedRows(state.tried, state.together, wholeOf(source))
  const same = (/** @type {{ group: string, name: string, target: number }} */ a) => (/** @type {typeof a} */ b) =>
    a.group === b.group && a.name === b.name && a.target === b.target
  for (const row of wanted) {
    if (state.rows.some(same(row))) continue
    state.rows.push(await measured(source, row, tensor))
    keep()
    process.stderr.write(`${row.group}, ${row.name}, ${row.target}: ${Math.exp(state.rows.at(-1)?.loss ?? 0)}\n`)
  }
  await measureVectors(state.vectors, keep, tensor)
  for (const [i, row] of state.rows.entries()) {
    const is = row.group === 'original' || (row.name === 'GroupReduce, then fixedpoint' && row.target >= 16)
    if (!is || row.calibrated) continue
    state.rows[i] = await calibrated(source, row, tensor)
    keep()
  }
}

/** @type {State} */
const state =
  existsSync(kept) && mode !== '--fresh'
    ? JSON.parse(readFileSync(kept, 'utf8'))
    : { tried: [], together: [], rows: [], vectors: [] }
const tensor = await createTensor()
if (mode === '--row') await one(tensor)
else if (mode !== '--page') await everything(state, tensor)
await tensor.close()
if (mode !== '--row') console.log(await writePage(state))
