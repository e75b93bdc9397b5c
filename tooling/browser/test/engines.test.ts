import { execFile, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { loadEncoder } from '@slimbed/encoder'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { bundle, type PageServer, servePages } from '../src/index.js'
import { searchModel } from './model.js'

const run = promisify(execFile)
const texts = ['fresh bread', 'cold weather', '', 'nothing known', 'violin and piano']

/** Where an engine is: what `SLIMBED_BUN` and the like name, else the path has it; undefined when it is not there. */
function engine(name: string): string | undefined {
  const command = process.env[`SLIMBED_${name.toUpperCase()}`] ?? name
  return spawnSync(command, ['--version']).status === 0 ? command : undefined
}
const engines = { bun: engine('bun'), deno: engine('deno'), workerd: engine('workerd') }
const present = Object.values(engines).some((command) => command !== undefined)

const folder = mkdtempSync(join(tmpdir(), 'slimbed engines '))
let server: PageServer | undefined
let expected: readonly number[]
beforeAll(async () => {
  if (!present) return
  const file = await searchModel()
  expected = [...(await loadEncoder(file)).encode(texts)]
  writeFileSync(join(folder, 'model.safetensors'), file)
  writeFileSync(join(folder, 'program.js'), await bundle(new URL('engines-program.ts', import.meta.url)))
  server = await servePages((path) =>
    path === '/model.safetensors' ? { type: 'application/octet-stream', body: file } : undefined
  )
})
afterAll(async () => {
  await server?.close()
  rmSync(folder, { recursive: true, force: true })
})

function check([whole, apart]: readonly number[][]): void {
  expect(whole).toEqual(expected)
  apart.forEach((value, i) => {
    expect(value).toBeCloseTo(expected[i], 6)
  })
}

const absent = (name: keyof typeof engines) => `there is no ${name}, and SLIMBED_${name.toUpperCase()} names none`

test.for([
  ['bun', []],
  ['deno', ['run', '--no-config', '--no-lock', '--allow-net', '--allow-read']]
] as const)('%s has the vectors of Node, whole and by ranges', async ([name, flags], { skip }) => {
  const command = engines[name]
  if (!command) return skip(absent(name))
  const main = join(folder, `${name}.js`)
  writeFileSync(
    main,
    `import { readFile } from 'node:fs/promises'
     import { encode, encodeByRanges } from './program.js'
     const texts = ${JSON.stringify(texts)}
     const bytes = new Uint8Array(await readFile(new URL('model.safetensors', import.meta.url)))
     console.log(JSON.stringify([await encode(bytes, texts), await encodeByRanges('${server?.origin}/model.safetensors', texts)]))`
  )
  const { stdout } = await run(command, [...flags, main], { env: { ...process.env, DENO_NO_UPDATE_CHECK: '1' } })
  check(JSON.parse(stdout))
})

test('workerd has the vectors of Node, whole and by ranges', async ({ skip }) => {
  const { workerd } = engines
  if (!workerd) return skip(absent('workerd'))
  writeFileSync(
    join(folder, 'worker.js'),
    `import bytes from 'model.safetensors'
     import { encode, encodeByRanges } from 'program.js'
     const texts = ${JSON.stringify(texts)}
     const url = '${server?.origin}/model.safetensors'
     export default {
       async test() {
         const found = [await encode(new Uint8Array(bytes), texts), await encodeByRanges(url, texts)]
         console.log('found ' + JSON.stringify(found))
       }
     }`
  )
  writeFileSync(
    join(folder, 'config.capnp'),
    `using Workerd = import "/workerd/workerd.capnp";
     const config :Workerd.Config = (services = [
       (name = "main", worker = (
         compatibilityDate = "2025-01-01",
         modules = [
           (name = "worker.js", esModule = embed "worker.js"),
           (name = "program.js", esModule = embed "program.js"),
           (name = "model.safetensors", data = embed "model.safetensors")
         ])),
       (name = "internet", network = (allow = ["private"]))
     ]);`
  )
  const { stdout, stderr } = await run(workerd, ['test', 'config.capnp'], { cwd: folder })
  const [, found] = /found (\[.*\])/.exec(`${stdout}${stderr}`) ?? []
  check(JSON.parse(found ?? '[]'))
})
