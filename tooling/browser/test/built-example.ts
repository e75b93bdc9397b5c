import { existsSync, readFileSync } from 'node:fs'
import { extname, join } from 'node:path'
import { openChromium, servePages } from '../src/index.js'
import { searchModel } from './model.js'
import { searchIn } from './search.js'

const types: Readonly<Record<string, string>> = { '.html': 'text/html', '.js': 'text/javascript', '.css': 'text/css' }

/** Serves the folder of a built example with a model beside its page, and searches in it in Chromium. */
export async function searchInBuilt(folder: string): Promise<void> {
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
}
