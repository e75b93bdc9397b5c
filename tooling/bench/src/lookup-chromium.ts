import { readFileSync } from 'node:fs'
import { bundle, openChromium, servePages } from '@slimbed/browser'
import type { Lookup } from './lookup/measure.js'

/** `lookup-chromium.js FILE MODE COUNT [SPACE] [ORDER]`, or `FILE first WORD`: as `lookup.js`, in a page of Chromium, by its clock. */
interface Page {
  hold(url: string): Promise<void>
  lookup(what: Lookup): number
  first(word: string): number
}

const [path, mode, what, space, order] = process.argv.slice(2)
const browser = await openChromium()
const script = await bundle(new URL('../src/lookup/page.ts', import.meta.url))
const pages = new Map([
  [
    '/',
    {
      type: 'text/html',
      body: '<!doctype html><link rel="icon" href="data:,"><script type="module" src="/page.js"></script>'
    }
  ],
  ['/page.js', { type: 'text/javascript', body: script }],
  ['/file', { type: 'application/octet-stream', body: readFileSync(path) }]
])
const server = await servePages((name) => pages.get(name))
try {
  const page = await browser.newPage()
  await page.goto(server.origin)
  await page.waitForFunction('globalThis.hold')
  await page.evaluate(() => (globalThis as unknown as Page).hold('/file'))
  const devtools = await page.context().newCDPSession(page)
  const buffers = async () => {
    await devtools.send('HeapProfiler.collectGarbage')
    const usage = (await devtools.send('Runtime.getHeapUsage')) as { usedSize: number; backingStorageSize: number }
    return usage.backingStorageSize
  }
  const before = await buffers()
  const count = Number(what)
  const lookup = { mode, count, space, order } as Lookup
  const seconds =
    mode === 'first'
      ? await page.evaluate((word) => (globalThis as unknown as Page).first(word), what)
      : await page.evaluate((lookup) => (globalThis as unknown as Page).lookup(lookup), lookup)
  const after = await buffers()
  const figures = { seconds, peakMemoryBytes: after, ...(mode === 'first' && { extraBytes: after - before }) }
  process.stdout.write(JSON.stringify(figures))
} finally {
  await browser.close()
  await server.close()
}
