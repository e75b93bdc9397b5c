import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { encoderOf, loadEncoder } from '@slimbed/encoder'
import { bytesSource, readStaticModel } from '@slimbed/io'
import { load } from '@slimbed/runtime'
import { tokenizerFrom } from '@slimbed/tokenizer'
import type { Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { zipOf } from '../../../packages/io/test/static-model/zip.js'
import { compressed, download, give, inChromium, picture, says } from './page.js'

const topics = [
  ['bread', 'bake', 'fish', 'rice', 'vegetables', 'fresh', 'eat'],
  ['snow', 'winter', 'cold', 'mountain', 'river', 'ice', 'water'],
  ['banks', 'interest', 'rates', 'football', 'match'],
  ['violin', 'piano', 'play', 'medicine', 'doctors']
]
const tokens = ['[UNK]', ...topics.flat(), ...Array.from({ length: 400 }, (_, i) => `word${i}`)]
const dim = 24

/** The files of a folder that model2vec writes: words of one topic have rows that are alike. */
function folder(): [string, Uint8Array][] {
  const rows = new Float32Array(tokens.length * dim)
  tokens.forEach((token, i) => {
    const topic = topics.findIndex((words) => words.includes(token))
    for (let j = 0; j < dim; j++) rows[i * dim + j] = 0.3 * Math.sin(i * 7 + j * 3 + i * j) + (j === topic ? 1 : 0)
  })
  const entry = { dtype: 'F32', shape: [tokens.length, dim], data_offsets: [0, rows.byteLength] }
  const header = Buffer.from(JSON.stringify({ embeddings: entry }))
  const length = Buffer.alloc(8)
  length.writeUInt32LE(header.length)
  const json = (value: object) => new Uint8Array(Buffer.from(JSON.stringify(value)))
  return [
    ['config.json', json({ model_type: 'model2vec', normalize: true, max_length: 512 })],
    ['model.safetensors', new Uint8Array(Buffer.concat([length, header, Buffer.from(rows.buffer)]))],
    [
      'tokenizer.json',
      json({
        normalizer: { type: 'BertNormalizer' },
        pre_tokenizer: { type: 'BertPreTokenizer' },
        model: {
          type: 'WordPiece',
          unk_token: '[UNK]',
          vocab: Object.fromEntries(tokens.map((token, id) => [token, id]))
        }
      })
    ]
  ]
}

const cosines = async (page: Page) => [
  await page.textContent('#cosine-before'),
  await page.textContent('#cosine-after')
]
const items = (page: Page, id: string) =>
  page.$$eval(`#${id} li > :first-child`, (found) => found.map((item) => item.textContent))

/** Waits until both sides show as many texts, and the cosines are there. */
const shown = (page: Page, count: number) =>
  page.waitForFunction(
    (count) =>
      document.querySelector('#cosine-after')?.textContent !== '' &&
      document.querySelectorAll('#texts-after li').length === count,
    count
  )

inChromium('static sentence models in the playground', (open) => {
  test('a zip of a model is compressed; texts are compared and found before and after', async () => {
    const page = await open({ colorScheme: 'light', viewport: { width: 1100, height: 900 } })
    const files = folder()
    await give(page, '#file', 'potion.zip', zipOf(files.map(([path, bytes]) => [`potion/${path}`, bytes])))
    await says(page, '#about', `${tokens.length} rows × ${dim} columns`)
    expect(await page.isVisible('#parts')).toBe(false)
    await page.fill('#spec', 'fixedpoint(bits=4, clip=mse)')
    await page.click('#run')
    await compressed(page, 1)
    await shown(page, 5)

    const source = new Map(files)
    const model = await readStaticModel('potion', async (path) => {
      const bytes = source.get(path)
      return bytes && bytesSource(path, bytes)
    })
    const { bytes: file, name } = await download(page)
    expect(name).toBe('potion.slimbed.safetensors')
    const after = await loadEncoder(file)
    const texts = ['the river is cold in winter', 'ice on the water'] as const
    expect(await cosines(page)).toEqual([expect.stringMatching(/^0\.\d{4}$/), after.similarity(...texts).toFixed(4)])
    const lines = (await page.inputValue('#text-lines')).split('\n')
    const expected = after.search('something to eat', after.encode(lines), 5).map(({ row }) => lines[row])
    expect(await items(page, 'texts-after')).toEqual(expected)
    expect((await items(page, 'texts-before'))[0]).toMatch(/Bake|fish/)
    expect([...(await model.matrix.read(1, 1))].length).toBe(dim)
    expect(after.tokenizer.encode('bread river')).toEqual(
      tokenizerFrom(JSON.parse(Buffer.from(model.tokenizer).toString())).encode('bread river')
    )

    // Words of the model have neighbours, too.
    await page.fill('#word', 'snow')
    await page.press('#word', 'Enter')
    await page.waitForFunction(() => document.querySelectorAll('#after li').length === 10)
    await page.fill('#text-query', 'violin and piano')
    await page.waitForFunction(() => document.querySelector('#texts-after li')?.textContent?.includes('violin'))
    await picture(page, 'texts-light')
    await page.emulateMedia({ colorScheme: 'dark' })
    await picture(page, 'texts-dark')
    await page.setViewportSize({ width: 390, height: 780 })
    await picture(page, 'texts-phone')
    const wide = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)
    expect(wide).toBeLessThanOrEqual(0)

    // The artefact alone: there is no model to compare it with.
    await give(page, '#file', 'small.safetensors', file)
    await says(page, '#about', 'an artefact')
    await shown(page, 5)
    expect(await cosines(page)).toEqual([
      '–',
      encoderOf(load(file))
        .similarity(...texts)
        .toFixed(4)
    ])
    expect(await page.textContent('#texts-before')).toContain('does not hold')
    // What turns no texts into vectors has no such part.
    await give(page, '#file', 'tiny.txt', 'cat 1 0 2\ndog 1 0.5 2\n')
    await says(page, '#about', '2 rows × 3 columns')
    expect(await page.isVisible('#texts')).toBe(false)
    await page.context().close()
  })

  test('a folder is dropped', async () => {
    const page = await open()
    const place = mkdtempSync(join(tmpdir(), 'slimbed-dropped-'))
    try {
      mkdirSync(join(place, 'potion'))
      for (const [path, bytes] of folder()) writeFileSync(join(place, 'potion', path), bytes)
      const session = await page.context().newCDPSession(page)
      const data = { items: [], files: [join(place, 'potion')], dragOperationsMask: 1 }
      for (const type of ['dragEnter', 'dragOver', 'drop'] as const) {
        await session.send('Input.dispatchDragEvent', { type, x: 200, y: 200, data })
      }
      await says(page, '#about', `potion: ${tokens.length} rows`)
    } finally {
      rmSync(place, { recursive: true })
    }
    await page.context().close()
  })

  test('a folder is chosen; what is no model, or damaged, is refused in one line', async () => {
    const page = await open()
    const files = folder()
    const give = (list: [string, Uint8Array][], name = 'potion') =>
      page.evaluate(
        ([name, list]) => {
          const transfer = new DataTransfer()
          for (const [path, bytes] of list) {
            const file = new File([new Uint8Array(bytes)], path)
            Object.defineProperty(file, 'webkitRelativePath', { value: `${name}/${path}` })
            transfer.items.add(file)
          }
          const input = document.querySelector<HTMLInputElement>('#folder')
          Object.defineProperty(input, 'files', { value: Array.from(transfer.files), configurable: true })
          input?.dispatchEvent(new Event('change'))
        },
        [name, list.map(([path, bytes]) => [path, [...bytes]] as [string, number[]])] as const
      )
    await give(files)
    await says(page, '#about', `${tokens.length} rows`)
    expect(await page.textContent('#about')).toContain('potion')
    await give(files.slice(0, 2))
    await page.waitForFunction(() => document.querySelector('#open-error')?.textContent !== '')
    expect(await page.textContent('#open-error')).toContain('tokenizer.json')
    const zip = zipOf(files)
    const damaged = Uint8Array.from(zip)
    damaged.fill(7, 120, 160)
    for (const [name, bytes, why] of [
      ['cut.zip', zip.slice(0, -30), 'damaged'],
      ['damaged.zip', damaged, 'damaged'],
      ['other.zip', zipOf([['notes.txt', new Uint8Array(3)]]), 'expected a model']
    ] as const) {
      await page.setInputFiles('#file', { name, mimeType: 'application/zip', buffer: Buffer.from(bytes) })
      await page.waitForFunction((why) => document.querySelector('#open-error')?.textContent?.includes(why), why)
      expect(await page.textContent('#open-error')).toMatch(/^.{10,300}$/)
    }
    await page.context().close()
  })
})
