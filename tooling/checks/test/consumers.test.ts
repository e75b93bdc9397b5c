import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { run } from './pack.js'
import { entriesOf, published, root } from './workspace.js'

const folder = mkdtempSync(join(tmpdir(), 'slimbed-consumer-'))
const tarballs = inject('tarballs')

afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** Every published package unpacked into one node_modules, without what they depend on. */
beforeAll(async () => {
  for (const [name, tarball] of Object.entries(tarballs)) {
    const place = join(folder, 'node_modules', name)
    mkdirSync(dirname(place), { recursive: true })
    await run(folder, 'tar', '-xzf', tarball, '-C', folder)
    renameSync(join(folder, 'package'), place)
  }
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ private: true }))
})

const node = (program: string, ...flags: string[]) => run(folder, process.execPath, ...flags, '--eval', program)

test('CommonJS finds the package.json of every package', async () => {
  const names = JSON.stringify(Object.keys(tarballs))
  const { stdout, stderr } = await node(
    `for (const name of ${names}) console.log(require(name + '/package.json').name)`
  )
  expect(stderr).toBe('')
  expect(stdout.trim().split('\n')).toEqual(Object.keys(tarballs))
})

const runtime = published.find(({ manifest }) => manifest.name === '@slimbed/runtime')!
const specifiers = entriesOf(runtime).map(({ subpath }) => `@slimbed/runtime${subpath.slice(1)}`)

test('CommonJS requires the runtime, which is of ES modules', async () => {
  const program = `for (const name of ${JSON.stringify(specifiers)}) console.log(Object.keys(require(name)).length > 0)`
  const { stdout } = await node(program, '--no-warnings')
  expect(stdout.trim().split('\n')).toEqual(specifiers.map(() => 'true'))
})

/** TypeScript 6, the last that knows `node10`, and TypeScript 7. */
const [before7, typescript7] = ['tooling/checks', '.'].map((folder) =>
  join(root, folder, 'node_modules/typescript/bin/tsc')
)
describe.each([
  [
    'node10',
    before7,
    { module: 'commonjs', moduleResolution: 'node10', ignoreDeprecations: '6.0', esModuleInterop: true }
  ],
  ['bundler', typescript7, { module: 'esnext', moduleResolution: 'bundler' }],
  ['nodenext', typescript7, { module: 'nodenext', moduleResolution: 'nodenext' }]
])('types with moduleResolution %s', (name, compiler, options) => {
  test('are found for every entry of the runtime', async () => {
    const place = join(folder, name)
    mkdirSync(place)
    const uses = specifiers.map((from, i) => `import * as entry${i} from '${from}'\nexport const used${i} = entry${i}`)
    const call = `import { load, type Table } from '@slimbed/runtime'\nexport const table: Table = load(new Uint8Array()).table`
    writeFileSync(join(place, 'index.ts'), `${uses.join('\n')}\n${call}\n`)
    const compilerOptions = {
      ...options,
      target: 'es2022',
      lib: ['es2022', 'dom'],
      strict: true,
      noEmit: true,
      types: []
    }
    writeFileSync(join(place, 'tsconfig.json'), JSON.stringify({ compilerOptions, files: ['index.ts'] }))
    const { status, stdout } = await run(place, process.execPath, compiler)
    expect({ status, stdout }).toEqual({ status: 0, stdout: '' })
  })
})
