import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onnxTables } from '@slimbed/onnx'
import { normals, onnxFile } from '@slimbed/testing'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { divergence, keptOf } from '../src/rewrite/onnx-likeness.js'
import { floatsAmong, type Outputs } from '../src/rewrite/onnx-values.js'
import { output, slimbed } from './support/run.js'
import { put } from './support/vectors.js'

const [rows, dim] = [200, 64]
const model = Buffer.from(onnxFile(rows, dim, normals(rows * dim, 2)))
const tokens = Array.from({ length: rows }, (_, i) => `t${i}`)
const vocab = Object.fromEntries(tokens.map((token, i) => [token, i]))

const folder = mkdtempSync(join(tmpdir(), 'slimbed cli '))
afterAll(() => rmSync(folder, { recursive: true, force: true }))
beforeAll(() => {
  put(folder, 'model.onnx', model)
  // In another order than the rows: words are told by the tokenizer.
  const counts = tokens.map((token, i) => `${token}\t${i === 7 ? 1000 : 1}\n`).reverse()
  put(folder, 'counts.tsv', counts.join(''))
  mkdirSync(join(folder, 'encoder/onnx'), { recursive: true })
  put(folder, 'encoder/config.json', '{}')
  put(folder, 'encoder/tokenizer.json', JSON.stringify({ model: { vocab } }))
  put(folder, 'encoder/onnx/model.onnx', model)
})

const read = (path: string) => readFileSync(join(folder, path))
const four = 'fixedpoint(bits=4, clip=mse)'

test('cosines and neighbours of vectors', () => {
  const vectors = Array.from({ length: 30 }, (_, i) => Float64Array.of(Math.cos(i / 10), Math.sin(i / 10)))
  expect(keptOf(vectors, vectors)).toEqual({ meanCosine: expect.closeTo(1, 12), neighboursKept: 1 })
  const mixed = vectors.map((_, i) => vectors[(7 * i) % 30] ?? Float64Array.of(1, 0))
  const turned = vectors.map(([x = 0, y = 0]) => Float64Array.of(-y, x))
  expect(keptOf(vectors, turned)).toEqual({ meanCosine: expect.closeTo(0, 12), neighboursKept: 1 })
  expect(keptOf(vectors, mixed).neighboursKept).toBeLessThan(0.6)
})

test('divergence of what logits predict: worked out by hand', () => {
  const logits = Float64Array.of(0, Math.log(3))
  expect(
    divergence(
      logits,
      logits.map((value) => value + 5)
    )
  ).toBeCloseTo(0, 12)
  // p = 1/4, 3/4; q = 1/2, 1/2.
  const wanted = 0.25 * Math.log(0.5) + 0.75 * Math.log(1.5)
  expect(divergence(logits, Float64Array.of(7, 7))).toBeCloseTo(wanted, 12)
})

test('models are compared by their first output of floats: row numbers that are passed on are not compared', () => {
  const ids = { type: 'int64', dims: [1, 2], data: BigInt64Array.of(7n, 8n) }
  const halves = { type: 'float16', dims: [1, 2], data: Uint16Array.of(0x3c00, 0xc000) }
  const floats = { type: 'float32', dims: [1, 1, 2], data: Float32Array.of(3, 4) }
  const outputs: Outputs = { ids, halves, floats }
  expect(floatsAmong(['ids', 'floats', 'halves'], outputs)).toEqual({ dims: [1, 1, 2], values: Float64Array.of(3, 4) })
  expect(floatsAmong(['halves', 'floats'], outputs)).toEqual({ dims: [1, 2], values: Float64Array.of(1, -2) })
  expect(() => floatsAmong(['ids'], outputs)).toThrow('no output of floats')
})

