// Measures every family of codes on every test table and writes docs/studies/codes.md: node tooling/studies/code-families.mjs [table …], after a
// build. What it has measured it keeps in docs/studies/codes.json and codes-peers.json, and measures only what is not there (--page:
// nothing, the page alone; --for=60: as many figures as take a minute, and the page when none is left). --faiss=PYTHON measures faiss instead, with a Python
// that has it and NumPy. Needs the test data.
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

/** @import { Measured } from './codes/state.mjs'
import { Row } from './codes/measure.mjs' */

const folder = new URL('../../docs/studies/', import.meta.url)
const flags = process.argv.slice(2).filter((word) => word.startsWith('--'))
const asked = process.argv.slice(2).filter((word) => !word.startsWith('--'))
const limit = Number(flags.find((flag) => flag.startsWith('--for='))?.slice('--for='.length) ?? Infinity)
const python = flags.find((flag) => flag.startsWith('--faiss='))?.slice('--faiss='.length)
const { state: tables, keep } = stateAt(new URL('codes.json', folder), /** @type {Measured[]} */ ([]))
const peers = stateAt(new URL('codes-peers.json', folder), /** @type {Record<string, Row[]>} */ ({}))

/** Bits a value at which parts of `trellis` are left out in turn. */
const bits = 2

/**
 * What is not there yet of a table, as it is measured.
 * @param {typeof present[number]} table
 */
async function* missing(table) {
  const matrix = await matrixOfTable(table)
  const { rows, dim } = matrix
  let state = tables.find(({ name }) => name === table.name)
  const measures = async (/** @type {Row[]} */ list, /** @type {string} */ spec, /** @type {string} */ family) => {
    if (list.some(({ pipeline }) => pipeline === spec)) return []
    const same = state?.measured.find(({ pipeline }) => pipeline === spec)
    const row = same ? { ...same, family } : await measured(matrix, spec, family, tensor)
    list.push(row)
    keep()
    return [{ ...row, rows, dim }]
  }
  if (python) {
    const known = peers.state[table.name] ?? []
    peers.state[table.name] = known
    for await (const row of peersOf(matrix, python, [...known])) {
      known.push(row)
      peers.keep()
      yield { ...row, rows, dim }
    }
    return
  }
  if (!state) {
    state = { name: table.name, title: table.title, rows, dim, measured: [], without: [] }
    tables.push(state)
  }
  for (const { name, pipelines } of families) {
    for (const spec of pipelines(dim)) yield* await measures(state.measured, spec, name)
  }
  for (const [what, options] of without) yield* await measures(state.without, `trellis(bits=${bits}${options})`, what)
}

/** Measures what is not there, as long as may be; whether nothing is left. */
async function measure() {
  for (const table of present) {
    if (asked.length > 0 && !asked.includes(table.name)) continue
    for await (const { pipeline, bytes, error, rows, dim } of missing(table)) {
      const rate = ((8 * bytes) / rows / dim).toFixed(3)
      process.stderr.write(`${table.name}: ${pipeline}: ${rate} bits, ${error.toFixed(5)}\n`)
      if (performance.now() > 1000 * limit) return false
    }
  }
  return true
}

const tensor = await createTensor()
const done = flags.includes('--page') || (await measure())
await tensor.close()
if (!done) process.exit()

const all = tables.map((table) => ({ ...table, peers: peers.state[table.name] ?? [] }))
for (const table of all) writeFileSync(new URL(`codes-${table.name}.svg`, folder), await svgOf(frontPlot(table)))
const text = readFileSync(new URL('codes/text.md', import.meta.url), 'utf8')
const page = Object.entries(partsOfPage(all)).reduce(
  (whole, [name, part]) => whole.replace(`{{${name}}}`, () => part),
  text
)
writeFileSync(new URL('codes.md', folder), page)
console.log(fileURLToPath(new URL('codes.md', folder)))
