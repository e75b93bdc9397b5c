import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { extname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { chromiumPath, noChromium, openChromium, type PageServer, servePages } from '@slimbed/browser'
import { compress, createTensor, pipeline, provenanceOf, save } from '@slimbed/core'
import { fixedpoint } from '@slimbed/fixedpoint'
import { bytesSource, readVectors } from '@slimbed/io'
import { lowrank } from '@slimbed/lowrank'
import { load, nearest, rows } from '@slimbed/runtime'
import { sample } from '@slimbed/sample'
import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import { build } from 'vite'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

const root = fileURLToPath(new URL('..', import.meta.url))
/** Pictures of the page, for people: not under version control. */
const pictures = join(root, 'test-output')

const present = chromiumPath() !== undefined
const inChromium = present ? describe : describe.skip
const title = present ? 'the playground in Chromium' : `the playground in Chromium (skipped: ${noChromium})`

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.wasm': 'application/wasm'
}

const versionOf = (name: string): [string, string] => {
  const manifest = readFileSync(join(root, '../../packages', name, 'package.json'), 'utf8')
  return [`@slimbed/${name}`, JSON.parse(manifest).version]
}

/** The file that `lowrank(ratio=2) | fixedpoint` makes of the sample in Node, as the command writes it. */
async function madeHere(): Promise<Uint8Array> {
  const { matrix, vocabulary } = await readVectors(bytesSource('sample', readFileSync(sample.vectors)))
  const tensor = await createTensor({ backend: 'wasm' })
  try {
    const compression = await compress(matrix, pipeline(lowrank({ ratio: 2 }), fixedpoint()), { tensor })
    const versions = Object.fromEntries(['core', 'fixedpoint', 'lowrank'].map(versionOf))
    return await save({
      table: compression.table,
      vocabulary,
      provenance: provenanceOf(compression, { versions: versions, weights: 'uniform' })
    })
  } finally {
    await tensor.close()
  }
}

