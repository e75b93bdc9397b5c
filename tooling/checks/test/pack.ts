import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { published, root } from './workspace.js'

const execute = promisify(execFile)

/** What a command printed, and how it ended. */
export interface Ran {
  readonly status: number
  readonly stdout: string
  readonly stderr: string
}

/** Runs a command with an empty stdin; a status other than 0 is a result, not an error. */
export async function run(cwd: string, command: string, ...args: string[]): Promise<Ran> {
  // What npm says of the workspace to its scripts must not reach the npm under test.
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^npm_(?!config_cache)/i.test(name)))
  const running = execute(command, args, { cwd, env, maxBuffer: 1 << 26, shell: process.platform === 'win32' })
  running.child.stdin?.end()
  try {
    return { status: 0, ...(await running) }
  } catch (error) {
    const { code, stdout, stderr } = error as { code: unknown; stdout?: string; stderr?: string }
    if (typeof code !== 'number' || stdout === undefined || stderr === undefined) throw error
    return { status: code, stdout, stderr }
  }
}

/** Packs every published package into `folder` as `pnpm publish` would; returns the tarballs by package name. */
export async function packAll(folder: string): Promise<Map<string, string>> {
  const unbuilt = published.find((one) => !existsSync(join(root, one.folder, 'dist')))
  if (unbuilt) throw new Error(`${unbuilt.folder} is not built: run \`npm test\``)
  const filters = published.map(({ manifest }) => `--filter=${manifest.name}`)
  const pnpm = join(root, 'node_modules/pnpm/bin/pnpm.cjs')
  const pack = ['--recursive', ...filters, 'pack', '--json', '--pack-destination', folder]
  const { status, stdout, stderr } = await run(root, process.execPath, pnpm, ...pack)
  if (status !== 0) throw new Error(`packing: ${stdout}${stderr}`)
  const packed: { name: string; filename: string }[] = JSON.parse(stdout)
  return new Map(packed.map(({ name, filename }) => [name, filename]))
}
