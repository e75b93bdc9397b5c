import { mkdirSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'
import type { ComparedScore, Evaluation, Front, TableEvaluation } from '@slimbed/eval'
import { renderFront, renderReport } from '@slimbed/eval/report'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { chromiumPath, noChromium, openChromium } from '../src/index.js'

type AxeCore = typeof import('axe-core')

/** Pictures of the report, for people: not under version control. */
const pictures = fileURLToPath(new URL('../test-output/', import.meta.url))
const present = chromiumPath() !== undefined

const tasks = [
  ['similarity', 'EN-RW-STANFORD', 'spearman'],
  ['similarity', 'EN-SIMLEX-999', 'spearman, known pairs'],
  ['analogy', 'questions-words', '3CosAdd'],
  ['analogy', 'questions-words', '3CosMul'],
  ['categorization', 'EN-BATTIG', 'purity'],
  ['classification', 'movie-reviews-binary-sentiment', 'accuracy']
] as const

const scores = (loss: number, compared: boolean): ComparedScore[] =>
  tasks.map(([kind, task, measure], i) => ({
    ...{ kind, task, measure, value: 0.4 + 0.07 * i - loss, items: 19_544, covered: 18_212 },
    ...(compared && { difference: { value: -loss, low: -loss - 0.013, high: 0.011 - loss } })
  }))

const band = (rows: number, error: number) => ({
  rows,
  relativeError: error,
  meanCosine: 0.9,
  neighbourOverlap: 1 - error
})

const table = (path: string, pipeline: string, ratio: number, loss: number): TableEvaluation => ({
  ...{ path, pipeline, format: 'slimbed', rows: 400_000, dim: 300, bytes: 31_000_000, ratio, isotropy: 0.1234 },
  tableBytes: Math.round(480e6 / ratio),
  scores: scores(loss, true),
  fidelity: {
    ...{ rows: 400_000, relativeError: 10 * loss, weightedError: 9 * loss, meanCosine: 1 - loss, k: 10 },
    ...{ neighbourOverlap: 1 - 8 * loss, eigenspaceOverlap: 1 - 3 * loss },
    bands: [band(1000, 8 * loss), band(9000, 9 * loss), band(90_000, 9.5 * loss), band(300_000, 10 * loss)]
  }
})

const { fidelity: _, pipeline: __, ...plain } = table('data/vectors/glove.6B.300d.top400k.txt', '', 1, 0)
const report: Evaluation = {
  ...{ tasks: 'data/tasks', seed: 0, resamples: 1000, skipped: [], notes: [] },
  against: { ...plain, scores: scores(0, false) },
  tables: [
    table('out/glove.6B.300d.bits8.slimbed.safetensors', 'fixedpoint(bits=8)', 3.9, 0.001),
    table('out/glove.6B.300d.lowrank-bits8.slimbed.safetensors', 'lowrank(ratio=2) | fixedpoint(bits=8)', 7.8, 0.021),
    table('out/glove.6B.300d.groups.slimbed.safetensors', 'groupreduce(ratio=6, groups=10) | fixedpoint', 23, 0.05),
    table('out/glove.6B.300d.trellis2.slimbed.safetensors', 'trellis(bits=2, basis=principal)', 15.6, 0.015),
    table('out/glove.6B.300d.codes.slimbed.safetensors', 'iiq(bits=64)', 150, 0.061)
  ]
}

const front: Front = {
  input: { path: 'glove.6B.300d.top400k.txt', rows: 400_000, dim: 300 },
  measure: 'error',
  points: ['trellis', 'rotate | trellis', 'fixedpoint', 'pq', 'groupreduce | fixedpoint'].flatMap((family, i) =>
    [1, 2, 4, 8].map((bits) => ({
      ...{ family, pipeline: `${family}(bits=${bits}, levels=lloyd, scale=column)`, bytes: (bits + i / 10) * 1.5e7 },
      ...{ relativeError: (1 + i / 3) * 2 ** -bits, meanCosine: 1 - (1 + i / 3) * 4 ** -bits },
      ...{ neighboursKept: 1 - (1 + i / 3) * 2 ** (-bits - 1), seconds: 12.3 * bits }
    }))
  )
}

describe.skipIf(!present)(`the report in Chromium${present ? '' : ` (skipped: ${noChromium})`}`, () => {
  let browser: Browser
  beforeAll(async () => {
    mkdirSync(pictures, { recursive: true })
    browser = await openChromium()
  })
  afterAll(() => browser?.close())

  test.each([
    [1280, 'wide'],
    [390, 'phone']
  ])(
    'five tables on six tasks fit a screen of %i pixels, and nothing is in the way of assistive technology',
    async (width, name) => {
      const page = await browser.newPage({ viewport: { width, height: 800 }, colorScheme: 'light' })
      await page.setContent(renderReport(report))
      const wide = await page.evaluate(() => {
        const tables = [...document.querySelectorAll('.scroll:has(table)')]
        const cut = tables.filter((one) => one.scrollWidth > one.clientWidth).length
        return { page: document.documentElement.scrollWidth, cut }
      })
      expect(wide).toEqual({ page: width, cut: 0 })
      for (const colorScheme of ['light', 'dark'] as const) {
        await page.emulateMedia({ colorScheme })
        await page.evaluate(readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8'))
        const violations = await page.evaluate(async () => {
          const { violations } = await (globalThis as unknown as { axe: AxeCore }).axe.run()
          return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 200)).join(' ')}`)
        })
        expect(violations).toEqual([])
        await page.screenshot({ path: `${pictures}report-${name}-${colorScheme}.png`, fullPage: true })
      }
      await page.close()
    }
  )

  test.each([
    [1280, 'wide'],
    [390, 'phone']
  ])('a front on %i pixels: a point that is touched says what it is, families are shown alone', async (width, name) => {
    const page = await browser.newPage({
      viewport: { width, height: 800 },
      colorScheme: 'light',
      hasTouch: width < 500
    })
    const complaints: string[] = []
    page.on('pageerror', (error) => complaints.push(String(error)))
    await page.setContent(renderFront(front))
    await page.click('summary')
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(width)
    const index = front.points.findIndex(({ family, pipeline }) => family === 'pq' && pipeline.includes('bits=4'))
    const dot = page.locator(`.pair svg [data-point="${index}"]`).first()
    await dot.scrollIntoViewIfNeeded()
    const box = (await dot.boundingBox())!
    const at = [box.x + box.width / 2 + 1, box.y + box.height / 2 + 1] as const
    await (width < 500 ? page.touchscreen.tap(...at) : page.mouse.move(...at))
    await page.waitForSelector('#card:not([hidden])')
    expect(await page.textContent('#card')).toMatch(/^pq\(bits=4.*file64.5 MBsmaller7\.4 ×relative error0\.1250/)
    const card = (await page.locator('#card').boundingBox())!
    expect(card.x).toBeGreaterThanOrEqual(0)
    expect(card.x + card.width).toBeLessThanOrEqual(width)
    await page.screenshot({ path: `${pictures}front-${name}-point.png` })
    await page.keyboard.press('Escape')
    expect(await page.isVisible('#card')).toBe(false)
    await page.click('.families button:has-text("pq")')
    const shown = await page.$$eval('.pair svg:first-child [data-point]', (dots) =>
      dots.filter((one) => Number(getComputedStyle(one).opacity) === 1).map((one) => one.getAttribute('data-point'))
    )
    expect(shown).toEqual(front.points.flatMap(({ family }, i) => (family === 'pq' ? [String(i)] : [])))
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme })
      await page.evaluate(readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8'))
      const violations = await page.evaluate(async () => {
        const { violations } = await (globalThis as unknown as { axe: AxeCore }).axe.run()
        return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 200)).join(' ')}`)
      })
      expect(violations).toEqual([])
      await page.screenshot({ path: `${pictures}front-${name}-${colorScheme}.png`, fullPage: true })
    }
    expect(complaints).toEqual([])
    await page.close()
  })
})
