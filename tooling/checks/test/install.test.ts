import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { packAll, run } from './pack.js'
import { root } from './workspace.js'

const scratch = mkdtempSync(join(tmpdir(), 'slimbed install '))
const sample = join(root, 'tooling/sample/data/sample-10k.100d.bin')
let tarballs: Map<string, string>

beforeAll(async () => {
  tarballs = await packAll(scratch)
})
afterAll(() => rmSync(scratch, { recursive: true, force: true }))

/** What npm says when there is no way to the registry. */
const offline = /ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|ENOTCACHED|ERR_SOCKET_TIMEOUT/

/** Makes a folder with these packages installed from their tarballs; undefined when the registry cannot be reached. */
async function installed(name: string, wanted: readonly string[]): Promise<string | undefined> {
  const folder = join(scratch, name)
  mkdirSync(folder)
  expect([...tarballs.keys()]).toEqual(expect.arrayContaining([...wanted]))
  const file = (name: string) => `file:${tarballs.get(name)}`
  const dependencies = Object.fromEntries(wanted.map((name) => [name, file(name)]))
  // What they depend on comes from tarballs too: none of these versions is in the registry yet.
  const others = [...tarballs.keys()].filter((name) => !wanted.includes(name))
  const overrides = Object.fromEntries(others.map((name) => [name, file(name)]))
  writeFileSync(
    join(folder, 'package.json'),
    JSON.stringify({ private: true, type: 'module', dependencies, overrides })
  )
  const { status, stderr } = await npm(folder, 'install')
  if (status !== 0 && offline.test(stderr)) return undefined
  expect(status, stderr).toBe(0)
  return folder
}

const npm = (folder: string, ...args: string[]) =>
  run(folder, 'npm', ...args, '--prefer-offline', '--no-audit', '--no-fund', '--no-update-notifier')

/** The names of the packages in a folder's node_modules, those of other packages inside them not counted. */
function namesIn(folder: string): string[] {
  const modules = join(folder, 'node_modules')
  return readdirSync(modules)
    .filter((name) => !name.startsWith('.'))
    .flatMap((name) => (name.startsWith('@') ? readdirSync(join(modules, name)).map((own) => `${name}/${own}`) : name))
}

const ours = (folder: string) => namesIn(folder).filter((name) => tarballs.has(name))

describe('@slimbed/runtime alone', () => {
  test('nothing else arrives, and it runs', async ({ skip }) => {
    const folder = await installed('runtime', ['@slimbed/runtime'])
    if (!folder) return skip('the npm registry cannot be reached')
    expect(namesIn(folder)).toEqual(['@slimbed/runtime'])
    const program = `import { dense, nearest } from '@slimbed/runtime'
      const table = dense(3, 2, Float32Array.of(1, 0, 0, 1, 1, 1))
      console.log(nearest(table, Float32Array.of(0, 2), { k: 2 }).map(({ row }) => row).join())`
    const { stdout, stderr } = await run(folder, process.execPath, '--input-type=module', '--eval', program)
    expect({ stdout, stderr }).toEqual({ stdout: '1,2\n', stderr: '' })
  })
})

