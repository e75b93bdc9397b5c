import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { save } from '@slimbed/core'
import { load, rows } from '@slimbed/runtime'
import { optionalKinds } from '@slimbed/runtime/optional-kinds'
import { expect, test } from 'vitest'
import { safetensors } from '../../../packages/io/test/safetensors/safetensors-file.js'
import { madeHere } from './made-here.js'
import { compressed, download, give, inChromium, picture, runsOf, says } from './page.js'

type AxeCore = typeof import('axe-core')

inChromium('the manners of the playground', (open) => {
  test('another file ends a run: nothing of the old table stands under the new name', async () => {
    const page = await open()
    await page.click('#sample')
    await page.waitForSelector('#compress:not([hidden])')
    await page.fill('#spec', 'iiq(iterations=10000, tolerance=0)')
    await page.click('#run')
    await page.waitForSelector('#busy:not([hidden])')
    await give(page, '#file', 'tiny.txt', 'cat 1 0 2\ndog 1 0.5 2\ncar -1 3 0\nbus -1 2.5 0.5\n')
    await says(page, '#about', '4 rows × 3 columns')
    await page.waitForSelector('#busy', { state: 'hidden' })
    expect([await runsOf(page), await page.isVisible('#results'), await page.textContent('#run-error')]).toEqual([
      [],
      false,
      ''
    ])
    await page.fill('#spec', 'fixedpoint')
    await page.click('#run')
    await compressed(page, 1)
    const [file] = await Promise.all([page.waitForEvent('download'), page.click('#download')])
    expect(file.suggestedFilename()).toBe('tiny.slimbed.safetensors')
    expect(load(readFileSync(await file.path())).table).toMatchObject({ rows: 4, dim: 3 })

    // Of two files the last counts, and one that is refused changes nothing.
    await Promise.all([
      give(page, '#file', 'first.txt', 'a 1 2\nb 3 4\n'),
      give(page, '#file', 'second.txt', 'a 1 2\nb 3 4\nc 5 6\n')
    ])
    await page.waitForFunction(() => document.querySelector('#about')?.textContent?.startsWith('second.txt'))
    await give(page, '#file', 'bad.txt', 'nothing here\n')
    await page.waitForFunction(() => document.querySelector('#open-error')?.textContent?.startsWith('bad.txt'))
    expect(await page.textContent('#about')).toMatch(/^second\.txt: 3 rows/)
    await page.context().close()
  })

  test('what the command makes is what the page makes, weights included', async () => {
    const page = await open()
    const line = (row: number) => [`word${row}`, ...Array.from({ length: 24 }, (_, j) => Math.sin((row + 1) * (j + 2)))]
    const text = Buffer.from(Array.from({ length: 600 }, (_, row) => `${line(row).join(' ')}\n`).join(''))
    await give(page, '#file', 'waves.txt', text)
    await says(page, '#about', '600 rows')
    for (const spec of ['groupreduce(ratio=2) | fixedpoint(bits=8)', 'trellis(bits=2)']) {
      await page.fill('#spec', spec)
      await page.click('#run')
      await says(page, '#runs tr.chosen code', spec)
      expect(Buffer.compare((await download(page)).bytes, await madeHere(text, spec))).toBe(0)
      const supposed = spec.startsWith('groupreduce')
      expect((await page.textContent('#download-size'))?.includes('in order of frequency')).toBe(supposed)
    }
    await page.context().close()
  })

  test('the slider of sizes: a pipeline is found, its file has that size, and neighbours and map follow', async () => {
    const page = await open({ viewport: { width: 1100, height: 900 } })
    const values = (row: number) =>
      Array.from({ length: 32 }, (_, j) => ((Math.sin(97 * row + 31 * j + 1) * 1e4) % 1) / (1 + j / 8))
    const text = Array.from({ length: 1500 }, (_, row) => `word${row} ${values(row).join(' ')}\n`).join('')
    await give(page, '#file', 'waves.txt', text)
    await says(page, '#about', '1,500 rows')
    const size = () => page.textContent('#size-text')
    expect(await size()).toBe('12 kB, 16.0 × smaller')
    await page.fill('#size', '8')
    expect(await size()).toBe('48 kB, 4.0 × smaller')
    await compressed(page, 1)
    const { bytes: file } = await download(page)
    expect(file.length).toBeLessThanOrEqual(48_000)
    expect(file.length).toBeGreaterThan(0.99 * 48_000)
    const [[spec = ''] = []] = await runsOf(page)
    expect(spec).toMatch(/^trellis\(bits=/)
    // Other versions of V8 may round what a step is computed from otherwise: rows are compared, not bytes.
    const [got, made] = [file, await madeHere(Buffer.from(text), spec)].map((bytes) =>
      load(bytes, { kinds: optionalKinds })
    )
    const ids = Array.from({ length: 1500 }, (_, row) => row)
    const wanted = rows(made.table, ids)
    const differences = rows(got.table, ids).map((value, i) => Math.abs(value - wanted[i]))
    expect(Math.max(...differences)).toBeLessThan(1e-4 * Math.max(...wanted.map(Math.abs)))
    const scores = () => page.$$eval('#after .score', (found) => found.map((one) => one.textContent).join())
    const map = () => page.$eval('#scatter svg', (svg) => svg.innerHTML)
    const before = [await scores(), await map()]
    await page.focus('#size')
    await page.keyboard.press('PageUp')
    expect(await size()).toBe('33.9 kB, 5.7 × smaller')
    await compressed(page, 2)
    await says(page, '#planned', 'kB, error 0.')
    await page.waitForFunction((map) => document.querySelector('#scatter svg')?.innerHTML !== map, before[1])
    expect(await scores()).not.toBe(before[0])
    await picture(page, 'sizes')
    // Of what was asked for in between, nothing comes.
    for (const value of ['9', '10', '16']) await page.fill('#size', value)
    await compressed(page, 3)
    expect(await size()).toBe('24 kB, 8.0 × smaller')
    // A size that the words alone go beyond.
    await page.fill('#size', '40')
    await says(page, '#size-error', 'the smallest file has')
    await page.context().close()
  })

  test('a tensor is chosen, and words and counts are given', async () => {
    const page = await open()
    const values = Float32Array.of(1, 0, 2, 1, 0.5, 2, -1, 3, 0)
    const entry = { dtype: 'F32', shape: [3, 3], data: values }
    const several = Buffer.from(safetensors({ 'a.weight': entry, 'b.weight': entry }))
    await give(page, '#file', 'model.safetensors', several)
    await page.waitForSelector('#tensor-choice:not([hidden])')
    expect(await page.textContent('#about')).toBe('model.safetensors: it has 2 matrices; choose one.')
    expect(await page.isVisible('#compress')).toBe(false)
    await page.selectOption('#tensor', 'b.weight')
    await says(page, '#about', '3 rows × 3 columns')
    await give(page, '#words', 'words.txt', Buffer.from('one\ntwo\n'.repeat(3)))
    await says(page, '#open-error', 'words.txt')
    await give(page, '#words', 'words.txt', Buffer.from('one\ntwo\nthree\n'))
    await page.waitForFunction(() => document.querySelector('#open-error')?.textContent === '')
    await page.waitForSelector('#opening', { state: 'hidden' })
    await give(page, '#counts', 'counts.tsv', Buffer.from('one\t5\ntwo\t3\nthree\t1\n'))
    await page.waitForSelector('#opening', { state: 'hidden' })
    await page.fill('#spec', 'fixedpoint')
    await page.click('#run')
    await compressed(page, 1)
    const { vocabulary, manifest } = load((await download(page)).bytes)
    expect([vocabulary!.word(2), [...vocabulary!.counts!], manifest.provenance.weights]).toEqual([
      'three',
      [5, 3, 1],
      'counts'
    ])
    await page.context().close()
  })

  test('nothing is in the way of assistive technology, and no label covers another', async () => {
    const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
    const page = await open({ viewport: { width: 1280, height: 900 } })
    const violations = async () => {
      await page.evaluate(axe)
      return page.evaluate(async () => {
        const { violations } = await (globalThis as unknown as { axe: AxeCore }).axe.run()
        return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`)
      })
    }
    expect(await violations()).toEqual([])
    await page.click('#sample')
    await page.waitForSelector('#compress:not([hidden])')
    await page.click('#run')
    await compressed(page, 1)
    const covered = () =>
      page.$$eval('#scatter svg text', (texts) => {
        const boxes = texts
          .filter((text) => text.textContent)
          .map((text) => [text.textContent, text.getBoundingClientRect()] as const)
        const found = boxes.flatMap(([a, one], i) =>
          boxes
            .slice(i + 1)
            .filter(
              ([, other]) =>
                one.left + 1 < other.right &&
                other.left + 1 < one.right &&
                one.top + 2 < other.bottom &&
                other.top + 2 < one.bottom
            )
            .map(([b]) => `${a} ${b}`)
        )
        return { found, labels: boxes.length }
      })
    for (const [width, name] of [
      [1280, 'wide'],
      [390, 'narrow']
    ] as const) {
      await page.setViewportSize({ width, height: 900 })
      await page.waitForFunction(
        (width) => Number(document.querySelector('#scatter svg')?.getAttribute('width')) <= width,
        width
      )
      await page.waitForTimeout(400)
      expect(await violations()).toEqual([])
      const { found, labels } = await covered()
      expect(found).toEqual([])
      expect(labels).toBeGreaterThan(width === 390 ? 20 : 60)
      await picture(page, name)
      await page.emulateMedia({ colorScheme: 'dark' })
      expect(await violations()).toEqual([])
      await page.emulateMedia({ colorScheme: 'light' })
    }
    // An artefact that does not know its error: no empty plot.
    const { table } = load((await download(page)).bytes)
    await page.setInputFiles('#file', {
      name: 'unknown.safetensors',
      mimeType: 'application/octet-stream',
      buffer: Buffer.from(await save({ table, provenance: {} }))
    })
    await page.waitForFunction(() => document.querySelector('#about')?.textContent?.startsWith('unknown'))
    await page.waitForSelector('#results:not([hidden])')
    expect(await page.textContent('#trade')).toContain('There is no error to plot')
    await page.context().close()
  })
})
