import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { runTests } from './tally.mjs'
import { node, readJson, root, say, script } from './workspace.mjs'

const data = join(root, 'tooling/sample/data')

/** The built command line on the sample, one command after another; resolves to the first status that is not 0. */
async function commandLine() {
  const command = join(root, 'apps/cli', readJson('apps/cli/package.json').bin.slimbed)
  const folder = mkdtempSync(join(tmpdir(), 'slimbed-node-'))
  const artefact = join(folder, 'sample.safetensors')
  const runs = [
    ['compress', join(data, 'sample-10k.100d.bin'), '-o', artefact, '-p', 'lowrank(ratio=2) | fixedpoint(bits=8)'],
    ['inspect', artefact],
    ['nearest', artefact, 'water', '-k', '5'],
    ['decompress', artefact, '-o', join(folder, 'sample.npy')],
    ['compare', join(data, 'sample-10k.100d.bin'), artefact]
  ]
  try {
    for (const args of runs) {
      const code = await node(command, args)
      if (code !== 0) return code
    }
    return 0
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

// Under another Node than the one that built: the runtime's tests, then the built command line.
await script(async () => {
  const [wanted] = process.argv.slice(2)
  say(`Node ${process.versions.node}`)
  if (wanted && process.versions.node.split('.')[0] !== wanted) throw new Error(`expected Node ${wanted}`)
  const tests = await runTests(['--project', 'packages/runtime'])
  return tests.code || commandLine()
})
