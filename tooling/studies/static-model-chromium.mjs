// node tooling/studies/static-model-chromium.mjs FILE
//
// Milliseconds in Chromium, of a compressed static model: to the first vector, from bytes in memory, and for a text of 20 words. The best of three pages.
import { readFileSync } from 'node:fs'
import { bundle, openChromium, servePages } from '@slimbed/browser'
import { dataFolder } from '@slimbed/testing'

const model = readFileSync(process.argv[2])
const texts = readFileSync(`${dataFolder}/classification/rt-polarity.all`, 'latin1')
  .split('\n')
  .map((line) => line.replace(/^\d+ /, '').split(/\s+/))
  .filter((words) => words.length >= 20)
  .slice(0, 500)
  .map((words) => words.slice(0, 20).join(' '))
const program = await bundle(new URL('static-model/page.mjs', import.meta.url))
const server = await servePages((path) => {
  if (path === '/') return { type: 'text/html', body: '<!doctype html><script type="module" src="page.js"></script>' }
  if (path === '/page.js') return { type: 'text/javascript', body: program }
  return { type: 'application/octet-stream', body: model }
})
const browser = await openChromium()
const found = []
for (let round = 0; round < 3; round++) {
  const page = await browser.newPage()
  await page.goto(server.origin)
  await page.waitForFunction(() => 'measure' in globalThis)
  found.push(await page.evaluate(([url, list]) => globalThis.measure(url, list), [`${server.origin}/model`, texts]))
  await page.close()
}
await browser.close()
await server.close()
const best = (key) => Math.min(...found.map((round) => round[key]))
console.log(`first vector ${best('first').toFixed(0)} ms, 20 words ${best('each').toFixed(3)} ms`)
