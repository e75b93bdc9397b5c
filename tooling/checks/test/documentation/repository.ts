import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from '../workspace.js'

const scriptsOf = (folder: string): Record<string, string> =>
  JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8')).scripts ?? {}

const aliases = new Set(['start', 'test'])
const pnpmOwn = new Set(['install', 'exec'])

/** The files and folders among arguments. */
const pathsIn = (args: readonly string[]) => args.filter((arg) => arg.includes('/') && !/^[-@[<]|[*?]/.test(arg))

function problemOfPnpm(args: readonly string[]): string | undefined {
  const folder = args[0] === '--dir' ? (args[1] ?? '') : '.'
  const script = args[0] === '--dir' ? args[2] : args[0]
  if (!existsSync(join(root, folder, 'package.json'))) return `no package in ${folder}`
  if (!script || pnpmOwn.has(script) || script in scriptsOf(folder)) return undefined
  return `no script ${script} in ${folder}/package.json`
}

/**
 * What is wrong with a command that is run in a checkout of the repository: a script, program or file that is not there. Such
 * commands build, test or measure everything, so they are not run here. `unknown` for a command of another kind.
 */
export function problemOf([program = '', ...args]: readonly string[]): string | undefined {
  const missing = pathsIn(args).find((path) => !existsSync(join(root, path)))
  if (missing) return `no ${missing}`
  if (program === 'npm') {
    const script = args[0] === 'run' ? args[1] : args[0]
    if (script && (args[0] === 'run' || aliases.has(script))) {
      return script in scriptsOf('.') ? undefined : `no script ${script} in package.json`
    }
  }
  if (program === 'node') return pathsIn(args).length > 0 ? undefined : 'unknown'
  if (program === 'npx') {
    if (args[0] === 'pnpm') return problemOfPnpm(args.slice(1))
    return existsSync(join(root, 'node_modules/.bin', args[0] ?? '')) ? undefined : `no program ${args[0]}`
  }
  return 'unknown'
}
