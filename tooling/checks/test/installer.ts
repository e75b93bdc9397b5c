import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, inject } from 'vitest'
import { run } from './pack.js'

/** What npm says when there is no way to the registry. */
export const offline = /ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|ENOTCACHED|ERR_SOCKET_TIMEOUT/

/** Why a test is skipped then. */
export const unreachable = 'the npm registry cannot be reached'

const quick = ['--prefer-offline', '--no-audit', '--no-fund', '--fetch-retries=1', '--fetch-retry-mintimeout=1000']

const npm = (folder: string, ...args: string[]) => run(folder, 'npm', ...args, ...quick)

/** The names of the packages in a folder's node_modules, those of other packages inside them not counted. */
export function namesIn(folder: string): string[] {
  const modules = join(folder, 'node_modules')
  return readdirSync(modules)
    .filter((name) => !name.startsWith('.'))
    .flatMap((name) => (name.startsWith('@') ? readdirSync(join(modules, name)).map((own) => `${name}/${own}`) : name))
}

/** Users' folders with packages of the workspace, as they would be published, installed in them; `clear` removes them. */
export function installer() {
  const scratch = mkdtempSync(join(tmpdir(), 'slimbed install '))
  const tarballs = inject('tarballs')
  const packed = Object.keys(tarballs)
  const entry = (name: string) => [name, `file:${tarballs[name]}`]

  /** Makes a folder with these packages installed; undefined when the registry cannot be reached. */
  async function installed(name: string, wanted: readonly string[]): Promise<string | undefined> {
    expect(packed).toEqual(expect.arrayContaining([...wanted]))
    const folder = join(scratch, name)
    mkdirSync(folder)
    const dependencies = Object.fromEntries(wanted.map(entry))
    // What they depend on comes from tarballs too: none of these versions is in the registry yet.
    const overrides = Object.fromEntries(packed.filter((name) => !wanted.includes(name)).map(entry))
    const manifest = { private: true, type: 'module', dependencies, overrides }
    writeFileSync(join(folder, 'package.json'), JSON.stringify(manifest))
    const { status, stderr } = await npm(folder, 'install')
    if (status !== 0 && offline.test(stderr)) {
      console.warn(`${unreachable}: tests of ${wanted.join(', ')} as a user installs them are skipped`)
      return undefined
    }
    expect(status, stderr).toBe(0)
    return folder
  }

  const clear = () => rmSync(scratch, { recursive: true, force: true })
  return { installed, npm, packed, clear }
}
