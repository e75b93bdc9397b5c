import { execFileSync } from 'node:child_process'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** Builds what the tests run, once: the command as a user has it. Nothing happens where it is up to date. */
export default function setup(): void {
  const root = fileURLToPath(new URL('../../..', import.meta.url))
  const tsc = join(dirname(createRequire(import.meta.url).resolve('typescript/package.json')), 'bin/tsc')
  const packages = ['lowrank', 'fixedpoint', 'groupreduce', 'iiq', 'prune', 'rotate', 'trellis', 'calr', 'train'].map(
    (name) => `packages/${name}`
  )
  const projects = ['apps/cli', ...packages, 'tooling/sample']
  execFileSync(process.execPath, [tsc, '-b', ...projects], { cwd: root, stdio: 'inherit' })
}
