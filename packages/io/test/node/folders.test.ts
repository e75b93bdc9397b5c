import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { filesMeant, inputFiles, openModel, openVectors, refuseShards } from '../../src/node/index.js'
import { safetensors } from '../safetensors/safetensors-file.js'
import { model2vec } from '../static-model/folders.js'
import { refusal } from '../support.js'

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'slimbed-folders-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

function put(files: Readonly<Record<string, Uint8Array | object | string>>): void {
  for (const [path, content] of Object.entries(files)) {
    const bytes = typeof content === 'string' || content instanceof Uint8Array ? content : JSON.stringify(content)
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    writeFileSync(join(folder, path), bytes)
  }
}

const table = { dtype: 'F32', shape: [2, 2], data: Float32Array.of(1, 2, 3, 4) }
const index = 'model.safetensors.index.json'
const sharded = {
  [index]: {
    metadata: { total_size: 32 },
    weight_map: {
      'lm_head.weight': 'model-00002-of-00002.safetensors',
      'embed_tokens.weight': 'model-00001-of-00002.safetensors'
    }
  },
  'model-00001-of-00002.safetensors': safetensors({ 'embed_tokens.weight': table }),
  'model-00002-of-00002.safetensors': safetensors({ 'lm_head.weight': table })
}

describe('a model in shards', () => {
  test('its folder and its index are refused with the tables to choose from; a tensor is read from its shard', async () => {
    put(sharded)
    for (const path of [folder, join(folder, index)]) {
      const first = join(folder, 'model-00001-of-00002.safetensors')
      const usual = `bad-input: ${path}: a model in shards; choose a tensor of it: "embed_tokens.weight" is in ${first}`
      expect(await refusal(openVectors(path))).toBe(usual)
      const vectors = await openVectors(path, { tensor: 'lm_head.weight' })
      expect(Array.from(await vectors.matrix.read(0, 2))).toEqual([1, 2, 3, 4])
      await vectors.close()
      const lost = `bad-input: ${path}: a model in shards; choose a tensor of it: "embed_tokens.weight" is in ${first}`
      expect(await refusal(openVectors(path, { tensor: 'head' }))).toBe(lost)
    }
  })

  test('one shard is read; for a tensor of another one that one is named', async () => {
    put(sharded)
    const shard = join(folder, 'model-00001-of-00002.safetensors')
    const vectors = await openVectors(shard, { tensor: 'embed_tokens.weight' })
    expect(vectors.matrix).toMatchObject({ rows: 2, dim: 2 })
    await vectors.close()
    const other = /"lm_head.weight" is not there.*; "lm_head.weight" is in .*model-00002-of-00002.safetensors$/
    expect(await refusal(openVectors(shard, { tensor: 'lm_head.weight' }))).toMatch(other)
  })

  test('the scales of a tensor may be in another shard', async () => {
    const codes = { dtype: 'F8_E4M3', shape: [2, 2], data: Uint8Array.of(0x38, 0x40, 0xb8, 0) }
    const scales = { dtype: 'F32', shape: [2, 1], data: Float32Array.of(2, 3) }
    const map = { 'e.weight': 'a.safetensors', 'e.weight_scale_inv': 'b.safetensors' }
    put({
      [index]: { weight_map: map },
      'a.safetensors': safetensors({ 'e.weight': codes }),
      'b.safetensors': safetensors({ 'e.weight_scale_inv': scales })
    })
    for (const path of ['', index, 'a.safetensors']) {
      const vectors = await openVectors(join(folder, path), { tensor: 'e.weight' })
      expect(Array.from(await vectors.matrix.read(0, 2))).toEqual([2, 4, -3, 0])
      await vectors.close()
    }
    const model = await openModel(join(folder, 'a.safetensors'))
    expect(Array.from((await model.matrices.get('e.weight')?.read(0, 2)) ?? [])).toEqual([2, 4, -3, 0])
    await model.close()
    put({ 'b.safetensors': safetensors({ other: scales }) })
    expect(await refusal(openVectors(folder, { tensor: 'e.weight' }))).toMatch(
      /b\.safetensors: expected the tensor "e\.weight_scale_inv", which the index of the model says is there/
    )
    rmSync(join(folder, 'b.safetensors'))
    expect(await refusal(openVectors(folder, { tensor: 'e.weight' }))).toMatch(/^not-found: .*b\.safetensors/)
  })

  test('means its index, and the shards of tensors and their scales, so that a change of them is noticed', async () => {
    const map = { e: 'a.safetensors', e_scale: 'b.safetensors', f: 'c.safetensors' }
    put({ [index]: { weight_map: map }, 'a.safetensors': 'a', 'b.safetensors': 'bb' })
    const paths = [index, 'a.safetensors', 'b.safetensors'].map((name) => join(folder, name))
    for (const path of [folder, paths[0]]) {
      const found = await inputFiles(path, ['e'])
      expect(found.map((file) => file.path)).toEqual(paths)
      expect(found[2].size).toBe(2)
      expect(await filesMeant(path)).toEqual([...paths, join(folder, 'c.safetensors')])
    }
    // A shard means the others with its scales.
    expect(await filesMeant(paths[1])).toEqual([paths[1], paths[2]])
    expect(await filesMeant(paths[1], ['f'])).toEqual([paths[1], join(folder, 'c.safetensors')])
    expect(await filesMeant(paths[2])).toEqual([paths[2]])
  })

  test('names without a table among them', async () => {
    put({ [index]: { weight_map: { 'h.0.bias': 'b.safetensors', 'h.0.weight': 'a.safetensors' } } })
    const files = `they are ${join(folder, 'b.safetensors')}, ${join(folder, 'a.safetensors')}`
    expect(await refusal(refuseShards(folder, []))).toBe(
      `bad-input: ${folder}: a model in shards; choose a tensor of it: ${files}`
    )
  })

  test('damaged indices are refused, and those of files elsewhere, with a tensor or without', async () => {
    const map = (file: unknown) => JSON.stringify({ weight_map: { e: file } })
    const outside = [
      '../a.safetensors',
      '/a.safetensors',
      'b/a.safetensors',
      'b\\a.safetensors',
      index,
      'a.npy',
      '',
      3,
      null
    ]
    for (const content of ['{', '[]', '{"weight_map": []}', '{}', '', '{"weight_map": {}}', ...outside.map(map)]) {
      put({ [index]: content })
      for (const path of [folder, join(folder, index)]) {
        for (const options of [{}, { tensor: 'e' }]) {
          expect(await refusal(openVectors(path, options))).toMatch(
            /^corrupt-file: .*model\.safetensors\.index\.json: expected the index of a model: /
          )
        }
      }
    }
  })
})

