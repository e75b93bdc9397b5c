import { readFileSync } from 'node:fs'
import { bundle, chromiumPath, noChromium, openChromium, type PageServer, servePages } from '@slimbed/browser'
import { packTokenizer } from '@slimbed/tokenizer/pack'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

const present = chromiumPath() !== undefined
const inChromium = present ? describe : describe.skip
const title = present ? 'tokenizers in Chromium' : `tokenizers in Chromium (skipped: ${noChromium})`
const golden = readFileSync(new URL('../../../packages/tokenizer/test/golden/tokenizers.json', import.meta.url), 'utf8')

inChromium(title, () => {
  let browser: Browser
  let server: PageServer
  let page: Page

  beforeAll(async () => {
    const script = await bundle(new URL('tokenizer-page.ts', import.meta.url))
    const { tokenizer } = JSON.parse(golden).kinds['WordPiece, BERT uncased']
    const packed = packTokenizer(tokenizer)
    server = await servePages((path) => {
      if (path === '/golden.json') return { type: 'application/json', body: golden }
      if (path === '/packed') return { type: 'application/octet-stream', body: packed }
      if (path === '/page.js') return { type: 'text/javascript', body: script }
      return { type: 'text/html', body: '<!doctype html><script type="module" src="/page.js"></script>' }
    })
    browser = await openChromium()
    page = await browser.newPage()
    await page.goto(server.origin)
    await page.waitForFunction('globalThis.differences')
  })
  afterAll(async () => {
    await browser?.close()
    await server?.close()
  })

  test('have the ids of the Python library, as they were recorded', async () => {
    expect(await page.evaluate('differences()')).toEqual([])
  })

  test('are read from their packed form', async () => {
    const { texts, kinds } = JSON.parse(golden)
    const ids = kinds['WordPiece, BERT uncased'].ids
    expect(await page.evaluate(`packedIds(${JSON.stringify(texts[0])})`)).toEqual(ids[0])
  })
})