describe('slimbed and @slimbed/lowrank alone', () => {
  let folder: string | undefined
  beforeAll(async () => {
    folder = await installed('lowrank', ['slimbed', '@slimbed/lowrank'])
  }, 300_000)
  beforeEach(({ skip }) => {
    if (!folder) skip('the npm registry cannot be reached')
  })

  /** Runs the installed command in the folder. */
  const slimbed = (...args: string[]) => {
    const { bin } = JSON.parse(readFileSync(join(folder!, 'node_modules/slimbed/package.json'), 'utf8'))
    return run(folder!, process.execPath, join(folder!, 'node_modules/slimbed', bin.slimbed), ...args)
  }
  const compress = (output: string, pipeline: string, ...args: string[]) =>
    slimbed('compress', sample, '-o', join(folder!, output), '-p', pipeline, '--json', ...args)

  test('no compressor arrives that was not asked for', () => {
    expect(ours(folder!)).toContain('@slimbed/lowrank')
    expect(ours(folder!)).not.toContain('@slimbed/fixedpoint')
    expect(namesIn(folder!)).not.toContain('@tensorflow/tfjs-node')
  })

  test('a table is compressed', async () => {
    const { status, stdout, stderr } = await compress('lowrank.safetensors', 'lowrank(ratio=4)')
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
    expect(JSON.parse(stdout)).toMatchObject({ input: { rows: 10_000, dim: 100 }, pipeline: 'lowrank(ratio=4)' })
    expect(JSON.parse(stdout).ratio).toBeGreaterThan(3.9)
  })

  test('a compressor that is not there is named with its install line', async () => {
    const { status, stderr } = await compress('none.safetensors', 'lowrank(ratio=2) | fixedpoint(bits=8)')
    expect(status).toBe(2)
    expect(stderr).toContain('npm install @slimbed/fixedpoint')
    expect(stderr.trimEnd().split('\n')).toHaveLength(1)
    expect(existsSync(join(folder!, 'none.safetensors'))).toBe(false)
  })

  describe('a compressor of someone else, in one file', () => {
    const here = () => join(folder!, 'slimbed-compressor-truncate')

    beforeAll(() => {
      if (!folder) return
      cpSync(join(root, 'tooling/checks/fixture/truncate.ts'), join(here(), 'truncate.ts'))
      const about = { name: 'slimbed-compressor-truncate', version: '1.0.0', type: 'module', exports: './truncate.js' }
      writeFileSync(join(here(), 'package.json'), JSON.stringify(about))
    })

    test('has under 60 lines', () => {
      expect(readFileSync(join(here(), 'truncate.ts'), 'utf8').split('\n').length).toBeLessThan(60)
    })

    test('compiles against the published types, none of them skipped', async () => {
      const tsc = join(root, 'node_modules/typescript/bin/tsc')
      const strict = ['--strict', '--skipLibCheck', 'false', '--module', 'nodenext', '--target', 'es2022']
      const libs = ['--lib', 'es2022,dom', '--types', '', '--noUncheckedIndexedAccess', '--exactOptionalPropertyTypes']
      const { status, stdout } = await run(here(), process.execPath, tsc, ...strict, ...libs, 'truncate.ts')
      expect({ status, stdout }).toEqual({ status: 0, stdout: '' })
    })

    test('conforms', async () => {
      const program = `import { conforms } from '@slimbed/core/testing'
        import { truncate } from './truncate.js'
        console.log((await conforms(truncate({ columns: 8 }))).length)`
      writeFileSync(join(here(), 'conform.js'), program)
      const { stdout, stderr } = await run(here(), process.execPath, 'conform.js')
      expect(stderr).toBe('')
      expect(Number(stdout)).toBeGreaterThan(10)
    })

    test('works through --plugin with a path, first and last in a pipeline', async () => {
      const plugin = join(here(), 'truncate.js')
      for (const pipeline of ['truncate(columns=50)', 'lowrank(ratio=2) | left/truncate(columns=10)']) {
        const { status, stdout, stderr } = await compress('truncate.safetensors', pipeline, '--plugin', plugin)
        expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
        expect(JSON.parse(stdout)).toMatchObject({ pipeline })
      }
    })

    test('works by its name once it is installed', async ({ skip }) => {
      const { status, stderr } = await npm(folder!, 'install', here())
      if (status !== 0 && offline.test(stderr)) return skip('the npm registry cannot be reached')
      expect(status, stderr).toBe(0)
      const named = await compress('named.safetensors', 'truncate(columns=50)')
      expect({ status: named.status, stderr: named.stderr }).toEqual({ status: 0, stderr: '' })
      const asked = await compress('asked.safetensors', 'truncate', '--plugin', 'slimbed-compressor-truncate')
      expect({ status: asked.status, stderr: asked.stderr }).toEqual({ status: 0, stderr: '' })
    })
  })
})
