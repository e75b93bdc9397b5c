import { execFile } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { writeInputs } from './same-artefacts/inputs.mjs'
import { cases } from './same-artefacts/pipelines.mjs'

// `node tooling/checks/same-artefacts.mjs ../other-checkout`: whether both checkouts, built, make the same files, byte for byte.
// Prints a line for each case; exit status 1 where one differs.

const run = promisify(execFile)
const here = dirname(dirname(dirname(fileURLToPath(import.meta.url))))

/** The file that a checkout's command makes; undefined, with what it said, where it fails. */
async function made(checkout, folder, args) {
  const out = join(folder, 'out.safetensors')
  rmSync(out, { force: true })
  try {
    await run(process.execPath, [join(checkout, 'apps/cli/dist/bin.js'), ...args, '-o', out, '--quiet'], {
      cwd: folder
    })
    return { bytes: readFileSync(out) }
  } catch (error) {
    return { failure: String(error.stderr || error.message).trim() }
  }
}

function difference(before, after) {
  if (before.failure !== undefined) return `fails there: ${before.failure}`
  if (after.failure !== undefined) return `fails here: ${after.failure}`
  if (before.bytes.equals(after.bytes)) return undefined
  const end = Math.min(before.bytes.length, after.bytes.length)
  let at = 0
  while (at < end && before.bytes[at] === after.bytes[at]) at++
  return `${before.bytes.length} bytes there, ${after.bytes.length} here, the first other one at ${at}`
}

async function main([given]) {
  if (given === undefined) {
    console.error('usage: node tooling/checks/same-artefacts.mjs <other checkout, built>')
    return 2
  }
  const other = resolve(given)
  const folder = mkdtempSync(join(tmpdir(), 'slimbed-same-'))
  let different = 0
  try {
    const inputs = await writeInputs(folder, here)
    const counts = join(here, 'tooling/sample/data/sample-10k.counts.tsv')
    for (const [input, pipelines, ...flags] of cases) {
      const specs = [pipelines].flat()
      const more = flags.map((flag) => (flag === '{counts}' ? counts : flag))
      const args = ['compress', inputs[input], ...specs.flatMap((spec) => ['-p', spec]), ...more]
      const problem = difference(await made(other, folder, args), await made(here, folder, args))
      if (problem !== undefined) different++
      const name = `${input}: ${[...specs, ...flags].join(' ')}`
      console.log(problem === undefined ? `same       ${name}` : `different  ${name}\n           ${problem}`)
    }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
  console.log(`${cases.length - different} of ${cases.length} the same`)
  return different === 0 ? 0 : 1
}

process.exitCode = await main(process.argv.slice(2))
