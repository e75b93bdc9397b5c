import { readdirSync, readFileSync } from 'node:fs'
import { bundle, chromiumPath, noChromium, openChromium, type PageServer, servePages } from '@slimbed/browser'
import { encode, load, nearest, rows } from '@slimbed/runtime'
import { transform } from 'esbuild'
import type { Browser, CDPSession, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Made, makeArtefacts } from './artefacts.js'
import type { tasks } from './page.js'

type Tasks = typeof tasks
type Run = <K extends keyof Tasks>(call: {
  name: K
  args: Parameters<Tasks[K]>
}) => Promise<Awaited<ReturnType<Tasks[K]>>>

const present = chromiumPath() !== undefined
// A skipped test says why in its name.
const inChromium = present ? describe : describe.skip
const title = present ? 'the runtime in Chromium' : `the runtime in Chromium (skipped: ${noChromium})`

const source = new URL('../../../packages/runtime/src/', import.meta.url)
const octets = (data: Float32Array) => new Uint8Array(data.buffer, data.byteOffset, data.byteLength)

inChromium(title, () => {
  let browser: Browser
  let server: PageServer
  let page: Page
  let devtools: CDPSession
  let made: ReadonlyMap<string, Made>
  const complaints: string[] = []

  beforeAll(async () => {
    made = await makeArtefacts()
    const script = await bundle(new URL('page.ts', import.meta.url))
    const modules = new Map<string, string>()
    for (const file of readdirSync(source, { recursive: true, encoding: 'utf8' }).filter((name) =>
      name.endsWith('.ts')
    )) {
      const { code } = await transform(readFileSync(new URL(file, source), 'utf8'), { loader: 'ts', target: 'es2022' })
      modules.set(`/modules/${file.replace(/\.ts$/, '.js')}`, code)
    }
    server = await servePages((path) => {
      const [, name, part] = /^\/([a-z-]+)\.(safetensors|rows|simd)$/.exec(path) ?? []
      const artefact = name === undefined ? undefined : made.get(name)
      if (artefact) {
        const body = { safetensors: artefact.file, rows: octets(artefact.rows), simd: octets(artefact.simdRows) }
        return { type: 'application/octet-stream', body: body[part as keyof typeof body] }
      }
      if (path === '/page.js') return { type: 'text/javascript', body: script }
      if (path === '/')
        return {
          type: 'text/html',
          body: '<!doctype html><link rel="icon" href="data:,"><script type="module" src="/page.js"></script>'
        }
      const code = modules.get(path)
      return code === undefined ? undefined : { type: 'text/javascript', body: code }
    })
    browser = await openChromium()
    page = await browser.newPage()
    page.on('console', (message) => {
      if (['error', 'warning'].includes(message.type())) complaints.push(message.text())
    })
    page.on('pageerror', (error) => complaints.push(String(error)))
    await page.goto(server.origin)
    await page.waitForFunction('globalThis.run')
    devtools = await page.context().newCDPSession(page)
  })
  afterAll(async () => {
    await browser?.close()
    await server?.close()
  })

  const run: Run = (call) =>
    page.evaluate((call) => (globalThis as unknown as { run: Run }).run(call as never), call) as never
  const runInWorker: Run = (call) =>
    page.evaluate((call) => (globalThis as unknown as { runInWorker: Run }).runInWorker(call as never), call) as never

  test.each(['four-bits', 'one-bit', 'product'])(
    '%s: the rows of the sample are those of Node, bit for bit',
    async (name) => {
      const args: [string, string, string] = [`/${name}.safetensors`, `/${name}.rows`, `/${name}.simd`]
      expect(await run({ name: 'compareRows', args })).toEqual([-1, -1])
      expect(await runInWorker({ name: 'compareRows', args })).toEqual([-1, -1])
    }
  )

  test('search finds what Node finds', async () => {
    const { file } = made.get('product')!
    const { table, vocabulary } = load(file)
    const expected = nearest(table, rows(table, [vocabulary!.find('water')]), { k: 5 })
    const found = await run({ name: 'search', args: ['/product.safetensors', 'water'] })
    expect(found.words).toEqual(expected.map(({ row }) => vocabulary!.word(row)))
    expect(found.scores).toEqual(expected.map(({ score }) => score))
    expect([found.words[0], found.received]).toEqual(['water', file.length])
  })

  test('a text has the vector that it has in Node', async () => {
    const text = 'The cold water of the river'
    const expected = [...encode(load(made.get('product')!.file), text)]
    expect(await runInWorker({ name: 'encodeText', args: ['/product.safetensors', text] })).toEqual(expected)
  })

  test('ten words by ranges cost less than 5 % of the file beyond the vocabulary', async () => {
    const words = ['water', 'the', 'city', 'music', 'red', 'house', 'seven', 'history', 'london', 'game']
    for (const name of ['four-bits', 'product']) {
      const url = `/${name}.safetensors`
      const before = server.sent[url] ?? 0
      const found = await run({ name: 'readByRange', args: [url, words] })
      const { table, vocabulary } = load(made.get(name)!.file)
      expect(found.rows).toEqual([
        ...rows(
          table,
          words.map((word) => vocabulary!.find(word))
        )
      ])
      expect(found.whole).toBe(false)
      expect(server.sent[url] - before - found.vocabulary).toBeLessThan(0.05 * found.table)
    }
  })

  test('the modules work without a bundler', async () => {
    const { file } = made.get('four-bits')!
    // As text: what compiles the tests would rewrite the import.
    const found = await page.evaluate(`(async () => {
      const { loadUrl, rows } = await import('/modules/index.js')
      const { table, vocabulary } = await loadUrl('/four-bits.safetensors')
      return [...rows(table, [vocabulary.find('water')])]
    })()`)
    const { table, vocabulary } = load(file)
    expect(found).toEqual([...rows(table, [vocabulary!.find('water')])])
  })

  /** Bytes of array buffers, and of all objects, after what is not used has been collected. */
  async function memory(): Promise<{ buffers: number; heap: number }> {
    await devtools.send('HeapProfiler.collectGarbage')
    const usage = (await devtools.send('Runtime.getHeapUsage')) as { usedSize: number; backingStorageSize: number }
    return { buffers: usage.backingStorageSize, heap: usage.usedSize }
  }

  test('a loaded table is the bytes of its file: there is no second copy', async () => {
    const size = await run({ name: 'hold', args: ['/four-bits.safetensors'] })
    // What the first use keeps for all later ones, such as the compiled kernel, is there before.
    await run({ name: 'use', args: [1, false] })
    await run({ name: 'release', args: [] })
    const before = await memory()
    await run({ name: 'use', args: [1, false] })
    const after = await memory()
    // Of each row: its norm, its scale as float32, and 16 bits for its word's place, and back.
    expect(after.buffers - before.buffers).toBeLessThan(3 * 4 * 10_000 + 0.1 * size)
    await run({ name: 'drop', args: [] })
  })

  test('memory is flat over 100 loads and disposals', async () => {
    const size = await run({ name: 'hold', args: ['/product.safetensors'] })
    await run({ name: 'use', args: [20, true] })
    const before = await memory()
    await run({ name: 'use', args: [100, true] })
    const after = await memory()
    expect(after.buffers - before.buffers).toBeLessThan(0.5 * size)
    expect(after.heap - before.heap).toBeLessThan(0.5 * size)
    await run({ name: 'drop', args: [] })
    const dropped = await memory()
    expect(dropped.buffers).toBeLessThan(before.buffers - size)
  })

  test('nothing was said on the console', () => {
    expect(complaints).toEqual([])
  })

  test('what is not there is refused', async () => {
    const codes = await run({ name: 'refusals', args: [['/absent.safetensors', '/page.js', 'http://127.0.0.1:9/x']] })
    expect(codes).toEqual(['not-found', 'not-found', 'corrupt-file', 'corrupt-file', 'io', 'io'])
  })
})