inChromium(title, () => {
  let folder: string
  let server: PageServer
  let browser: Browser
  const complaints: string[] = []

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

  /** The text of every cell of the runs. */
  const runsOf = (page: Page) =>
    page.$$eval('#runs tbody tr', (found) =>
      found.map((row) => [...row.children].map((cell) => cell.textContent ?? ''))
    )

  const compressed = (page: Page, count: number) =>
    page.waitForFunction(
      (count) =>
        document.querySelectorAll('#runs tbody tr').length === count && !document.querySelector('#busy:not([hidden])'),
      count,
      { timeout: 60_000 }
    )

  async function download(page: Page): Promise<Uint8Array> {
    const [file] = await Promise.all([page.waitForEvent('download'), page.click('#download')])
    expect(file.suggestedFilename()).toMatch(/\.slimbed\.safetensors$/)
    return readFileSync(await file.path())
  }

  const picture = (page: Page, name: string) => page.screenshot({ path: join(pictures, `${name}.png`), fullPage: true })

  /** Elements that are cut off at the right. */
  const overflowing = (page: Page) =>
    page.evaluate(() =>
      [...document.querySelectorAll('body *:not(svg *)')]
        .filter(
          (one) =>
            one.getBoundingClientRect().right > window.innerWidth + 0.5 && getComputedStyle(one).clipPath === 'none'
        )
        .map((one) => `${one.localName}#${one.id}.${one.className}`)
    )

  test('the sample is compressed with the keyboard alone, looked into and downloaded', async () => {
    const page = await open({ colorScheme: 'light', viewport: { width: 1100, height: 900 } })
    await picture(page, 'light-empty')
    await page.focus('#sample')
    await page.keyboard.press('Enter')
    await page.waitForSelector('#compress:not([hidden])')
    expect(await page.textContent('#about')).toContain('10,000 rows × 100 columns')
    await page.focus('#presets input:checked')
    await page.keyboard.press('ArrowDown')
    expect(await page.inputValue('#spec')).toBe('lowrank(ratio=2) | fixedpoint(bits=8)')
    await page.focus('#run')
    await page.keyboard.press('Enter')
    await compressed(page, 1)
    const [[spec, , smaller, error] = []] = await runsOf(page)
    expect([spec, smaller, error]).toEqual(['lowrank(ratio=2) | fixedpoint(bits=8)', '7.7 ×', '0.5090'])

    expect(await page.textContent('#download-size')).toMatch(/computed on wasm$/)
    const file = await download(page)
    const { table, vocabulary, manifest } = load(file)
    expect([table.rows, table.dim, manifest.provenance.pipeline]).toEqual([
      10_000,
      100,
      'lowrank(ratio=2) | fixedpoint'
    ])
    expect(Buffer.compare(file, await madeHere())).toBe(0)
    const near = async (table: Parameters<typeof nearest>[0]) => {
      const row = vocabulary!.find('water')
      return nearest(table, rows(table, [row]), { k: 10, exclude: [row] }).map(({ row }) => vocabulary!.word(row))
    }
    const shown = (id: string) =>
      page.$$eval(`#${id} li > :first-child`, (items) => items.map((item) => item.textContent))
    expect(await page.inputValue('#word')).toBe('water')
    expect(await shown('after')).toEqual(await near(table))
    expect(await page.$$eval('#scatter svg text', (found) => found.length)).toBeGreaterThan(100)
    expect(await page.$$eval('#trade svg circle', (found) => found.length)).toBeGreaterThan(0)

    await page.fill('#word', 'no-such-word')
    await page.press('#word', 'Enter')
    await page.waitForFunction(() => document.querySelector('#near-error')?.textContent?.includes('no-such-word'))
    await page.fill('#word', 'music')
    await page.press('#word', 'Enter')
    await page.waitForFunction(() => !document.querySelector('#near-error')?.textContent)
    await page.context().close()
  })

  test('every preset runs, and the plot has them all: dark, and on a phone', async () => {
    const page = await open({ colorScheme: 'dark', viewport: { width: 1100, height: 900 } })
    await page.click('#sample')
    await page.waitForSelector('#compress:not([hidden])')
    const presets = await page.$$eval('#presets code', (found) => found.map((code) => code.textContent))
    await page.click('#all')
    await compressed(page, presets.length)
    const runs = await runsOf(page)
    expect(new Set(runs.map(([spec]) => spec)).size).toBe(presets.length)
    for (const [, size, smaller, error, kept] of runs) {
      expect([size, smaller, error, kept].join(' ')).toMatch(/^[\d.]+ [kM]B [\d.]+ × 0\.\d{4} [\d.]+ %$/)
    }
    await page.selectOption('#map-words', 'near')
    await picture(page, 'dark')
    await page.emulateMedia({ colorScheme: 'light' })
    await picture(page, 'light')
    for (const [width, name] of [
      [390, 'phone'],
      [320, 'small-phone']
    ] as const) {
      await page.setViewportSize({ width, height: 780 })
      await page.waitForFunction(
        (width) =>
          ['scatter', 'trade'].every(
            (id) => Number(document.querySelector(`#${id} svg`)?.getAttribute('width')) < width
          ),
        width
      )
      expect(await overflowing(page)).toEqual([])
      await picture(page, `${name}-light`)
      await page.emulateMedia({ colorScheme: 'dark' })
      await picture(page, `${name}-dark`)
      await page.emulateMedia({ colorScheme: 'light' })
    }
    await page.context().close()
  })

  test('a file of vectors, then an artefact; what is neither is refused in one line', async () => {
    const page = await open()
    const text = 'cat 1 0 2\ndog 1 0.5 2\ncar -1 3 0\nbus -1 2.5 0.5\n'
    const give = (name: string, buffer: Buffer) =>
      page.setInputFiles('#file', { name, mimeType: 'application/octet-stream', buffer })
    await give('tiny.txt', Buffer.from(text))
    await page.waitForFunction(() => document.querySelector('#about')?.textContent?.includes('4 rows × 3 columns'))
    await page.fill('#spec', 'fixedpoint(bitz=8)')
    await page.waitForFunction(() => document.querySelector('#spec-error')?.textContent?.includes('bits'))
    await page.fill('#spec', 'fixedpoint(bits=8)')
    await page.click('#run')
    await compressed(page, 1)
    const artefact = await download(page)
    const source = {
      name: 'tiny',
      size: text.length,
      read: async (at: number, length: number) => Buffer.from(text).subarray(at, at + length)
    }
    const { matrix } = await readVectors(source)
    const [expected, found] = [await matrix.read(0, 4), rows(load(artefact).table, [0, 1, 2, 3])]
    expected.forEach((value, i) => {
      expect(Math.abs(value - found[i])).toBeLessThan(0.02)
    })

    await give('tiny.safetensors', Buffer.from(artefact))
    await page.waitForFunction(() => document.querySelector('#about')?.textContent?.includes('an artefact'))
    expect(await page.isVisible('#compress')).toBe(false)
    expect(await runsOf(page)).toHaveLength(1)
    expect(await page.textContent('#before')).toContain('does not hold')
    expect(await page.$$eval('#after li', (items) => items.length)).toBe(3)

    // A matrix without words is compressed too; there are no neighbours to show.
    const header = "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 2), }".padEnd(117)
    const npy = Buffer.concat([
      Buffer.from('\x93NUMPY\x01\x00\x76\x00', 'latin1'),
      Buffer.from(`${header}\n`),
      Buffer.from(Float32Array.of(1, 2, 3, 4).buffer)
    ])
    await give('plain.npy', npy)
    await page.waitForFunction(() => document.querySelector('#about')?.textContent?.includes('2 rows × 2 columns'))
    expect(await runsOf(page)).toEqual([])
    await page.click('#run')
    await compressed(page, 1)
    expect([await page.isVisible('#near'), await page.isVisible('#map'), await page.textContent('#failure')]).toEqual([
      false,
      false,
      ''
    ])

    await give('noise.bin', Buffer.from([1, 2, 3, 255, 0, 9]))
    await page.waitForFunction(() => document.querySelector('#failure')?.textContent !== '')
    expect(await page.textContent('#failure')).toMatch(/^noise\.bin.{10,300}$/)
    await page.context().close()
  })

  test('a file is dropped, and a run is stopped', async () => {
    const page = await open()
    const vectors = readFileSync(fileURLToPath(sample.vectors))
    await page.route('**/dropped', (route) => route.fulfill({ body: vectors }))
    await page.evaluate(async () => {
      const bytes = await (await fetch('/dropped')).arrayBuffer()
      const transfer = new DataTransfer()
      transfer.items.add(new File([bytes], 'dropped.bin'))
      document.dispatchEvent(new DragEvent('drop', { dataTransfer: transfer, bubbles: true, cancelable: true }))
    })
    await page.waitForSelector('#compress:not([hidden])')
    await page.fill('#spec', 'iiq(iterations=10000, tolerance=0)')
    await page.waitForFunction(() => document.querySelector('#spec')?.getAttribute('aria-invalid') !== null)
    await page.click('#run')
    await page.click('#stop')
    await page.waitForFunction(() => document.querySelector('#failure')?.textContent === 'interrupted', undefined, {
      timeout: 60_000
    })
    expect(await page.isEnabled('#run')).toBe(true)
    expect(await runsOf(page)).toEqual([])
    await page.context().close()
  })

  test('nothing was said on the console', () => {
    expect(complaints).toEqual([])
  })
})
