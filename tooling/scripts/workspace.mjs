import { spawn } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { constants } from 'node:os'
import { delimiter, join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The folder of the workspace. */
export const root = fileURLToPath(new URL('../..', import.meta.url))

/** @param {string} path relative to the root */
export const readJson = (path) => JSON.parse(readFileSync(join(root, path), 'utf8'))

/** @param {string} text one line for the person at the terminal: progress, never a result */
export const say = (text) => process.stderr.write(`${text}\n`)

/** What children see: the tools of the workspace first, no telemetry. */
export const environment = () => ({
  ...process.env,
  PATH: [join(root, 'node_modules', '.bin'), process.env.PATH].join(delimiter),
  TURBO_TELEMETRY_DISABLED: '1',
  DO_NOT_TRACK: '1'
})

/**
 * The JavaScript file behind a command of an installed package: it runs under this very Node, on every system.
 *
 * @param {string} name of the package
 * @param {string} [command] the name of the package by default
 */
export function tool(name, command = name) {
  const folder = `node_modules/${name}`
  if (!existsSync(join(root, folder, 'package.json'))) throw new Error(`${name} is not installed: run \`npm test\``)
  const { bin } = readJson(`${folder}/package.json`)
  return join(root, folder, typeof bin === 'string' ? bin : bin[command])
}

/**
 * Runs Node on a file; stdin is empty. Resolves to the exit status, 128 + n for signal n.
 *
 * @param {string} file
 * @param {readonly string[]} args
 * @param {{ print?: 'out' | 'err' | 'failure', cwd?: string }} [options] `print`: what it prints goes to stdout, to
 *   stderr, or to stderr once it has failed; `cwd`: else the root
 * @returns {Promise<number>}
 */
export function node(file, args, { print = 'out', cwd = root } = {}) {
  const ignore = () => {}
  /** @type {Buffer[]} */
  const held = []
  // The terminal interrupts the child too: wait for it, and pass on its status.
  process.on('SIGINT', ignore)
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [file, ...args], {
      cwd,
      env: environment(),
      stdio: print === 'failure' ? ['ignore', 'pipe', 'pipe'] : ['ignore', print === 'err' ? 2 : 1, 2]
    })
    for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk) => held.push(chunk))
    child.on('error', reject)
    child.on('close', (code, signal) => {
      process.off('SIGINT', ignore)
      if (code !== 0) process.stderr.write(Buffer.concat(held))
      resolve(code ?? 128 + (signal ? constants.signals[signal] : 0))
    })
  })
}

/**
 * Runs a script's main function; a failure is one line and exit status 1, or the status in its `cause`.
 *
 * @param {() => Promise<number>} main resolves to the exit status
 */
export async function script(main) {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
  if (major < 20 || (major === 20 && minor < 19)) {
    say(`slimbed needs Node 20.19 or newer, this is ${process.versions.node}: https://nodejs.org`)
    process.exitCode = 1
    return
  }
  try {
    process.exitCode = await main()
  } catch (error) {
    say(error instanceof Error ? error.message : String(error))
    process.exitCode = (error instanceof Error && typeof error.cause === 'number' && error.cause) || 1
  }
}
