import { readFileSync } from 'node:fs'
import { bundle, servePages, visit } from '@slimbed/browser'

/**
 * `fetched-chromium.js FILE whole|ranges WORD [again]`: in a fresh Chromium that no debugger is attached to, a page that has had its module for a
 * second, and has run nothing of it, asks a server of this machine for the file, or for what the word needs of it. Prints the seconds
 * from that call to the word's vector; with `again`, of a second call in the same page.
 */
const [path, by, word, again] = process.argv.slice(2)
const program = `
const wait = (milliseconds) => new Promise((go) => setTimeout(go, milliseconds))
await wait(1000)
const tell = (said) => fetch('/said/' + encodeURIComponent(JSON.stringify(said)))
try {
  let seconds
  for (let left = ${again ? 2 : 1}; left > 0; left--) {
    seconds = await fetched('/file', ${JSON.stringify(word)}, ${JSON.stringify(by)})
    await wait(300)
  }
  await tell({ seconds, peakMemoryBytes: performance.memory.usedJSHeapSize })
} catch (error) {
  await tell({ error: String(error) })
}`
const type = 'text/javascript'
const pages = new Map([
  [
    '/',
    {
      type: 'text/html',
      body: '<!doctype html><link rel="icon" href="data:,"><script type="module" src="/page.js"></script><script type="module" src="/program.js"></script>'
    }
  ],
  ['/page.js', { type, body: await bundle(new URL('../src/lookup/page.ts', import.meta.url)) }],
  ['/program.js', { type, body: program }],
  ['/file', { type: 'application/octet-stream', body: readFileSync(path) }]
])
let said: (text: string) => void = () => {}
const heard = new Promise<string>((resolve) => {
  said = resolve
})
const server = await servePages((name) => {
  if (!name.startsWith('/said/')) return pages.get(name)
  said(decodeURIComponent(name.slice(6)))
  return { type: 'text/plain', body: '' }
})
const timer = setTimeout(() => said('{"error":"the page said nothing for a minute"}'), 60_000)
const page = await visit(server.origin, (status) => said(`{"error":"Chromium ended: ${status}"}`))
const text = await heard
clearTimeout(timer)
await page.close()
await server.close()
const { error } = JSON.parse(text) as { error?: string }
if (error) throw new Error(error)
process.stdout.write(text)
