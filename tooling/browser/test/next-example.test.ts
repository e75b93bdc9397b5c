import { execFile } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { bundle, chromiumPath, noChromium } from '../src/index.js'
import { searchInBuilt } from './built-example.js'

const run = promisify(execFile)
/** A folder in which `next`, `react` and `react-dom` are installed: the example is built there. */
const folder = process.env.SLIMBED_NEXT
const absent = 'SLIMBED_NEXT names no folder in which next, react and react-dom are installed'

test('the example for Next.js is built, and finds texts by their meaning', async ({ skip }) => {
  if (folder === undefined || !existsSync(join(folder, 'node_modules/next'))) return skip(absent)
  const example = fileURLToPath(new URL('../../../examples/next', import.meta.url))
  for (const part of ['app', 'next.config.mjs', 'package.json'])
    cpSync(join(example, part), join(folder, part), { recursive: true })
  const encoder = join(folder, 'node_modules/@slimbed/encoder')
  mkdirSync(encoder, { recursive: true })
  const manifest = { name: '@slimbed/encoder', version: '0.0.0', type: 'module', main: 'index.js' }
  writeFileSync(join(encoder, 'package.json'), JSON.stringify(manifest))
  const program = await bundle(new URL('../../../packages/encoder/src/index.ts', import.meta.url))
  writeFileSync(join(encoder, 'index.js'), program)
  const { NODE_ENV: _, ...env } = process.env
  const next = join(folder, 'node_modules/next/dist/bin/next')
  await run(process.execPath, [next, 'build'], { cwd: folder, env: { ...env, NEXT_TELEMETRY_DISABLED: '1' } })
  const built = join(folder, 'out')
  expect(existsSync(join(built, 'index.html'))).toBe(true)
  if (!chromiumPath()) return skip(`built; not tried in a page: ${noChromium}`)
  await searchInBuilt(built)
})
