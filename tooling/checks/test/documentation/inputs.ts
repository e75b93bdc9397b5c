import { cpSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { floatBytes, ggufFile, onnxFile, tfjsFiles } from '@slimbed/testing'
import { expect } from 'vitest'
import { run } from '../pack.js'
import { root } from '../workspace.js'
import { read } from './page.js'

const counts = 'tooling/sample/data/sample-10k.counts.tsv'
const vectors = 'tooling/sample/data/sample-10k.100d.bin'

/** Small numbers that do not repeat. */
const some = (count: number, seed: number) => Float32Array.from({ length: count }, (_, i) => Math.sin(seed + i * i) / 4)

/** A `.safetensors` file of float32 tensors. */
function safetensors(tensors: Record<string, readonly [shape: readonly number[], data: Float32Array]>): Buffer {
  let end = 0
  const entries = Object.entries(tensors).map(([name, [shape, data]]) => {
    const begin = end
    end += data.byteLength
    return [name, { dtype: 'F32', shape, data_offsets: [begin, end] }]
  })
  const header = JSON.stringify(Object.fromEntries(entries))
  const padded = Buffer.from(header.padEnd(Math.ceil(header.length / 8) * 8))
  const length = Buffer.alloc(8)
  length.writeBigUInt64LE(BigInt(padded.length))
  const bodies = Object.values(tensors).map(([, { buffer, byteOffset, byteLength }]) =>
    Buffer.from(buffer, byteOffset, byteLength)
  )
  return Buffer.concat([length, padded, ...bodies])
}

/** An LSTM language model over the words of the sample. */
function languageModel(words: number): Buffer {
  const dim = 16
  return safetensors({
    'embedding.weight': [[words, dim], some(words * dim, 1)],
    'softmax.weight': [[words, dim], some(words * dim, 2)],
    'softmax.bias': [[words], some(words, 3)],
    'lstm.0.weight_ih': [[4 * dim, dim], some(4 * dim * dim, 4)],
    'lstm.0.weight_hh': [[4 * dim, dim], some(4 * dim * dim, 5)],
    'lstm.0.bias_ih': [[4 * dim], some(4 * dim, 6)],
    'lstm.0.bias_hh': [[4 * dim], some(4 * dim, 7)]
  })
}

/** A model with the first words of the sample as tokens. */
function ggufModel(words: readonly string[]): Buffer {
  const [rows, dim] = [words.length, 64]
  const tensor = (name: string, seed: number) => ({
    name,
    shape: [rows, dim],
    type: 0,
    data: floatBytes(some(rows * dim, seed))
  })
  return ggufFile({ tokens: words, tensors: [tensor('token_embd.weight', 8), tensor('output.weight', 9)] })
}

const sentences = (labels: readonly [string, string][]) =>
  labels
    .flatMap(([label, word]) =>
      ['first', 'last', 'long', 'other'].map((more) => `${label} this ${more} film was ${word} from the start\n`)
    )
    .join('')

/** Fills a folder with the files that the pages name; `slimbed` is the built command. */
export async function makeInputs(folder: string, slimbed: string): Promise<void> {
  mkdirSync(join(folder, 'ptb-small'), { recursive: true })
  const words = read(counts).replaceAll(/\t.*/g, '')
  const write = (name: string, data: string | Buffer) => writeFileSync(join(folder, name), data)
  for (const name of ['vectors.bin', 'sample-10k.100d.bin']) cpSync(join(root, vectors), join(folder, name))
  for (const name of ['counts.tsv', 'sample-10k.counts.tsv']) write(name, read(counts))
  write('ptb-small/counts.tsv', read(counts).replace(/.*\t(\d+)\n$/, '<eos>\t$1\n'))
  write('words.txt', words)
  const model = languageModel(words.trim().split('\n').length)
  for (const name of ['model.safetensors', 'ptb-small/model.safetensors']) write(name, model)
  write('model.gguf', ggufModel(words.split('\n').slice(0, 500)))
  write('model.onnx', Buffer.from(onnxFile(500, 64, some(500 * 64, 10))))
  mkdirSync(join(folder, 'tfjs-model'))
  for (const [name, bytes] of Object.entries(tfjsFiles(500, 64, some(500 * 64, 11)))) {
    write(join('tfjs-model', name), Buffer.from(bytes))
  }
  const text = words.split('\n').slice(0, 200).join(' ')
  for (const part of ['train', 'valid', 'test']) write(`ptb.${part}.txt`, `${text}\n`)
  write(
    'train.txt',
    sentences([
      ['1', 'warm'],
      ['1', 'funny'],
      ['1', 'great'],
      ['0', 'dull'],
      ['0', 'cold'],
      ['0', 'poor']
    ])
  )
  write(
    'dev.txt',
    sentences([
      ['1', 'fine'],
      ['0', 'bad']
    ])
  )
  write(
    'test.txt',
    sentences([
      ['1', 'good'],
      ['0', 'empty']
    ])
  )
  const make = async (...args: string[]) => {
    const { status, stderr } = await run(folder, process.execPath, slimbed, ...args)
    expect({ args, status, stderr }).toEqual({ args, status: 0, stderr: '' })
  }
  await make('compress', 'vectors.bin', '-o', 'small.safetensors', '-p', 'fixedpoint(bits=4, clip=mse)')
  await make('compress', 'vectors.bin', '-o', 'codes.safetensors', '-p', 'iiq(iterations=3)')
  await make('decompress', 'small.safetensors', '-o', 'vectors.npy')
  cpSync(join(folder, 'small.safetensors'), join(folder, 'vectors.safetensors'))
  cpSync(join(folder, 'vectors.npy'), join(folder, 'matrix.npy'))
}
