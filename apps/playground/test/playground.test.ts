import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { readVectors } from '@slimbed/io'
import { load, nearest, rows } from '@slimbed/runtime'
import { sample } from '@slimbed/sample'
import type { Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { madeHere } from './made-here.js'
import { compressed, download, give, inChromium, picture, runsOf, says } from './page.js'

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

inChromium('the playground in Chromium', (open) => {
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
    const { name, bytes: file } = await download(page)
    expect(name).toBe('sample-10k.100d.slimbed.safetensors')
    const { table, vocabulary, manifest } = load(file)
    expect([table.rows, table.dim, manifest.provenance.pipeline]).toEqual([
      10_000,
      100,
      'lowrank(ratio=2) | fixedpoint'
    ])
    expect(
      Buffer.compare(file, await madeHere(readFileSync(sample.vectors), 'lowrank(ratio=2) | fixedpoint(bits=8)'))
    ).toBe(0)
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
    await says(page, '#near-error', 'no-such-word')
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
    await give(page, '#file', 'tiny.txt', Buffer.from(text))
    await says(page, '#about', '4 rows × 3 columns')
    await page.fill('#spec', 'fixedpoint(bitz=8)')
    await says(page, '#spec-error', 'bits')
    await page.fill('#spec', 'fixedpoint(bits=8)')
    await page.click('#run')
    await compressed(page, 1)
    const { bytes: artefact } = await download(page)
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

    await give(page, '#file', 'tiny.safetensors', Buffer.from(artefact))
    await says(page, '#about', 'an artefact')
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
    await give(page, '#file', 'plain.npy', npy)
    await says(page, '#about', '2 rows × 2 columns')
    expect(await runsOf(page)).toEqual([])
    await page.click('#run')
    await compressed(page, 1)
    expect([await page.isVisible('#near'), await page.isVisible('#map'), await page.textContent('#run-error')]).toEqual(
      [false, false, '']
    )

    await give(page, '#file', 'noise.bin', Buffer.from([1, 2, 3, 255, 0, 9]))
    await page.waitForFunction(() => document.querySelector('#input #open-error')?.textContent !== '')
    expect(await page.textContent('#open-error')).toMatch(/^noise\.bin.{10,300}$/)
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
    await page.waitForFunction(() => document.querySelector('#run-error')?.textContent === 'interrupted', undefined, {
      timeout: 60_000
    })
    expect(await page.isEnabled('#run')).toBe(true)
    expect(await runsOf(page)).toEqual([])
    await page.context().close()
  })
})
