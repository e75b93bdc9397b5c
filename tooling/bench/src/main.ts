import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { createTensor, isSlimbedError } from '@slimbed/core'
import { backends } from '@slimbed/core/backends'
import { Command, Option } from 'commander'
import { cases, type Size } from './cases.js'
import { compare } from './compare.js'
import { describeMachine, machine } from './machine.js'
import { markdown } from './report.js'

const root = fileURLToPath(new URL('../../../', import.meta.url))

async function present(): Promise<string[]> {
  const found: string[] = []
  for (const backend of backends) {
    // Plain JavaScript takes minutes where the others take seconds.
    if (backend === 'cpu') continue
    try {
      await (await createTensor({ backend })).close()
      found.push(backend)
    } catch (error) {
      if (!isSlimbedError(error, 'missing-package')) throw error
      process.stderr.write(`${error.message}\n`)
    }
  }
  return found
}

const program = new Command('bench')
  .description('slimbed beside its peers, in alternation in one run')
  .addOption(new Option('--size <size>', 'of the tables').choices(['small', 'full', 'huge', 'shards']).default('small'))
  .option('--rounds <count>', 'runs of each contender', '3')
  .option('--only <text>', 'cases whose name holds this text, or one of several, joined by commas')
  .option('--python <command>', 'the Python that has the peers', '/usr/bin/python3')
  .option('--folder <path>', 'where tables are kept', join(root, 'bench/tmp'))
  .parse()

const { size, rounds, only, python, folder } = program.opts<Record<string, string> & { size: Size }>()
const setting = { folder: folder, python: python, backends: await present() }
const about = machine()
process.stdout.write(`${describeMachine(about)}\n\n`)
const results = []
const wanted = cases[size].filter(([name]) => only?.split(',').some((part) => name.includes(part)) ?? true)
if (wanted.length === 0) {
  program.error(
    `error: no case of size ${size} has "${only}" in its name: ${cases[size].map(([name]) => name).join(', ')}`
  )
}
for (const [, make] of wanted) {
  const one = await make(setting)
  process.stderr.write(`${one.what}\n`)
  const result = await compare(one, Number(rounds), (name, outcome) => {
    const said = 'missing' in outcome ? outcome.missing : `${outcome.seconds.toFixed(2)} s`
    process.stderr.write(`  ${name}: ${said}\n`)
  })
  process.stdout.write(`${markdown(result)}\n`)
  results.push(result)
}
// Some of the cases are not a run to keep.
if (only === undefined) {
  const out = join(root, 'bench/results')
  mkdirSync(out, { recursive: true })
  writeFileSync(join(out, `${size}.json`), `${JSON.stringify({ machine: about, results }, null, 2)}\n`)
}
