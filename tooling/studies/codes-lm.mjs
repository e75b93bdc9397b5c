// Measures what entropy-coded tables cost a language model and writes docs/studies/codes-lm.md, after a build:
//
//   node tooling/studies/codes-lm.mjs           what is not yet in docs/studies/codes-lm.json, then the page
//   node tooling/studies/codes-lm.mjs --fresh   everything
//   node tooling/studies/codes-lm.mjs --alone   each table alone with options changed, then the page
//   node tooling/studies/codes-lm.mjs --reduced groupreduce before the codes, then the page
//   node tooling/studies/codes-lm.mjs --page    the page alone
//
// Needs the test data. It can be stopped at any time and goes on where it was. With --one besides, it stops after each figure, and writes the page
// when there is none left.
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { createTensor } from '@slimbed/core'
import { measureAlone } from './codes-lm/alone.mjs'
import { openStudy } from './codes-lm/model.mjs'
import { writePage } from './codes-lm/page.mjs'
import { chooseReduced, reducedFor } from './codes-lm/reduced.mjs'
import { bestShare, chosenAt, shares, split, targets } from './codes-lm/splits.mjs'

/** @import { State, Wanted } from './codes-lm/splits.mjs' */

const kept = new URL('../../docs/studies/codes-lm.json', import.meta.url)
const one = process.argv.includes('--one')
const [mode] = process.argv.slice(2).filter((word) => word !== '--one')

/**
 * @param {State} state
 * @param {() => void} keep
 * @param {Awaited<ReturnType<typeof openStudy>>} study
 */
async function everything(state, keep, study) {
  const { model, compressed, loss } = study
  /** @type {Map<string, ReturnType<typeof compressed>>} */
  const made = new Map()
  /** @param {Wanted} wanted */
  async function measure({ name, target, pipelines }, /** @type {'validation' | 'test'} */ text) {
    const key = JSON.stringify(pipelines)
    const known = state.rows.find((row) => JSON.stringify(row.pipelines) === key)
    if (known?.[text] !== undefined) return
    const result = made.get(key) ?? compressed(pipelines)
    made.set(key, result)
    const { model, bytes } = await result
    const row = known ?? { name, target, pipelines, bytes }
    row[text] = await loss(model, text)
    if (!known) state.rows.push(row)
    keep()
    const { embedding, softmax } = bytes
    console.error(`${name}, ${embedding} + ${softmax} bytes, ${text}: ${Math.exp(row[text]).toFixed(3)}`)
  }

  /** @param {'validation' | 'test' | 'beginning'} text */
  async function original(text) {
    if (state.original[text] !== undefined) return
    state.original[text] = await loss(model, text)
    keep()
  }
  await original('test')
  if (mode === '--reduced') {
    await original('beginning')
    state.reduced ??= []
    await chooseReduced(state, state.reduced, keep, study)
    for (const target of targets) {
      if (state.rows.some((row) => row.name === 'groupreduce' && row.target === target && row.test !== undefined))
        continue
      await measure(await reducedFor(state, state.reduced, target, study), 'test')
    }
    return
  }
  for (const target of targets) await measure(split(target, bestShare(state)), 'test')
  await original('validation')
  for (const share of shares) await measure(split(chosenAt, share), 'validation')
  for (const target of targets) await measure(split(target, bestShare(state)), 'test')
}

/** @type {State} */
const state =
  existsSync(kept) && mode !== '--fresh' ? JSON.parse(readFileSync(kept, 'utf8')) : { original: {}, rows: [] }
if (mode !== '--page') {
  const tensor = await createTensor()
  const keep = () => {
    writeFileSync(kept, `${JSON.stringify(state, null, 1)}\n`)
    if (one) process.exit()
  }
  const study = await openStudy(tensor)
  if (mode === '--alone') {
    if (state.original.validation === undefined) {
      state.original.validation = await study.loss(study.model, 'validation')
      keep()
    }
    state.alone ??= []
    await measureAlone(state.alone, keep, study)
  } else await everything(state, keep, study)
  await tensor.close()
}
console.log(writePage(state))
