// Measures what entropy-coded tables cost a language model and writes docs/studies/codes-lm.md, after a build:
//
//   node tooling/studies/codes-lm.mjs           what is not yet in docs/studies/codes-lm.json, then the page
//   node tooling/studies/codes-lm.mjs --fresh   everything
//   node tooling/studies/codes-lm.mjs --page    the page alone
//   node tooling/studies/codes-lm.mjs --row "EMBEDDING PIPELINE" "SOFTMAX PIPELINE"   prints one row and writes nothing
//
// A pipeline that ends in "calibrated" counts errors as the validation text tells. Needs the test data.
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { createTensor } from '@slimbed/core'
import { choices, sizes, wayAt, ways } from './codes-lm/choose.mjs'
import { asItIs, openStudy } from './codes-lm/model.mjs'
import { writePage } from './codes-lm/page.mjs'

/** @import { Way } from './codes-lm/model.mjs' */
/** @import { State } from './codes-lm/page.mjs' */

const kept = new URL('../../docs/studies/codes-lm.json', import.meta.url)
const [, , mode, ...given] = process.argv

/** @returns {Way} */
const wayOf = (/** @type {string} */ text) => ({
  pipeline: text.replace(/\s*calibrated$/, ''),
  calibrated: /\s*calibrated$/.test(text)
})

/** The ways of each table that are tried at all sizes; the others are tried at one. */
const everywhere = {
  embedding: /** @type {const} */ (['weights, metric', 'weights alone']),
  softmax: /** @type {const} */ (['weights, metric'])
}
const one = { embedding: 120_000, softmax: 260_000 }

const isEverywhere = (/** @type {string} */ name, /** @type {'embedding' | 'softmax'} */ table) =>
  everywhere[table].some((known) => known === name)

const same = (/** @type {object} */ a, /** @type {object} */ b) => JSON.stringify(a) === JSON.stringify(b)

/** What `groupreduce` before the codes costs at 26 and 40 times smaller. */
const reduced = [
  [26, 'groupreduce(ratio=2) | trellis(ratio=18)', 'groupreduce(ratio=1.25) | trellis(ratio=16)'],
  [40, 'groupreduce(ratio=2) | trellis(ratio=28)', 'groupreduce(ratio=1.25) | trellis(ratio=25)']
]

/**
 * @param {State} state
 * @param {() => void} keep
 * @param {Awaited<ReturnType<typeof openStudy>>} study
 */
async function everything(state, keep, { measured, whole }) {
  const original = { embedding: asItIs, softmax: asItIs }
  state.original ??= {
    choosing: (await measured(original, 'choosing')).loss,
    test: (await measured(original, 'test')).loss
  }
  const base = state.original.choosing
  /** @param {(name: string, table: 'embedding' | 'softmax') => boolean} which */
  async function tryAll(which) {
    for (const table of /** @type {const} */ (['softmax', 'embedding'])) {
      for (const [name, own] of Object.entries(ways).filter(([name]) => which(name, table))) {
        for (const size of isEverywhere(name, table) ? sizes[table] : [one[table]]) {
          const way = wayAt(own, size)
          if (state.tried.some((other) => other.table === table && same(other.way, way))) continue
          const { bytes, loss } = await measured({ ...original, [table]: way }, 'choosing')
          state.tried.push({ table, way, bytes: bytes[table], rise: loss - base })
          keep()
          process.stderr.write(`${table}, ${name}, ${bytes[table]} bytes: ${(loss - base).toFixed(5)}\n`)
        }
      }
    }
  }

  /** @param {readonly { family: string, target: number, embedding: Way, softmax: Way }[]} wanted */
  async function measureAll(wanted) {
    for (const { family, target, embedding, softmax } of wanted) {
      if (state.rows.some((row) => same(row.embedding, embedding) && same(row.softmax, softmax))) continue
      const { bytes, loss } = await measured({ embedding, softmax }, 'test')
      state.rows = state.rows.filter((row) => row.family !== family || row.target !== target)
      state.rows.push({ family, target, embedding, softmax, bytes, loss })
      keep()
      process.stderr.write(`${family} at ${target}: test ${Math.exp(loss).toFixed(3)}\n`)
    }
  }

  await tryAll(isEverywhere)
  await measureAll(choices(state.tried, whole).map((choice) => ({ family: 'trellis', ...choice })))
  await tryAll((name, table) => !isEverywhere(name, table))
  await measureAll(
    reduced.map(([target, embedding, softmax]) => ({
      family: 'groupreduce, then trellis',
      target: Number(target),
      embedding: { pipeline: String(embedding), calibrated: true },
      softmax: { pipeline: String(softmax), calibrated: true }
    }))
  )
}

/** @type {State} */
const state = existsSync(kept) && mode !== '--fresh' ? JSON.parse(readFileSync(kept, 'utf8')) : { tried: [], rows: [] }
if (mode !== '--page') {
  const tensor = await createTensor()
  const study = await openStudy(tensor)
  if (mode === '--row') {
    const [embedding = '', softmax = ''] = given
    const { bytes, loss } = await study.measured({ embedding: wayOf(embedding), softmax: wayOf(softmax) }, 'test')
    const both = bytes.embedding + bytes.softmax
    console.log(
      `${(study.whole / both).toFixed(2)} × smaller, ${both} bytes, test perplexity ${Math.exp(loss).toFixed(3)}`
    )
  } else {
    await everything(state, () => writeFileSync(kept, `${JSON.stringify(state, null, 1)}\n`), study)
  }
  await tensor.close()
}
if (mode !== '--row') console.log(writePage(state))
