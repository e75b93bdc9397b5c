// Compares the pipelines that `plan` finds with a grid of pipelines of one and two stages, at five sizes of every test table, and writes
// docs/choosing.md: node tooling/studies/plan.mjs [table …] [times smaller], after a build. What it has measured it keeps in docs/studies/plan.json, and
// measures only what is not there (--page: nothing, the page alone; --plans: no grid; --grids: no plans; --no-page: no page; --for=20: for so many seconds of
// the processor, then status 3, to be called again). Needs the test data.
import { writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { compress, createTensor } from '@slimbed/core'
import { installedCompressors, pipelineOf } from '@slimbed/io/plugins'
import { plan } from '@slimbed/plan'
import { stateAt } from './codes/state.mjs'
import { matrixOfTable, present, tables } from './codes/tables.mjs'
import { gridFor } from './plan/grid.mjs'
import { pageOf } from './plan/page.mjs'

/** @import { Cell, Run } from './plan/page.mjs' */

const folder = new URL('../../docs/studies/', import.meta.url)
const places = { here: import.meta.url, program: import.meta.url }
const flags = process.argv.slice(2).filter((word) => word.startsWith('--'))
const words = process.argv.slice(2).filter((word) => !word.startsWith('--'))
const asked = words.filter((word) => !Number.isFinite(Number(word)))
/** The one size that is measured, unless all are. */
const only = words.map(Number).find(Number.isFinite)
const { state: cells, keep } = stateAt(new URL('plan.json', folder), /** @type {Cell[]} */ ([]))

/** Seconds of the processor after which nothing more is begun, and the status that says so. */
const [most, again] = [Number(flags.find((flag) => flag.startsWith('--for='))?.slice(6) ?? Infinity), 3]

/** How many times smaller than float32 the whole file is. */
const ratios = [4, 8, 16, 26, 40]

const seconds = () => process.cpuUsage().user / 1e6

/** Bytes of a file that is not kept. */
function counting() {
  let end = 0
  const sink = {
    async write(/** @type {Uint8Array} */ bytes, /** @type {number} */ at) {
      end = Math.max(end, at + bytes.length)
    }
  }
  return { sink, bytes: () => end }
}

/** What a pipeline comes to, or nothing where the matrix does not allow it.
 * @param {import('@slimbed/core').Matrix} matrix @param {string} spec @param {import('@slimbed/core').TensorAdapter} tensor
 * @returns {Promise<Run | undefined>}
 */
async function run(matrix, spec, tensor) {
  const start = seconds()
  const { sink, bytes } = counting()
  try {
    const { compressor } = await pipelineOf(spec, [], places)
    const { measured } = await compress(matrix, compressor, { tensor, sink })
    return { pipeline: spec, bytes: bytes(), error: measured.relativeError ** 2, seconds: seconds() - start }
  } catch {
    return undefined
  }
}

/** How far below the size a tuned file may be, as a share, and how often it is run. */
const [short, mostRuns] = [0.002, 4]

/** What more bits a value divide the squared error by, at most: 4 at the limit, and some more where codes are far from it. */
const mostPerBit = 8

/** The best that an entry of the grid comes to within a size; 0 bytes where nothing fits, or its first stage alone loses more than another pipeline does.
 * @param {import('./plan/grid.mjs').Entry} entry @param {Cell} cell @param {import('@slimbed/core').Matrix} matrix @param {number} bits
 * @param {Map<string, number>} alone what first stages lose
 * @returns {Promise<Run>}
 */
async function best({ at, tuned, first }, { target, taken, grid }, matrix, bits, alone) {
  const none = { pipeline: at(bits), bytes: 0, error: 1, seconds: 0 }
  const least = Math.min(taken?.error ?? 1, ...grid.filter(({ bytes }) => bytes > 0).map(({ error }) => error))
  if (first !== undefined) {
    const lost = alone.get(first) ?? (await run(matrix, first, tensor))?.error ?? 1
    alone.set(first, lost)
    if (lost > least) return { ...none, error: lost }
  }
  /** @type {Run | undefined} */
  let found
  let rate = bits
  for (let i = 0; i < (tuned ? mostRuns : 1); i++) {
    const made = await run(matrix, at(rate), tensor)
    if (!made) break
    if (made.bytes <= target && (!found || made.error < found.error)) found = made
    if (found && found.bytes >= (1 - short) * target) break
    // What is left of the size cannot make it the best.
    const left = (8 * (target - made.bytes)) / (matrix.rows * matrix.dim)
    if (found && made.error > least * mostPerBit ** Math.max(0, left)) break
    rate += (8 * ((1 - short / 3) * target - made.bytes)) / (matrix.rows * matrix.dim)
  }
  return found
    ? { ...found, pipeline: none.pipeline, ...(found.pipeline !== none.pipeline && { tuned: found.pipeline }) }
    : none
}

const tensor = await createTensor()
const { compressors } = await installedCompressors([], places)
for (const table of flags.includes('--page') ? [] : present) {
  if (asked.length > 0 && !asked.includes(table.name)) continue
  const matrix = await matrixOfTable(table)
  const { rows, dim } = matrix
  /** @type {Map<string, number>} */
  const alone = new Map()
  for (const ratio of ratios.filter((one) => only === undefined || one === only)) {
    let cell = cells.find((one) => one.table === table.name && one.ratio === ratio)
    if (!cell) {
      const { name, title } = table
      const target = Math.floor((4 * rows * dim) / ratio)
      cell = { table: name, title, rows, dim, ratio, target, grid: [] }
      cells.push(cell)
    }
    if (!cell.taken && !flags.includes('--grids')) {
      const start = seconds()
      const { chosen, considered } = await plan(matrix, compressors, { ratio, tensor })
      cell.spent = seconds() - start
      cell.tried = considered.length
      const once = await run(matrix, chosen.spec, tensor)
      const { file, loss } = chosen
      cell.taken = { pipeline: chosen.spec, bytes: file.length, error: loss, seconds: once?.seconds ?? 0 }
      keep()
      const below = 100 * (1 - file.length / cell.target)
      process.stderr.write(
        `${table.name} ${ratio} ×: ${chosen.spec}, ${below.toFixed(2)} % below, ${(cell.spent / cell.taken.seconds).toFixed(1)} runs\n`
      )
    }
    if (flags.includes('--plans')) continue
    const done = new Set(cell.grid.map(({ pipeline }) => pipeline))
    // The header takes some bytes.
    const bits = (8 * (cell.target - 3000)) / rows / dim
    for (const entry of gridFor(matrix, bits)) {
      if (done.has(entry.at(bits))) continue
      if (seconds() > most) process.exit(again)
      cell.grid.push(await best(entry, cell, matrix, bits, alone))
      keep()
    }
    cell.whole = true
    keep()
    const [first] = cell.grid.filter(({ bytes }) => bytes > 0).sort((a, b) => a.error - b.error)
    if (first && cell.taken)
      process.stderr.write(
        `${table.name} ${ratio} ×: best of ${cell.grid.length} is ${first.tuned ?? first.pipeline}: ${(cell.taken.error / first.error).toFixed(4)}\n`
      )
  }
}
await tensor.close()
if (!flags.includes('--no-page')) {
  writeFileSync(new URL('../choosing.md', folder), pageOf(cells, tables))
  console.log(fileURLToPath(new URL('../choosing.md', folder)))
}
