// Measures what docs/studies/retraining.md says, and writes its tables: node tooling/studies/retraining.mjs, after a build.
// Runs are kept in docs/studies/retraining.json, and those that are there are not made again. --render makes none, --only=26x those of one
// size, --steps=20 makes runs of so many steps and keeps nothing, to try it.
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { createTensor } from '@slimbed/core'
import { openPtb } from './retraining/data.mjs'
import { runsOf } from './retraining/experiments.mjs'
import { measureRun, sizeNamed } from './retraining/measure.mjs'
import { renderPage } from './retraining/page.mjs'

const place = new URL('../../docs/studies/retraining.json', import.meta.url)
const results = existsSync(place) ? JSON.parse(readFileSync(place, 'utf8')) : []
const keyOf = ({ size, run, seed }) => [size, run, seed].join(', ')
const flag = (name) => process.argv.find((argument) => argument.startsWith(`--${name}=`))?.slice(name.length + 3)

async function measureAll() {
  const [only, steps] = [flag('only'), flag('steps')]
  const done = new Set(steps === undefined ? results.map(keyOf) : [])
  const data = openPtb()
  const tensor = await createTensor()
  let size
  for (const run of runsOf(steps === undefined ? undefined : Number(steps))) {
    if (done.has(keyOf(run)) || (only !== undefined && only !== run.size)) continue
    if (size?.name !== run.size) size = await sizeNamed(run.size, data, tensor)
    const result = await measureRun(run, size, data, tensor, (text) => console.error(`${keyOf(run)}: ${text}`))
    console.log(JSON.stringify(result))
    if (steps !== undefined) continue
    results.push(result)
    writeFileSync(place, `[\n${results.map((each) => JSON.stringify(each)).join(',\n')}\n]\n`)
  }
  await tensor.close()
}

if (!process.argv.includes('--render')) await measureAll()
if (flag('steps') === undefined) renderPage(results)