describe('slimbed rewrite, ONNX', () => {
  test('writes a model with a smaller table, and says what it cost', async () => {
    const text = await output(folder, 'rewrite', 'model.onnx', '-o', 'small.onnx', '-p', four)
    expect(text).toMatch(/model\.onnx +51\.\d kB\n +small\.onnx +\S+ kB +\d\.\d × smaller\n/)
    expect(text).toMatch(/words +200 × 64 +float → fixedpoint\(bits=4, clip=mse\) +51\.2 kB .* 0\.0\d{3} +0\.99/)
    expect(text).toMatch(/verified: every row of the tables was looked up in what is written/)
    expect(read('small.onnx').length).toBeLessThan(model.length / 3)
    expect(onnxTables(read('small.onnx')).some(({ name }) => name === 'words')).toBe(false)
  })

  test('a folder becomes a folder, with the other files and the counts of its tokens', async () => {
    const args = ['rewrite', 'encoder', '-o', 'out', '--suffix', '_q4', '-p', four, '--weights', 'counts.tsv', '--json']
    const report = JSON.parse(await output(folder, ...args))
    expect(readdirSync(join(folder, 'out')).sort()).toEqual(['config.json', 'onnx', 'tokenizer.json'])
    expect(readdirSync(join(folder, 'out/onnx'))).toEqual(['model_q4.onnx'])
    expect(report).toMatchObject({
      input: { format: 'onnx', bytes: model.length },
      output: { path: join('out', 'onnx', 'model_q4.onnx'), bytes: read('out/onnx/model_q4.onnx').length },
      tables: [{ name: 'words', rows, dim, from: 'float', to: four, bytesBefore: rows * dim * 4 }]
    })
    const [{ relativeError, weightedError }] = report.tables
    expect(weightedError).not.toBe(relativeError)
    // Beside the others in the folder itself.
    await output(folder, 'rewrite', 'encoder', '-o', 'encoder', '--suffix', '_int8', '-p', 'fixedpoint(bits=8)')
    expect(readdirSync(join(folder, 'encoder/onnx')).sort()).toEqual(['model.onnx', 'model_int8.onnx'])
    expect(read('encoder/onnx/model.onnx')).toEqual(model)
  })

  test('a size instead of a pipeline: the whole file is within a hundredth below it', async () => {
    const most = Math.floor(model.length / 4)
    for (const asked of [
      ['--ratio', '4'],
      ['--target', `${most}B`]
    ]) {
      const report = JSON.parse(await output(folder, 'rewrite', 'model.onnx', '-o', 'sized.onnx', ...asked, '--json'))
      const { length } = read('sized.onnx')
      expect(length).toBe(report.output.bytes)
      expect(length).toBeLessThanOrEqual(most)
      expect(length).toBeGreaterThan(0.99 * most)
    }
  })

  test.each([
    [['model.onnx', '-o', 'no.onnx', '--ratio', '2', '--keep', '90%'], 2, 'give exactly one of'],
    [
      ['model.onnx', '-o', 'no.onnx', '--target', '900B'],
      2,
      'no pipeline makes a file of 900 bytes: the smallest file'
    ],
    [['model.onnx', '-o', 'no.onnx', '-p', four, '--keep', '90%'], 2, 'leave one of them out'],
    [['model.onnx', '-o', 'no.onnx', '-p', 'trellis(bits=2)'], 2, 'tables of the kind trellis cannot be written'],
    [['model.onnx', '-o', 'no.onnx', '--untrap'], 2, 'expands no table'],
    [['model.onnx', '-o', 'model.onnx', '-p', four], 2, 'the file that is read'],
    [['model.onnx', '-o', 'no.onnx', '-p', four, '--tensor', 'nix'], 2, 'there are "words" (200 × 64)'],
    [['model.onnx', '-o', 'no.onnx', '-p', four, '--suffix', 'x'], 2, '--suffix goes with a folder'],
    [['model.onnx', '-o', 'no.onnx', '-p', four, '--check', 'counts.tsv'], 2, '--check'],
    [['model.onnx', '-o', 'no.onnx', '-p', four, '--type', 'q4_0'], 2, '--type is not for ONNX'],
    [['encoder', '-o', 'encoder', '-p', four], 2, 'give a --suffix'],
    [['encoder', '-o', 'no.onnx', '-p', four, '--suffix', '/x'], 2, 'expected letters']
  ])('%s is refused, and nothing is written', async (args, status, message) => {
    const made = await slimbed(folder, 'rewrite', ...args)
    expect([made.status, made.stderr]).toEqual([status, expect.stringContaining(message)])
    expect(made.stderr.trimEnd()).not.toContain('\n')
    expect(existsSync(join(folder, 'no.onnx'))).toBe(false)
    expect(read('model.onnx')).toEqual(model)
  })
})
