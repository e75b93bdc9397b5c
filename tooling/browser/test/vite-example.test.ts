import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'vite'
import { afterAll, expect, test } from 'vitest'
import { chromiumPath, noChromium } from '../src/index.js'
import { searchInBuilt } from './built-example.js'

const folder = mkdtempSync(join(tmpdir(), 'slimbed-vite-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const skipped = chromiumPath() ? '' : ` (not tried in a page: ${noChromium})`

test(`the example for Vite is built, and finds texts by their meaning${skipped}`, async () => {
  const encoder = fileURLToPath(new URL('../../../packages/encoder/src/index.ts', import.meta.url))
  await build({
    root: fileURLToPath(new URL('../../../examples/vite', import.meta.url)),
    configFile: false,
    logLevel: 'error',
    resolve: { alias: { '@slimbed/encoder': encoder }, conditions: ['@slimbed/source', 'module', 'browser'] },
    build: { outDir: folder, emptyOutDir: true }
  })
  expect(existsSync(join(folder, 'index.html'))).toBe(true)
  if (skipped) return
  await searchInBuilt(folder)
})
