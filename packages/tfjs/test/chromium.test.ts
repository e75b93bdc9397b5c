import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { chromiumPath, noChromium, openChromium, servePages } from '@slimbed/browser'
import { at, pipeline } from '@slimbed/core'
import { fixedpoint } from '@slimbed/fixedpoint'
import { lowrank } from '@slimbed/lowrank'
import { pq } from '@slimbed/pq'
import { tiers } from '@slimbed/prune'
import { titleIf } from '@slimbed/testing'
import { trellis } from '@slimbed/trellis'
import { expect, test } from 'vitest'
import { rewriteTfjs, type TfjsInput } from '../src/index.js'
import { expectNear, modelOf, node, type } from './support.js'

const present = chromiumPath() !== undefined
const titled = titleIf(present, noChromium)
const require = createRequire(import.meta.url)
const script = (name: string) => readFileSync(require.resolve(name))

const [rows, dim] = [300, 33]
const table = {
  name: 'table',
  shape: [rows, dim],
  data: Float32Array.from({ length: rows * dim }, (_, i) => Math.sin(i * i))
}
const axis = { name: 'axis', shape: [], data: Int32Array.of(0) }
const ids = node('ids', 'Placeholder', [], { dtype: type('DT_INT32') })
const model = modelOf([ids, node('rows', 'GatherV2', ['table', 'ids', 'axis'])], [table, axis])

/** One `Embedding` layer. */
const layersModel: TfjsInput = {
  json: {
    format: 'layers-model',
    modelTopology: {
      class_name: 'Sequential',
      config: {
        name: 'words',
        layers: [
          {
            class_name: 'Embedding',
            config: { name: 'words', input_dim: rows, output_dim: dim, batch_input_shape: [null, null] }
          }
        ]
      }
    },
    weightsManifest: [
      { paths: ['w.bin'], weights: [{ name: 'words/embeddings', shape: [rows, dim], dtype: 'float32' }] }
    ]
  },
  read: async () => new Uint8Array(table.data.buffer)
}

/** tfjs in the page, as its script puts it there. */
interface PageTf {
  ready(): Promise<void>
  setBackend(name: string): Promise<boolean>
  loadGraphModel(url: string): Promise<{ execute(inputs: object): { data(): Promise<Float32Array> } }>
  tensor1d(values: number[], type: string): object
  loadLayersModel(url: string): Promise<{ predict(input: object): { data(): Promise<Float32Array> } }>
  tensor2d(values: number[], shape: number[]): object
  wasm: { setWasmPaths(path: string): void }
}

const look = async ([backend, count, layers]: [string, number, boolean]) => {
  const { tf } = globalThis as unknown as { tf: PageTf }
  tf.wasm.setWasmPaths('/wasm/')
  if (!(await tf.setBackend(backend))) return undefined
  await tf.ready()
  const numbers = Array.from({ length: count }, (_, i) => i)
  if (layers)
    return Array.from(await (await tf.loadLayersModel('/model.json')).predict(tf.tensor2d(numbers, [1, count])).data())
  const loaded = await tf.loadGraphModel('/model.json')
  return Array.from(await loaded.execute({ ids: tf.tensor1d(numbers, 'int32') }).data())
}

const page = `<!doctype html><link rel="icon" href="data:,">
<script src="/tf.js"></script><script src="/wasm.js"></script>`

test.skipIf(!present)(titled('in Chromium, every row is that of the table: cpu, wasm and webgl'), async () => {
  const browser = await openChromium('--use-angle=swiftshader', '--enable-unsafe-swiftshader')
  try {
    for (const [input, compressor] of [
      [model, fixedpoint({ bits: 4 })],
      [model, fixedpoint({ bits: 6 })],
      [model, fixedpoint({ bits: 8 })],
      [model, pq({ parts: 11, bits: 7 })],
      [model, trellis({ bits: 3, coding: 'fixed', clusters: 0, basis: 'none', states: 1024 })],
      [model, pipeline(tiers(), at('0', fixedpoint({ bits: 8 })), fixedpoint({ bits: 3 }))],
      [layersModel, pipeline(lowrank({ rank: dim }), fixedpoint({ bits: 8, scale: 'table' }))]
    ] as const) {
      const { json, shards, tables } = await rewriteTfjs(input, { pipeline: compressor })
      const expected = new Float32Array(rows * dim)
      for (let row = 0; row < rows; row++) tables[0].table.readRow(row, expected.subarray(row * dim, (row + 1) * dim))
      const server = await servePages((path) => {
        if (path === '/') return { type: 'text/html', body: page }
        if (path === '/model.json') return { type: 'application/json', body: json }
        if (path === '/tf.js') return { type: 'text/javascript', body: script('@tensorflow/tfjs/dist/tf.min.js') }
        if (path === '/wasm.js') {
          return { type: 'text/javascript', body: script('@tensorflow/tfjs-backend-wasm/dist/tf-backend-wasm.min.js') }
        }
        if (path.startsWith('/wasm/')) {
          return { type: 'application/wasm', body: script(`@tensorflow/tfjs-backend-wasm/dist/${path.slice(6)}`) }
        }
        const shard = shards.find(({ name }) => path === `/${name}`)
        return shard && { type: 'application/octet-stream', body: shard.bytes }
      })
      const tab = await browser.newPage()
      await tab.goto(server.origin)
      for (const backend of ['cpu', 'wasm', 'webgl']) {
        const got = await tab.evaluate(look, [backend, rows, input === layersModel] as [string, number, boolean])
        expect(got, `${backend} starts`).toBeDefined()
        expectNear(got ?? [], Array.from(expected))
      }
      await tab.close()
      await server.close()
    }
  } finally {
    await browser.close()
  }
})
