import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { normals, tfjsFiles } from '@slimbed/testing'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { output, slimbed } from './support/run.js'
import { put } from './support/vectors.js'

const [rows, dim] = [200, 64]
const files = tfjsFiles(rows, dim, normals(rows * dim, 2))
const four = 'fixedpoint(bits=4, clip=mse)'

const folder = mkdtempSync(join(tmpdir(), 'slimbed cli '))
afterAll(() => rmSync(folder, { recursive: true, force: true }))
beforeAll(() => {
  for (const name of ['model', 'lost', 'layers', 'broken']) mkdirSync(join(folder, name))
  for (const [name, bytes] of Object.entries(files)) put(folder, join('model', name), Buffer.from(bytes))
})

describe('slimbed rewrite, TF.js', () => {
  test('a folder becomes a folder with the same kind of files', async () => {
    const text = await output(folder, 'rewrite', 'model', '-o', 'small', '-p', four)
    expect(text).toMatch(/words +200 × 64 +float32 → fixedpoint\(bits=4, clip=mse\) +51\.2 kB .* 0\.0\d{3} +0\.99/)
    expect(text).toMatch(/verified: every row of the tables was looked up in TensorFlow\.js \d/)
    expect(readdirSync(join(folder, 'small')).sort()).toEqual(['model-shard1of1.bin', 'model.json'])
    expect(readFileSync(join(folder, 'small/model-shard1of1.bin')).length).toBeLessThan((rows * dim * 4) / 7)
    expect(await output(folder, 'inspect', 'model')).toMatch(/TF\.js graph model[\s\S]*words +200 × 64 +float32/)
  })

  test('a file becomes a file, with its weights beside it; JSON for programs', async () => {
    const args = ['rewrite', join('model', 'model.json'), '-o', 'eight.json', '-p', 'fixedpoint(bits=8)', '--json']
    const report = JSON.parse(await output(folder, ...args))
    const bytes = ['eight.json', 'eight-shard1of1.bin'].map((name) => readFileSync(join(folder, name)).length)
    expect(report).toMatchObject({
      input: { format: 'tfjs', bytes: files['model.json'].length + files['weights.bin'].length },
      output: { path: 'eight.json', bytes: bytes[0] + bytes[1] },
      tables: [{ name: 'words', rows, dim, from: 'float32', bytesBefore: rows * dim * 4 }]
    })
  })

  test('a quality instead of a pipeline', async () => {
    const report = JSON.parse(await output(folder, 'rewrite', 'model', '-o', 'alike', '--min-cosine', '0.99', '--json'))
    expect(report.tables[0].meanCosine).toBeGreaterThanOrEqual(0.99)
    expect(report.ratio).toBeGreaterThan(4)
    // The pipeline that is named does the same by -p.
    const again = ['rewrite', 'model', '-o', 'again', '-p', report.tables[0].to]
    await output(folder, ...again)
    const weights = ['alike', 'again'].map((name) => readFileSync(join(folder, name, 'model-shard1of1.bin')))
    expect(weights[0]).toEqual(weights[1])
  })

  test('a size instead of a pipeline: all files together are within a hundredth below it', async () => {
    const before = files['model.json'].length + files['weights.bin'].length
    await output(folder, 'rewrite', 'model', '-o', 'sized', '--ratio', '4')
    const bytes = ['model.json', 'model-shard1of1.bin'].map((name) => readFileSync(join(folder, 'sized', name)).length)
    expect(bytes[0] + bytes[1]).toBeLessThanOrEqual(before / 4)
    expect(bytes[0] + bytes[1]).toBeGreaterThan((0.85 * before) / 4)
  })

  test('layers models: a quality and a size are met by what stock layers hold', async () => {
    const layer = {
      class_name: 'Embedding',
      config: { name: 'words', input_dim: rows, output_dim: dim, batch_input_shape: [null, null] }
    }
    const weights = [{ name: 'words/embeddings', shape: [rows, dim], dtype: 'float32' }]
    mkdirSync(join(folder, 'stock'))
    put(folder, 'stock/weights.bin', Buffer.from(files['weights.bin'].subarray(0, 4 * rows * dim)))
    put(
      folder,
      'stock/model.json',
      JSON.stringify({
        format: 'layers-model',
        modelTopology: { class_name: 'Sequential', config: { name: 'model', layers: [layer] } },
        weightsManifest: [{ paths: ['weights.bin'], weights }]
      })
    )
    for (const [to, asked] of [
      ['kept', ['--min-cosine', '0.99']],
      ['quarter', ['--ratio', '3.5']]
    ] as const) {
      const report = JSON.parse(await output(folder, 'rewrite', 'stock', '-o', to, ...asked, '--json'))
      expect(report.tables).toMatchObject([{ to: 'fixedpoint(scale=table)', bytes: rows * dim }])
    }
  })

  test('what cannot be done is said in a line, and nothing is left', async () => {
    const model = JSON.parse(Buffer.from(files['model.json']).toString())
    put(folder, 'lost/model.json', JSON.stringify(model))
    put(
      folder,
      'layers/model.json',
      JSON.stringify({ format: 'layers-model', modelTopology: { model_config: {} }, weightsManifest: [] })
    )
    put(folder, 'broken/model.json', '{"format": "graph-model", "modelTopology": ')
    const before = readdirSync(folder)
    const cases: [string, string, string, RegExp][] = [
      [
        'model',
        'out',
        'trellis(bits=2)',
        /tables of the kind \S+ cannot be written as TensorFlow\.js nodes; these can: bitshift/
      ],
      ['model', 'model', four, /-o model: expected a folder that is new or empty/],
      ['lost', 'out', four, /lost\/model\.json: weights\.bin, a file of its weights, is not there/],
      ['layers', 'out', four, /layers\/model\.json: expected the config of the model to be an object/],
      ['broken', 'out', four, /broken\/model\.json: expected the model\.json of a TF\.js model; it is no JSON/]
    ]
    for (const [path, to, pipeline, said] of cases) {
      const { status, stderr } = await slimbed(folder, 'rewrite', path, '-o', to, '-p', pipeline)
      expect({ path, status, lines: stderr.trimEnd().split('\n').length }).toEqual({ path, status: 2, lines: 1 })
      expect(stderr).toMatch(said)
      expect(readdirSync(folder)).toEqual(before)
    }
    writeFileSync(join(folder, 'model/small-shard1of1.bin'), files['weights.bin'])
    const own = { ...model, weightsManifest: [{ ...model.weightsManifest[0], paths: ['small-shard1of1.bin'] }] }
    writeFileSync(join(folder, 'model/own.json'), JSON.stringify(own))
    const { status, stderr } = await slimbed(folder, 'rewrite', 'model/own.json', '-o', 'model/small.json', '-p', four)
    expect([status, stderr]).toEqual([2, expect.stringContaining('this is the file that is read; choose another name')])
  })
})
