import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { createTensor } from '@slimbed/core'
import { bytesSource } from '@slimbed/runtime'
import { floatBytes, ggufFile, normals, titleIf } from '@slimbed/testing'
import { afterAll, expect, test } from 'vitest'
import { rewriteGguf, writtenTypes } from '../src/index.js'
import { memorySink } from './support.js'

/** What is used of node-llama-cpp. */
interface Llama {
  getLlama(options: object): Promise<{
    loadModel(options: object): Promise<{
      createEmbeddingContext(): Promise<{
        getEmbeddingFor(tokens: readonly number[]): Promise<{ readonly vector: readonly number[] }>
        dispose(): Promise<void>
      }>
      dispose(): Promise<void>
    }>
    dispose(): Promise<void>
  }>
}

/**
 * llama.cpp, as `npm install --ignore-scripts node-llama-cpp` brings it, in the folder that SLIMBED_LLAMA names: its programs are too large to be
 * installed for this test alone.
 */
async function findLlama(): Promise<Llama | undefined> {
  const folder = process.env.SLIMBED_LLAMA
  if (folder === undefined) return undefined
  const path = createRequire(join(folder, 'from.js')).resolve('node-llama-cpp')
  return import(pathToFileURL(path).href)
}

const llama = await findLlama()
const scratch = mkdtempSync(join(tmpdir(), 'slimbed-llama-'))
afterAll(() => rmSync(scratch, { recursive: true, force: true }))

const uint32 = (value: number) => new Uint8Array(Uint32Array.of(value).buffer)
const float32 = (value: number) => floatBytes(Float32Array.of(value))
const text = (value: string) => {
  const bytes = Buffer.from(value)
  return Buffer.concat([new Uint8Array(BigUint64Array.of(BigInt(bytes.length)).buffer), bytes])
}
const list = (type: number, items: readonly Uint8Array[]) =>
  Buffer.concat([uint32(type), new Uint8Array(BigUint64Array.of(BigInt(items.length)).buffer), ...items])

/** A model of one layer with random weights. */
function tinyModel(): Buffer {
  const [dim, inner, rows] = [64, 128, 320]
  const bytesTokens = Array.from(
    { length: 256 },
    (_, byte) => `<0x${byte.toString(16).toUpperCase().padStart(2, '0')}>`
  )
  const tokens = ['<unk>', '<s>', '</s>', ...bytesTokens, ...Array.from({ length: rows - 259 }, (_, i) => `▁w${i}`)]
  const types = tokens.map((_, i) => uint32(i === 0 ? 2 : i < 3 ? 3 : i < 259 ? 6 : 1))
  const numbers = {
    'llama.context_length': 128,
    'llama.embedding_length': dim,
    'llama.block_count': 1,
    'llama.feed_forward_length': inner,
    'llama.attention.head_count': 4,
    'llama.rope.dimension_count': dim / 4,
    'tokenizer.ggml.bos_token_id': 1,
    'tokenizer.ggml.eos_token_id': 2
  }
  const ones = floatBytes(new Float32Array(dim).fill(1))
  const norm = (name: string) => ({ name, shape: [dim], type: 0, data: ones })
  const matrix = (name: string, height: number, width: number, seed: number) => {
    const data = floatBytes(normals(height * width, seed).map((value) => value / 5))
    return { name, shape: [height, width], type: 0, data }
  }
  return ggufFile({
    metadata: [
      ['general.architecture', 8, text('llama')],
      ...Object.entries(numbers).map(([key, value]) => [key, 4, uint32(value)] as const),
      ['llama.attention.layer_norm_rms_epsilon', 6, float32(1e-5)],
      ['tokenizer.ggml.model', 8, text('llama')],
      [
        'tokenizer.ggml.scores',
        9,
        list(
          6,
          tokens.map((_, i) => float32(-i))
        )
      ],
      ['tokenizer.ggml.token_type', 9, list(5, types)]
    ],
    tokens,
    tensors: [
      matrix('token_embd.weight', rows, dim, 1),
      norm('output_norm.weight'),
      norm('blk.0.attn_norm.weight'),
      norm('blk.0.ffn_norm.weight'),
      ...['attn_q', 'attn_k', 'attn_v', 'attn_output'].map((name, i) =>
        matrix(`blk.0.${name}.weight`, dim, dim, 2 + i)
      ),
      matrix('blk.0.ffn_gate.weight', inner, dim, 6),
      matrix('blk.0.ffn_up.weight', inner, dim, 7),
      matrix('blk.0.ffn_down.weight', dim, inner, 8)
    ]
  })
}

const cosine = (a: readonly number[], b: readonly number[]) => {
  const dot = (x: readonly number[], y: readonly number[]) => x.reduce((sum, value, i) => sum + value * y[i], 0)
  return dot(a, b) / Math.sqrt(dot(a, a) * dot(b, b))
}

test.skipIf(!llama)(titleIf(llama, 'needs SLIMBED_LLAMA')('llama.cpp runs what is written'), async () => {
  const model = tinyModel()
  const own = await llama!.getLlama({ gpu: false, build: 'never', progressLogs: false, logLevel: 'error' })
  const embed = async (bytes: Uint8Array) => {
    const modelPath = join(scratch, 'model.gguf')
    writeFileSync(modelPath, bytes)
    const loaded = await own.loadModel({ modelPath, gpuLayers: 0 })
    const context = await loaded.createEmbeddingContext()
    const { vector } = await context.getEmbeddingFor([260, 270, 280, 300])
    await context.dispose()
    await loaded.dispose()
    return vector
  }
  const tensor = await createTensor({ backend: 'cpu', threads: 1 })
  try {
    const before = await embed(model)
    for (const type of writtenTypes) {
      const sink = memorySink()
      await rewriteGguf(bytesSource('model', model), sink, { type, tensor })
      const similarity = cosine(before, await embed(sink.bytes()))
      expect(similarity, type).toBeGreaterThan(0.97)
      expect(similarity, type).toBeLessThan(1)
    }
  } finally {
    await tensor.close()
    await own.dispose()
  }
})
