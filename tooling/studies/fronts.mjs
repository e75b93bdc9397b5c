// Measures every family of codes on every test table and writes docs/studies/codes.md: node tooling/studies/codes.mjs [table …], after a
// build. What it has measured it keeps in docs/studies/codes.json, and measures again only what is not there (--fresh: everything; --page:
// nothing, the page alone; --peers: faiss alone). --python=COMMAND has faiss and NumPy; without them what was kept of faiss stays. Needs the test data.
import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { createTensor } from '@slimbed/core'
import { families, without } from './codes/families.mjs'
import { measured } from './codes/measure.mjs'
import { partsOfPage } from './codes/page.mjs'
import { peersOf } from './codes/peers.mjs'
import { frontPlot } from './codes/plots.mjs'
import { stateAt } from './codes/state.mjs'
import { matrixOfTable, present } from './codes/tables.mjs'
import { svgOf } from './plot.mjs'

const folder = new URL('../../docs/studies/', import.meta.url)
const flags = process.argv.slice(2).filter((word) => word.startsWith('--'))
const asked = process.argv.slice(2).filter((word) => !word.startsWith('--'))
const python = flags.find((flag) => flag.startsWith('--python='))?.slice('--python='.length)
const { tables, keep } = stateAt(new URL('codes.json', folder), flags.includes('--fresh'))

/** Pipelines whose ingredients are left out in turn, at this many bits a value. */
const bits = 2

const tensor = await createTensor()
for (const table of flags.includes('--page') ? [] : present) {
  if (asked.length > 0 && !asked.includes(table.name)) continue
  const matrix = await matrixOfTable(table)
  const { rows, dim } = matrix
  let state = tables.find(({ name }) => name === table.name)
  if (!state) {
    state = { name: table.name, title: table.title, rows, dim, measured: [], peers: [], without: [] }
    tables.push(state)
  }
  const once = async (
    /** @type {typeof state.measured} */ list,
    /** @type {string} */ spec,
    /** @type {string} */ family
  ) => {
    if (list.some(({ pipeline }) => pipeline === spec)) return
    const row = await measured(matrix, spec, family, tensor)
    list.push(row)
    keep()
    process.stderr.write(
      `${table.name}: ${spec}: ${((8 * row.bytes) / rows / dim).toFixed(3)} bits, ${row.error.toFixed(5)}\n`
    )
  }
  if (!flags.includes('--peers')) {
    for (const { name, pipelines } of families)
      for (const spec of pipelines(dim)) await once(state.measured, spec, name)
    for (const [what, options] of without) await once(state.without, `trellis(bits=${bits}${options})`, what)
  }
  if (python) {
    for await (const row of peersOf(matrix, python, [...state.peers])) {
      state.peers.push(row)
      keep()
      process.stderr.write(`${table.name}: ${row.pipeline}: ${row.error.toFixed(5)}\n`)
    }
  }
}
await tensor.close()

for (const table of tables) writeFileSync(new URL(`codes-${table.name}.svg`, folder), await svgOf(frontPlot(table)))
const text = readFileSync(new URL('codes/text.md', import.meta.url), 'utf8')
const page = Object.entries(partsOfPage(tables)).reduce(
  (all, [name, part]) => all.replace(`{{${name}}}`, () => part),
  text
)
writeFileSync(new URL('codes.md', folder), page)
console.log(fileURLToPath(new URL('codes.md', folder)))
