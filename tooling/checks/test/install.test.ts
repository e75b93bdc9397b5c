import { cpSync, existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { installer, namesIn, offline, unreachable } from './installer.js'
import { run } from './pack.js'
import { root } from './workspace.js'

const { installed, npm, packed, clear } = installer()
const sample = join(root, 'tooling/sample/data/sample-10k.100d.bin')

afterAll(clear)

const ours = (folder: string) => namesIn(folder).filter((name) => packed.includes(name))

describe('@slimbed/runtime alone', () => {
  test('nothing else arrives, and it runs', async ({ skip }) => {
    const folder = await installed('runtime', ['@slimbed/runtime'])
    if (!folder) return skip(unreachable)
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
    if (!folder) skip(unreachable)
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
      const compilerOptions = {
        strict: true,
        noUncheckedIndexedAccess: true,
        exactOptionalPropertyTypes: true,
        skipLibCheck: false,
        module: 'nodenext',
        target: 'es2022',
        lib: ['es2022', 'dom'],
        types: []
      }
      writeFileSync(join(here(), 'tsconfig.json'), JSON.stringify({ compilerOptions, files: ['truncate.ts'] }))
      const { status, stdout } = await run(here(), process.execPath, join(root, 'node_modules/typescript/bin/tsc'))
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
      if (status !== 0 && offline.test(stderr)) return skip(unreachable)
      expect(status, stderr).toBe(0)
      const named = await compress('named.safetensors', 'truncate(columns=50)')
      expect({ status: named.status, stderr: named.stderr }).toEqual({ status: 0, stderr: '' })
      const asked = await compress('asked.safetensors', 'truncate', '--plugin', 'slimbed-compressor-truncate')
      expect({ status: asked.status, stderr: asked.stderr }).toEqual({ status: 0, stderr: '' })
    })
  })
})
