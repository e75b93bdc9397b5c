// What huge tables would take, on 1, 10 and 100 machines: measures rates of this machine, checks the model of scale/model.mjs against runs of the command, and writes
// docs/scale.md: node tooling/studies/scale.mjs [folder for 5 GB of files], after a build, on a quiet machine. What it measured stands in docs/studies/scale.json
// (--page: nothing is measured, the page alone).
import { execFileSync } from 'node:child_process'
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync, writeSync } from 'node:fs'
import { availableParallelism, cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { randomAt } from '@slimbed/core'
import { costOf, diskRates, linkRate } from './scale/measure.mjs'
import { estimate } from './scale/model.mjs'
import { pageOf } from './scale/page.mjs'

/** @import { Measured, Checked } from './scale/page.mjs' */

const state = new URL('../../docs/studies/scale.json', import.meta.url)
const program = fileURLToPath(new URL('../../apps/cli/dist/bin.js', import.meta.url))
const words = process.argv.slice(2)
const scratch = mkdtempSync(join(words.find((word) => !word.startsWith('--')) ?? tmpdir(), 'slimbed-scale-'))

const pipelines = ['fixedpoint(bits=4)', 'lowrank(ratio=2) | fixedpoint(bits=4)', 'trellis(bits=2, states=64)']
/** Rows that costs are measured on, for so many columns. */
const [columns, values] = [[128, 512], 2.56e7]
const [diskBytes, linkBytes] = [2 ** 32, 2 ** 31]
/** Rows and columns of the tables that the model is checked on. */
const shapes = [
  [1_000_000, 128],
  [4_000_000, 128]
]

/** An `.npy` file of float32. @param {number} rows @param {number} dim */
function table(rows, dim) {
  const path = join(scratch, 'table.npy')
  const file = openSync(path, 'w')
  const text = `{'descr': '<f4', 'fortran_order': False, 'shape': (${rows}, ${dim}), }`
  writeSync(file, Buffer.from([0x93, ...Buffer.from('NUMPY'), 1, 0, 118, 0]))
  writeSync(file, `${text.padEnd(117)}\n`)
  const own = 20_000
  const uniform = randomAt(1)
  const block = Float32Array.from({ length: own * dim }, (_, at) => (uniform() + uniform() - 1) / (1 + (at % dim) / 16))
  for (let row = 0; row < rows; row += own) writeSync(file, new Uint8Array(block.buffer))
  closeSync(file)
  return path
}

/** Seconds that a run of the command takes. @param {string} input @param {string} pipeline */
function run(input, pipeline) {
  const output = join(scratch, 'out.safetensors')
  const args = [program, 'compress', input, '-o', output, '-p', pipeline, '--json']
  const { seconds } = JSON.parse(execFileSync(process.execPath, args, { encoding: 'utf8' }))
  rmSync(output)
  return seconds.total
}

/** @returns {Promise<Measured>} */
async function measure() {
  const costs = []
  for (const dim of columns) {
    for (const pipeline of pipelines) costs.push(await costOf(pipeline, Math.round(values / dim), dim))
  }
  const disk = diskRates(scratch, diskBytes)
  const link = await linkRate(linkBytes)
  const machine = { model: cpus()[0]?.model ?? '', cores: availableParallelism() }
  /** @type {Checked[]} */
  const checked = []
  for (const [rows, dim] of shapes) {
    const input = table(rows, dim)
    for (const pipeline of pipelines.slice(0, 2)) {
      const cost = costs.find((one) => one.pipeline === pipeline && one.dim === dim)
      if (!cost) continue
      const fleet = { machines: 1, cores: machine.cores, disk: disk.read, link }
      const { seconds: told } = estimate(cost, { rows, dim, valueBytes: 4 }, fleet)
      checked.push({ pipeline, rows, dim, told, seconds: run(input, pipeline) })
    }
    rmSync(input)
  }
  return { machine, costs, disk, link, checked }
}

try {
  if (!words.includes('--page')) writeFileSync(state, `${JSON.stringify(await measure(), undefined, 1)}\n`)
  const page = new URL('../../docs/scale.md', import.meta.url)
  writeFileSync(page, pageOf(JSON.parse(readFileSync(state, 'utf8'))))
  console.log(fileURLToPath(page))
} finally {
  rmSync(scratch, { recursive: true, force: true })
}
