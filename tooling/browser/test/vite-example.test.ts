import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { extname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'vite'
import { afterAll, expect, test } from 'vitest'
import { chromiumPath, noChromium, openChromium, servePages } from '../src/index.js'
import { searchModel } from './model.js'
import { searchIn } from './search.js'

const folder = mkdtempSync(join(tmpdir(), 'slimbed-vite-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const types: Readonly<Record<string, string>> = { '.html': 'text/html', '.js': 'text/javascript' }
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
  const model = await searchModel()
  const server = await servePages((path) => {
    if (path === '/potion.safetensors') return { type: 'application/octet-stream', body: model }
    const file = join(folder, path === '/' ? 'index.html' : path)
    return existsSync(file) ? { type: types[extname(file)] ?? 'text/plain', body: readFileSync(file) } : undefined
  })
  const browser = await openChromium()
  try {
    await searchIn(browser, server.origin)
  } finally {
    await browser.close()
    await server.close()
  }
})
