import { cpSync, mkdirSync, readFileSync, realpathSync, symlinkSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { scratch } from './folder.js'
import { type Result, start } from './run.js'

const cli = fileURLToPath(new URL('../..', import.meta.url))

/** Runs an installed command in a folder. */
export type Installed = (cwd: string, ...args: readonly string[]) => Promise<Result>

/** Installs the built command in a folder of its own, with these plugins of the workspace beside it and no others: the path of the program. */
export function installedProgram(plugins: readonly string[]): string {
  const modules = join(scratch(), 'node_modules')
  const link = (name: string, target: string) => {
    mkdirSync(dirname(join(modules, name)), { recursive: true })
    symlinkSync(realpathSync(target), join(modules, name))
  }
  const { dependencies } = JSON.parse(readFileSync(join(cli, 'package.json'), 'utf8'))
  for (const name of Object.keys(dependencies)) link(name, join(cli, 'node_modules', name))
  for (const name of plugins) link(`@slimbed/${name}`, join(cli, '../../packages', name))
  for (const part of ['dist', 'package.json'])
    cpSync(join(cli, part), join(modules, 'slimbed', part), { recursive: true })
  return join(modules, 'slimbed/dist/bin.js')
}

/** Installs the built command as `installedProgram` does, and runs it. */
export function installation(plugins: readonly string[]): Installed {
  const program = installedProgram(plugins)
  return (cwd, ...args) => start(cwd, process.execPath, [program, ...args]).ended
}
