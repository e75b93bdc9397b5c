import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { extname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { chromiumPath, noChromium, openChromium, type PageServer, servePages } from '@slimbed/browser'
import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import { build } from 'vite'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

const root = fileURLToPath(new URL('..', import.meta.url))
/** Pictures of the page, for people: not under version control. */
const pictures = join(root, 'test-output')

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.wasm': 'application/wasm'
}

/** The text of every cell of the runs. */
export const runsOf = (page: Page) =>
  page.$$eval('#runs tbody tr', (found) => found.map((row) => [...row.children].map((cell) => cell.textContent ?? '')))

/** Waits until there are so many runs and nothing goes on. */
export const compressed = (page: Page, count: number) =>
  page.waitForFunction(
    (count) =>
      document.querySelectorAll('#runs tbody tr').length === count && !document.querySelector('#busy:not([hidden])'),
    count,
    { timeout: 60_000 }
  )

/** Waits until a text stands in an element. */
export const says = (page: Page, selector: string, text: string) =>
  page.waitForFunction(([selector, text]) => document.querySelector(selector)?.textContent?.includes(text), [
    selector,
    text
  ] as const)

/** Gives the page a file by the input of this selector. */
export const give = (page: Page, selector: string, name: string, content: Uint8Array | string) =>
  page.setInputFiles(selector, { name, mimeType: 'application/octet-stream', buffer: Buffer.from(content) })

/** The file that the page offers. */
export async function download(page: Page): Promise<{ readonly name: string; readonly bytes: Uint8Array }> {
  const [file] = await Promise.all([page.waitForEvent('download'), page.click('#download')])
  return { name: file.suggestedFilename(), bytes: readFileSync(await file.path()) }
}

/** A picture of the whole page, to be looked at. */
export const picture = (page: Page, name: string) =>
  page.screenshot({ path: join(pictures, `${name}.png`), fullPage: true })

/** Tests of the built page in Chromium, skipped where there is none; the last says that the console was silent. */
export function inChromium(name: string, tests: (open: (options?: BrowserContextOptions) => Promise<Page>) => void) {
  const present = chromiumPath() !== undefined
  const title = present ? name : `${name} (skipped: ${noChromium})`
  const whenThere = present ? describe : describe.skip
  const complaints: string[] = []
  let folder: string
  let server: PageServer
  let browser: Browser

  async function open(options: BrowserContextOptions = {}): Promise<Page> {
    const context = await browser.newContext({ acceptDownloads: true, ...options })
    const page = await context.newPage()
    page.on('console', (message) => {
      if (['error', 'warning'].includes(message.type())) complaints.push(message.text())
    })
    page.on('pageerror', (error) => complaints.push(String(error)))
    await page.goto(`${server.origin}/some/where/`)
    return page
  }

  whenThere(title, () => {
    beforeAll(async () => {
      mkdirSync(pictures, { recursive: true })
      folder = mkdtempSync(join(tmpdir(), 'slimbed-playground-'))
      await build({ root, logLevel: 'error', build: { outDir: folder, emptyOutDir: true } })
      // Below a path, as on a server that has more pages.
      server = await servePages((path) => {
        const name = path.startsWith('/some/where/') ? path.slice('/some/where/'.length) || 'index.html' : undefined
        if (name === undefined || name.includes('..')) return undefined
        try {
          return { type: types[extname(name)] ?? 'application/octet-stream', body: readFileSync(join(folder, name)) }
        } catch {
          return undefined
        }
      })
      browser = await openChromium()
    })
    afterAll(async () => {
      await browser?.close()
      await server?.close()
      rmSync(folder, { recursive: true, force: true })
    })

    tests(open)

    test('nothing was said on the console', () => {
      expect(complaints).toEqual([])
    })
  })
}
