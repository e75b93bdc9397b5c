import { readFileSync } from 'node:fs'
import { loadEncoder } from '@slimbed/encoder'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { bundle, chromiumPath, noChromium, openChromium, type PageServer, servePages } from '../src/index.js'
import { searchModel } from './model.js'

const example = readFileSync(new URL('../../../examples/semantic-search/index.html', import.meta.url), 'utf8')
const chromium = chromiumPath()
let browser: Browser
let server: PageServer
let file: Uint8Array
let program: string
beforeAll(async () => {
  if (!chromium) return
  file = await searchModel()
  program = await bundle(new URL('encoder-page.ts', import.meta.url))
  const worker = `${program}
    onmessage = async ({ data: [task, ...given] }) => postMessage(await tasks[task](...given))`
  browser = await openChromium()
  server = await servePages((path) => {
    if (path === '/') return { type: 'text/html', body: example }
    if (path === '/empty.html')
      return { type: 'text/html', body: '<!doctype html><script type="module" src="page.js"></script>' }
    if (path === '/page.js') return { type: 'text/javascript', body: program }
    if (path === '/worker.js') return { type: 'text/javascript', body: worker }
    return path.endsWith('.safetensors') ? { type: 'application/octet-stream', body: file } : undefined
  })
})
afterAll(async () => {
  await browser?.close()
  await server?.close()
})

const skipped = chromium ? '' : ` (skipped: ${noChromium})`
const texts = ['fresh bread', 'cold weather', '', 'nothing known', 'violin and piano']

test.skipIf(!chromium)(`the example finds texts by their meaning${skipped}`, async () => {
  const page = await browser.newPage()
  const problems: string[] = []
  page.on('pageerror', (error) => problems.push(error.message))
  page.on('console', (message) => message.type() === 'error' && problems.push(message.text()))
  const encoder = await bundle(new URL('../../../packages/encoder/src/index.ts', import.meta.url))
  await page.route('https://esm.sh/@slimbed/encoder', (route) =>
    route.fulfill({ contentType: 'text/javascript', headers: { 'access-control-allow-origin': '*' }, body: encoder })
  )
  await page.route('**/favicon.ico', (route) => route.fulfill({ status: 204 }))
  await page.goto(server.origin)
  await page.getByText('12 texts, 64 numbers each').waitFor()
  const first = async (query: string) => {
    await page.getByLabel('What are you looking for?').fill(query)
    return (await page.locator('li').allTextContents()).slice(0, 2).map((text) => text.replace(/ [-\d.]+$/, ''))
  }
  const food = ['Fresh fish with rice and vegetables', 'Bake the bread for forty minutes']
  expect((await first('something to eat')).sort()).toEqual(food.sort())
  expect(await first('music')).toContain('A violin and a piano play together')
  await page.getByLabel('What are you looking for?').fill('')
  expect(await page.locator('li').count()).toBe(0)
  expect(problems).toEqual([])
  await page.close()
})

test.skipIf(!chromium)(`a page and a worker have the vectors of Node, whole and by ranges${skipped}`, async () => {
  const model = await loadEncoder(file)
  const expected = [...model.encode(texts)]
  const page = await browser.newPage()
  await page.goto(`${server.origin}/empty.html`)
  const call = (where: 'page' | 'worker', task: string, path: string) =>
    page.evaluate(
      async ([where, task, url, texts]) => {
        if (where === 'page') {
          const { tasks } = globalThis as unknown as {
            tasks: Record<string, (...given: unknown[]) => Promise<number[][]>>
          }
          return tasks[task](url, texts)
        }
        const worker = new Worker('worker.js', { type: 'module' })
        return new Promise<number[][]>((resolve, reject) => {
          worker.onmessage = ({ data }) => resolve(data)
          worker.onerror = ({ message }) => reject(new Error(message))
          worker.postMessage([task, url, texts])
        })
      },
      [where, task, `${server.origin}${path}`, texts] as const
    )
  for (const where of ['page', 'worker'] as const) {
    const [whole, apart, [similarity]] = await call(where, 'encode', `/${where}.safetensors`)
    expect(whole).toEqual(expected)
    apart.forEach((value, i) => {
      expect(value).toBeCloseTo(expected[i], 6)
    })
    expect(similarity).toBeCloseTo(model.similarity(texts[0], texts[1]), 6)
  }
  const [, [wasWhole]] = await call('page', 'encodeByRanges', '/ranges.safetensors')
  expect([wasWhole, server.sent['/ranges.safetensors'] < file.length / 3]).toEqual([0, true])
  await page.close()
})