describe('folders', () => {
  test('a file in it is named where there is one to give', async () => {
    expect(await refusal(openVectors(folder))).toBe(
      `bad-input: ${folder}: expected a file; it is a folder, in which no file of vectors is found`
    )
    put({ 'notes.md': '#', 'onnx/model.onnx': '', '1_Dense/model.safetensors': safetensors({ table }) })
    expect(await refusal(openVectors(folder))).toBe(
      `bad-input: ${folder}: expected a file; it is a folder; give a file in it, such as ${join(folder, '1_Dense/model.safetensors')}`
    )
  })

  test('what a static model has beside its rows is told of', async () => {
    const embeddings = { dtype: 'F32', shape: [7, 2], data: new Float32Array(14) }
    const weights = { dtype: 'F32', shape: [7], data: new Float32Array(7) }
    put(model2vec({ embeddings, weights }))
    const vectors = await openVectors(folder)
    expect(vectors.warnings).toEqual([
      `${folder}: the model's "weights" of tokens are left out: rows are read as they are`
    ])
    expect(vectors.vocabulary?.size).toBe(7)
    await vectors.close()
  })

  test('Git LFS pointers in it are called so', async () => {
    const pointer = 'version https://git-lfs.github.com/spec/v1\noid sha256:ab\nsize 3\n'
    put({ ...model2vec(), 'model.safetensors': pointer })
    expect(await refusal(openVectors(folder))).toMatch(/^unsupported: .*model.safetensors: .*Git LFS pointer/)
    put({ ...model2vec(), 'tokenizer.json': pointer })
    expect(await refusal(openVectors(folder))).toMatch(/^unsupported: .*tokenizer.json: .*Git LFS pointer/)
  })
})
