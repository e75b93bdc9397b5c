import { readFileSync } from 'node:fs'
import { bundle, openChromium, servePages } from '@slimbed/browser'
import type { Lookup, Mode } from './lookup/measure.js'

/** `lookup-chromium.js FILE MODE COUNT`, or `FILE first WORD`: as `lookup.js`, in a page of Chromium. */
interface Page {
  hold(url: string): Promise<void>
  lookup(what: Lookup): number
  first(word: string): number
}

const [path, mode, what] = process.argv.slice(2)
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
  const seconds =
    mode === 'first'
      ? await page.evaluate((word) => (globalThis as unknown as Page).first(word), what)
      : await page.evaluate((what) => (globalThis as unknown as Page).lookup(what), {
          mode: mode as Mode,
          count: Number(what)
        })
  const after = await buffers()
  const figures = { seconds, peakMemoryBytes: after, ...(mode === 'first' && { extraBytes: after - before }) }
  process.stdout.write(JSON.stringify(figures))
} finally {
  await browser.close()
  await server.close()
}
