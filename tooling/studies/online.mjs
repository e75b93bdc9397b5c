// Measures what docs/studies/online.md says, and writes its tables and plots: node tooling/studies/online.mjs, after a build.
// Runs are kept in docs/studies/online.json, and those that are there are not made again; --render makes none.
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { createTensor } from '@slimbed/core'
import { openNumberbatch, present, rawTexts, taskOf } from './online/data.mjs'
import { experiments } from './online/experiments.mjs'
import { runSeed } from './online/measure.mjs'
import { renderPage } from './online/page.mjs'

const place = new URL('../../docs/studies/online.json', import.meta.url)
const results = existsSync(place) ? JSON.parse(readFileSync(place, 'utf8')) : []
const keyOf = ({ task, model, seed, run }) => [task, model, seed, run].join('|')

async function measureAll() {
  if (!present) throw new Error('the texts and vectors are not there: see SLIMBED_DATA in CONTRIBUTING.md')
  const keys = new Set(results.map(keyOf))
  const tensor = await createTensor({ backend: 'wasm', threads: 1 })
  const vectors = await openNumberbatch()
  const makeTask = async (name, seed) => ({ task: await taskOf(name, seed, vectors), texts: rawTexts(name, seed) })
  const keep = (result) => {
    results.push(result)
    writeFileSync(place, `[\n${results.map((each) => JSON.stringify(each)).join(',\n')}\n]\n`)
    const { testAccuracy } = result.phases.at(-1)
    console.log(keyOf(result), (100 * testAccuracy).toFixed(2), `${result.seconds.toFixed(1)} s`)
  }
  const only = process.argv.find((argument) => argument.startsWith('--only='))?.slice('--only='.length)
  for (const experiment of experiments) {
    if (only !== undefined && only !== `${experiment.task}/${experiment.model}`) continue
    for (let seed = 0; seed < experiment.seeds; seed++) {
      await runSeed(experiment, seed, makeTask, tensor, (run) => keys.has(keyOf(run)), keep)
    }
  }
  await vectors.close()
  await tensor.close()
}

if (!process.argv.includes('--render')) await measureAll()
await renderPage(results)
