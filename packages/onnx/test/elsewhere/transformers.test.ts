import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { chromiumPath, noChromium, openChromium, servePages } from '@slimbed/browser'
import { titleIf } from '@slimbed/testing'
import { afterAll, expect, test } from 'vitest'
import { apart, encoderFolder, encoders, hasEncoder, noEncoder } from './encoder.js'
import { absent, fileOf, has, moduleOf } from './packages.js'

const name = '@huggingface/transformers'
const ready = has(name) && hasEncoder
const missing = has(name) ? noEncoder : absent

const scratch = mkdtempSync(join(tmpdir(), 'slimbed-transformers-'))
afterAll(() => rmSync(scratch, { recursive: true, force: true }))

/** A folder as transformers.js loads it, with another model. */
function put(folder: string, model: Uint8Array): void {
  mkdirSync(join(scratch, folder, 'onnx'), { recursive: true })
  for (const file of ['config.json', 'tokenizer.json', 'tokenizer_config.json'])
    cpSync(join(encoderFolder, file), join(scratch, folder, file))
  writeFileSync(join(scratch, folder, 'onnx/model.onnx'), model)
}

const sentences = ['The cat sleeps on the warm sofa', 'Banks raise interest rates again']

test.skipIf(!ready)(titleIf(ready, missing)('transformers.js in Node loads a rewritten folder'), async () => {
  const { env, pipeline } = await moduleOf(name, 'dist/transformers.node.mjs')
  env.allowRemoteModels = false
  env.localModelPath = `${scratch}/`
  const [pair] = await encoders(['tiers'])
  const vectors: Float32Array[] = []
  for (const [folder, model] of [
    ['small', pair.small],
    ['plain', pair.plain]
  ] as const) {
    put(folder, model)
    const extract = await pipeline('feature-extraction', folder, { dtype: 'fp32' })
    const { dims, data } = await extract(sentences, { pooling: 'mean', normalize: true })
    expect(dims).toEqual([2, 384])
    vectors.push(data)
    await extract.dispose()
  }
  expect(apart(vectors[0], vectors[1])).toBeLessThan(0.02)
})

const inPage = ready && chromiumPath() !== undefined
const why = ready ? noChromium : missing
const example = new URL('../../../../examples/transformers-js/index.html', import.meta.url)
const types: Record<string, string> = {
  json: 'application/json',
  js: 'text/javascript',
  mjs: 'text/javascript',
  wasm: 'application/wasm'
}

test.skipIf(!inPage)(
  titleIf(inPage, why)('the example finds texts by their meaning, from local files alone'),
  async () => {
    const [{ small }] = await encoders(['fixedpoint(bits=4)'])
    put('encoder', small)
    const html = readFileSync(example, 'utf8')
    const page = html.replace(/https:\/\/cdn\.jsdelivr\.net\/npm\/@huggingface\/transformers@4/, '/transformers.js')
    expect(page).not.toBe(html)
    const read = (path: string) => {
      if (path === '/transformers.js') return fileOf(name, 'dist/transformers.min.js')
      if (path.startsWith('/runtime/'))
        return (
          fileOf(name, `node_modules/onnxruntime-web/dist/${path.slice(9)}`) ??
          fileOf('onnxruntime-web', `dist/${path.slice(9)}`)
        )
      if (!path.startsWith('/models/encoder/') || path.includes('..')) return undefined
      try {
        return readFileSync(join(scratch, path.slice('/models/'.length)))
      } catch {
        return undefined
      }
    }
    const server = await servePages((path) => {
      if (path === '/') return { type: 'text/html', body: page }
      const body = read(path)
      return body && { type: types[path.split('.').at(-1) ?? ''] ?? 'application/octet-stream', body }
    })
    const browser = await openChromium()
    try {
      const tab = await browser.newPage()
      const elsewhere: string[] = []
      tab.on('request', (request) => {
        if (!request.url().startsWith(server.origin) && !/^(data|blob):/.test(request.url()))
          elsewhere.push(request.url())
      })
      const problems: string[] = []
      tab.on('pageerror', ({ message }) => problems.push(message))
      const isReady = () => !document.querySelector('input')?.disabled
      const failed = new Promise((done) => tab.once('pageerror', done))
      await tab.goto(`${server.origin}/?runtime=runtime/`)
      await Promise.race([tab.waitForFunction(isReady, undefined, { timeout: 60_000 }), failed])
      expect(problems).toEqual([])
      await tab.fill('#query', 'a cat is asleep')
      await tab.waitForSelector('#found li')
      expect(await tab.locator('#found li').first().textContent()).toMatch(/^The cat sleeps on the warm sofa 0\.\d\d$/)
      expect(elsewhere).toEqual([])
    } finally {
      await browser.close()
      await server.close()
    }
  }
)
