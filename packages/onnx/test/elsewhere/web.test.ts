import { chromiumPath, noChromium, openChromium, servePages } from '@slimbed/browser'
import { titleIf } from '@slimbed/testing'
import { expect, test } from 'vitest'
import type { OrtModule } from '../../src/verify/runtime.js'
import { apart, encoders, hasEncoder, inputsOf, noEncoder, type Pair, texts } from './encoder.js'
import { absent, fileOf, has, moduleOf } from './packages.js'

const hasWeb = has('onnxruntime-web')
const missing = hasWeb ? noEncoder : absent
const ready = hasWeb && hasEncoder

/** MatMuls of the encoder round what comes to 8 bits: a step is more than what rows differ by. */
const rounding = 0.02

test.skipIf(!ready)(titleIf(ready, missing)('onnxruntime-web in Node runs what is written'), async () => {
  const ort: OrtModule = (await moduleOf('onnxruntime-web', 'dist/ort.node.min.mjs')).default
  const run = async (model: Uint8Array, ids: readonly number[]) => {
    const session = await ort.InferenceSession.create(model)
    const feeds = inputsOf(session.inputNames, ids).map(
      ([name, values]) =>
        [name, new ort.Tensor('int64', BigInt64Array.from(values, BigInt) as never, [1, ids.length])] as const
    )
    const made = (await session.run(Object.fromEntries(feeds)))[session.outputNames[0]]
    await session.release()
    return Float32Array.from(made.data as ArrayLike<number>)
  }
  for (const { name, small, plain } of await encoders()) {
    for (const ids of texts) expect(apart(await run(small, ids), await run(plain, ids)), name).toBeLessThan(rounding)
  }
})

/** What the page has of ONNX Runtime. */
interface PageOrt extends OrtModule {
  readonly env: OrtModule['env'] & { readonly wasm: { wasmPaths?: string; numThreads?: number } }
}

/** In a page: what a model makes of texts; undefined where the browser has no adapter. */
async function runInPage([path, provider, texts]: [string, string, number[][]]): Promise<number[][] | undefined> {
  const gpu = (navigator as unknown as { gpu?: { requestAdapter(): Promise<object | null> } }).gpu
  if (provider === 'webgpu' && !(await gpu?.requestAdapter())) return undefined
  const { ort } = globalThis as unknown as { ort: PageOrt }
  ort.env.wasm.wasmPaths = '/ort/'
  ort.env.wasm.numThreads = 1
  const model = new Uint8Array(await (await fetch(path)).arrayBuffer())
  const session = await ort.InferenceSession.create(model, { executionProviders: [provider] })
  const all: number[][] = []
  for (const ids of texts) {
    const feeds = session.inputNames.map((name) => {
      const values = ids.map((id) => (name === 'input_ids' ? id : name === 'attention_mask' ? 1 : 0))
      return [name, new ort.Tensor('int64', BigInt64Array.from(values, BigInt) as never, [1, ids.length])] as const
    })
    const made = await session.run(Object.fromEntries(feeds))
    all.push(Array.from(made[session.outputNames[0]].data as ArrayLike<number>))
  }
  return all
}

const page = '<!doctype html><link rel="icon" href="data:,"><script src="/ort/ort.all.min.js"></script>'
const gpuFlags = ['--enable-unsafe-webgpu', '--use-webgpu-adapter=swiftshader', '--enable-features=Vulkan']

const inPage = ready && chromiumPath() !== undefined
const why = ready ? noChromium : missing

for (const provider of ['wasm', 'webgpu'])
  test.skipIf(!inPage)(
    titleIf(inPage, why)(`onnxruntime-web in Chromium runs what is written: ${provider}`),
    async ({ skip }) => {
      const pairs = await encoders(provider === 'wasm' ? ['fixedpoint(bits=4)', 'tiers'] : ['pq'])
      const types: Record<string, string> = { js: 'text/javascript', mjs: 'text/javascript', wasm: 'application/wasm' }
      const pick = ([, name, which]: string[]) => pairs[Number(name)]?.[which as keyof Pair] as Uint8Array | undefined
      const server = await servePages((path) => {
        if (path === '/') return { type: 'text/html', body: page }
        const body = path.startsWith('/ort/')
          ? fileOf('onnxruntime-web', `dist/${path.slice(5)}`)
          : pick(path.split('/'))
        return body && { type: types[path.split('.').at(-1) ?? ''] ?? 'application/octet-stream', body }
      })
      const browser = await openChromium(...(provider === 'webgpu' ? gpuFlags : []))
      try {
        for (const [i, { name }] of pairs.entries()) {
          // Memory of a page is given back with it.
          const tab = await browser.newPage()
          await tab.goto(server.origin)
          const made = async (which: string) => tab.evaluate(runInPage, [`/${i}/${which}`, provider, texts] as never)
          const [got, wanted] = [await made('small'), await made('plain')]
          if (!got || !wanted) return skip('this Chromium has no adapter for WebGPU')
          for (const [j, values] of got.entries()) expect(apart(values, wanted[j]), name).toBeLessThan(rounding)
          await tab.close()
        }
      } finally {
        await browser.close()
        await server.close()
      }
    }
  )
