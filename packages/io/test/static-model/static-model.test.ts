import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { compress, matrixOf, pipeline } from '@slimbed/core'
import { dense, encode, gather, isSlimbedError } from '@slimbed/runtime'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { fixedpoint } from '../../../fixedpoint/src/index.js'
import { tokenizerFrom } from '../../../tokenizer/src/index.js'
import { openStaticModel, openVectors, staticModelAt, writeStaticModel } from '../../src/node/index.js'
import { allOf, refusal } from '../support.js'
import { embeddings, flat, model2vec, nested, plain, tokenizer, values, words } from './folders.js'
import { zipOf } from './zip.js'

/** Texts to numbers of tokens, as the model's program does it. */
function tokenizeOf({
  tokenizer,
  settings
}: {
  readonly tokenizer: Uint8Array
  readonly settings: { readonly skipUnknown: boolean }
}) {
  const { encode, unknown } = tokenizerFrom(JSON.parse(new TextDecoder().decode(tokenizer)))
  return (text: string) => [...encode(text)].filter((id) => !settings.skipUnknown || id !== unknown)
}

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'slimbed-model-'))
})
afterEach(() => {
  rmSync(folder, { recursive: true, force: true })
})

/** Writes files below the folder: bytes as they are, anything else as JSON. */
function put(files: Readonly<Record<string, unknown>>): void {
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    writeFileSync(join(folder, path), content instanceof Uint8Array ? content : JSON.stringify(content))
  }
}

describe('reading', () => {
  test.each([
    ['model2vec', model2vec(), true],
    ['model2vec', model2vec(undefined, {}), false],
    ['sentence-transformers', nested, true],
    ['sentence-transformers', plain, false],
    ['sentence-transformers', flat, false]
  ])('%s, %#', async (layout, files, normalize) => {
    put(files)
    const model = await openStaticModel(folder)
    expect([model.layout, model.settings.normalize, model.weights, model.mapping]).toEqual([
      layout,
      normalize,
      undefined,
      undefined
    ])
    expect(await allOf(model.matrix)).toEqual(values)
    expect(words.map((word) => model.tokens.find(word))).toEqual([0, 1, 2, 3, 4, 5, 6])
    expect(model.tokens.word(5)).toBe('##er')
    await model.close()
  })

  test('a folder of a model is a file of vectors, its tokens the words', async () => {
    put(model2vec())
    const vectors = await openVectors(folder)
    expect([await allOf(vectors.matrix), vectors.vocabulary?.find('river')]).toEqual([values, 3])
    await vectors.close()
    const mapping = { dtype: 'I64', shape: [7], data: new BigInt64Array(7) }
    put(model2vec({ embeddings, mapping }))
    const shared = await openVectors(folder)
    expect([shared.vocabulary, shared.warnings.length]).toEqual([undefined, 1])
    await shared.close()
    rmSync(join(folder, 'config.json'))
    expect(await refusal(openVectors(folder))).toMatch(/^bad-input: .*folder/)
  })

  test('half floats, weights and rows that tokens share', async () => {
    const mapping = { dtype: 'I64', shape: [7], data: BigInt64Array.of(0n, 0n, 1n, 1n, 2n, 2n, 0n) }
    const weights = { dtype: 'F64', shape: [7], data: Float64Array.of(0, 0, 1, 0.5, 1, 1, 0.25) }
    const half = { dtype: 'F16', shape: [3, 2], data: Uint16Array.of(0x3c00, 0, 0, 0x3c00, 0x4000, 0x4000) }
    put(model2vec({ embeddings: half, mapping, weights }))
    const model = await openStaticModel(folder)
    expect(await allOf(model.matrix)).toEqual(Float32Array.of(1, 0, 0, 1, 2, 2))
    expect([model.mapping, model.weights]).toEqual([
      Uint32Array.of(0, 0, 1, 1, 2, 2, 0),
      Float32Array.of(0, 0, 1, 0.5, 1, 1, 0.25)
    ])
    // As model2vec has it: the mean over tokens of weight times vector, then to length 1.
    const table = gather(model.mapping!, dense(3, 2, await allOf(model.matrix)))
    const tokenize = tokenizeOf(model)
    const found = encode({ table, vocabulary: model.tokens }, 'The cold river!', { tokenize, weights: model.weights! })
    const [x, y] = [0.25 * 1 + 1 * 2, 1 * 2 + 0.5 * 1]
    expect([...found]).toEqual([x, y].map((value) => expect.closeTo(value / Math.hypot(x, y), 6)))
    await model.close()
  })

  const { model, ...headless } = tokenizer
  const broken: readonly [string, object, string][] = [
    ['nothing', {}, 'not-found'],
    ['no tokenizer', { ...model2vec(), 'tokenizer.json': undefined }, 'bad-input'],
    ['config that is no JSON', { ...model2vec(), 'config.json': new Uint8Array([255]) }, 'corrupt-file'],
    ['config in a list', { ...model2vec(), 'config.json': [] }, 'corrupt-file'],
    ['a tokenizer without a model', { ...model2vec(), 'tokenizer.json': headless }, 'corrupt-file'],
    ['tokens without numbers', { ...model2vec(), 'tokenizer.json': { model: { vocab: { a: 'x' } } } }, 'corrupt-file'],
    [
      'more tokens than rows',
      { ...model2vec(), 'tokenizer.json': { model: { ...model, vocab: { a: 7 } } } },
      'bad-input'
    ],
    ['the matrix of another layout', model2vec({ 'embedding.weight': embeddings }), 'bad-input'],
    [
      'whole numbers for vectors',
      model2vec({ embeddings: { dtype: 'I16', shape: [7, 2], data: new Int16Array(14) } }),
      'bad-input'
    ],
    [
      'bytes of one dimension',
      model2vec({ embeddings: { dtype: 'I8', shape: [14], data: new Int8Array(14) } }),
      'bad-input'
    ],
    [
      'fewer tokens than rows',
      { ...model2vec(), 'tokenizer.json': { model: { ...model, vocab: { a: 6 } }, added_tokens: [] } },
      'bad-input'
    ],
    ['a length that is no number', model2vec(undefined, { max_length: '512' }), 'bad-input'],
    ['modules in an object', { ...nested, 'modules.json': {} }, 'corrupt-file'],
    [
      'a module that does something else',
      { ...nested, 'modules.json': [...nested['modules.json'], { type: 'sentence_transformers.models.Dense' }] },
      'unsupported'
    ],
    [
      'texts cut at their beginning',
      {
        ...nested,
        '0_StaticEmbedding/tokenizer.json': { ...tokenizer, truncation: { direction: 'Left', max_length: 2 } }
      },
      'unsupported'
    ],
    [
      'a pointer of Git LFS',
      {
        ...model2vec(),
        'model.safetensors': Buffer.from('version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 1\n')
      },
      'unsupported'
    ],
    [
      'too few weights',
      model2vec({ embeddings, weights: { dtype: 'F32', shape: [2], data: new Float32Array(2) } }),
      'bad-input'
    ],
    [
      'a mapping beyond the rows',
      model2vec({ embeddings, mapping: { dtype: 'I32', shape: [1], data: Int32Array.of(7) } }),
      'bad-input'
    ],
    [
      'a mapping below 0',
      model2vec({ embeddings, mapping: { dtype: 'I64', shape: [1], data: BigInt64Array.of(-1n) } }),
      'bad-input'
    ],
    [
      'a mapping of floats',
      model2vec({ embeddings, mapping: { dtype: 'F32', shape: [7], data: new Float32Array(7) } }),
      'bad-input'
    ],
    [
      'weights of two dimensions',
      model2vec({ embeddings, weights: { dtype: 'F32', shape: [7, 1], data: new Float32Array(7) } }),
      'bad-input'
    ],
    [
      'a weight that is not finite',
      model2vec({ embeddings, weights: { dtype: 'F32', shape: [7], data: new Float32Array(7).fill(NaN) } }),
      'bad-input'
    ]
  ]
  test.each(broken)('refused: %s', async (_, files, code) => {
    put(Object.fromEntries(Object.entries(files).filter(([, content]) => content !== undefined)))
    const message = await refusal(openStaticModel(folder))
    expect(message).toMatch(new RegExp(`^${code}: .{10,400}$`))
    expect(message).toContain(folder)
  })
})

describe('settings of texts', () => {
  const settingsOf = async (files: Readonly<Record<string, unknown>>) => {
    put(files)
    const { settings, close } = await openStaticModel(folder)
    await close()
    return settings
  }

  test.each([
    // The tokens have 5, 5, 5, 5, 4, 4 and 3 characters.
    [{ max_length: 3 }, { maxLength: 3, maxCharacters: 15 }],
    [{}, { maxLength: 512, maxCharacters: 2560 }],
    [{ max_length: null }, {}],
    [
      { max_length: 0, normalize: true },
      { maxLength: 0, maxCharacters: 0, normalize: true }
    ]
  ])('model2vec: %o', async (config, expected) => {
    expect(await settingsOf(model2vec(undefined, config))).toEqual({ normalize: false, skipUnknown: true, ...expected })
  })

  test('sentence-transformers: the truncation of the tokenizer, and the prompt', async () => {
    const prompts = { query: 'find: ', document: '' }
    const cut = { ...tokenizer, truncation: { direction: 'Right', max_length: 8, strategy: 'LongestFirst', stride: 0 } }
    const files = {
      ...nested,
      'config_sentence_transformers.json': { prompts, default_prompt_name: 'query' },
      '0_StaticEmbedding/tokenizer.json': cut
    }
    const common = { normalize: true, skipUnknown: false }
    expect(await settingsOf(files)).toEqual({ ...common, maxLength: 8, prompt: 'find: ' })
    const none = { ...nested, 'config_sentence_transformers.json': { prompts, default_prompt_name: 'document' } }
    expect(await settingsOf(none)).toEqual(common)
  })
})

describe('other ways to a model', () => {
  test('rows of int8', async () => {
    const rows = { dtype: 'I8', shape: [7, 2], data: Int8Array.from({ length: 14 }, (_, i) => i * 20 - 127) }
    put(model2vec({ embeddings: rows }))
    const model = await openStaticModel(folder)
    expect([model.unscaled, await allOf(model.matrix)]).toEqual([true, Float32Array.from(rows.data)])
    await model.close()
  })

  test('the file in the folder, and what is no model', async () => {
    put({ ...nested, 'other/model.safetensors': nested['0_StaticEmbedding/model.safetensors'] })
    const model = await staticModelAt(join(folder, '0_StaticEmbedding', 'model.safetensors'))
    expect([model?.layout, model?.settings.normalize]).toEqual(['sentence-transformers', true])
    await model?.close()
    expect(await staticModelAt(join(folder, 'other', 'model.safetensors'))).toBeUndefined()
    expect(await staticModelAt(join(folder, 'modules.json'))).toBeUndefined()
    expect(await staticModelAt(join(folder, 'other'))).toBeUndefined()
    expect(await refusal(openStaticModel(join(folder, 'modules.json')))).toMatch(/^not-found/)
  })

  const asFiles = (files: Readonly<Record<string, unknown>>, below = '') =>
    Object.entries(files).map(
      ([path, content]) =>
        [`${below}${path}`, content instanceof Uint8Array ? content : Buffer.from(JSON.stringify(content))] as const
    )

  test.each([
    ['at the top', ''],
    ['in a folder', 'models/potion/']
  ])('a zip archive, %s', async (_, below) => {
    const path = join(folder, 'model.zip')
    writeFileSync(path, zipOf([['README.md', Buffer.from('# hi')], ...asFiles(nested, below)]))
    const model = await openStaticModel(path)
    expect([model.layout, await allOf(model.matrix)]).toEqual(['sentence-transformers', values])
    await model.close()
    writeFileSync(path, zipOf([['README.md', Buffer.from('# hi')]]))
    expect(await staticModelAt(path)).toBeUndefined()
  })

  test('hostile archives are refused in one line', async () => {
    const path = join(folder, 'model.zip')
    const whole = zipOf(asFiles(model2vec()))
    const refused = async (bytes: Uint8Array) => {
      writeFileSync(path, bytes)
      return refusal(openStaticModel(path))
    }
    const bomb = asFiles({ ...model2vec(), 'model.safetensors': new Uint8Array(64 * 2 ** 20) })
    expect(await refused(zipOf(bomb))).toMatch(/^corrupt-file: .*model\.safetensors.*67108864 bytes packed into/)
    expect(await refused(zipOf([['../config.json', Buffer.from('{}')]]))).toMatch(/^corrupt-file: .*zip/)
    expect(await refused(whole.subarray(0, whole.length - 30))).toMatch(/^corrupt-file: .*zip/)
    // One byte of each file: a wrong checksum, a wrong length, or a broken stream.
    for (let at = 60; at < whole.length - 400; at += 97) {
      const damaged = Uint8Array.from(whole)
      damaged[at] ^= 0x55
      writeFileSync(path, damaged)
      const model = await openStaticModel(path).catch((error) => error)
      if (model instanceof Error) expect(`${at}: ${isSlimbedError(model)}`).toBe(`${at}: true`)
      else {
        expect(await allOf(model.matrix)).toEqual(values)
        await model.close()
      }
    }
  })
})

describe('text', () => {
  test('the tokenizer of the folder, what is unknown left out as model2vec does', async () => {
    put(model2vec())
    const model = await openStaticModel(folder)
    const tokenize = tokenizeOf(model)
    expect(tokenize('The COLDER  water, zebra')).toEqual([6, 4, 5, 2])
    expect(tokenize('')).toEqual([])
    const table = dense(7, 2, values)
    const [x, y] = [1 + 0 + 2, 0 + 1 + 2]
    const found = encode({ table, vocabulary: model.tokens }, 'water river cold', { tokenize })
    expect([...found]).toEqual([x, y].map((value) => expect.closeTo(value / Math.hypot(x, y), 6)))
    await model.close()
  })

  test('sentence-transformers keeps what is unknown', async () => {
    put(nested)
    const model = await openStaticModel(folder)
    expect(tokenizeOf(model)('water zebra')).toEqual([2, 1])
    await model.close()
  })
})

describe('writing', () => {
  test.each([
    ['model2vec', model2vec()],
    ['sentence-transformers', nested]
  ])('%s: what is read back is what was written, compressed between', async (_, files) => {
    put(files)
    const model = await openStaticModel(folder)
    const { table } = await compress(model.matrix, pipeline(fixedpoint({ bits: 8 })))
    const small = dense(7, 2, Float32Array.from({ length: 14 }))
    for (let row = 0; row < 7; row++)
      table.readRow(row, small.tensors.data.data.subarray(row * 2, row * 2 + 2) as Float32Array)
    const out = join(folder, 'out')
    await writeStaticModel(out, { ...model, matrix: matrixOf(small)! })
    const again = await openStaticModel(out)
    expect(await allOf(again.matrix)).toEqual(small.tensors.data.data)
    expect([again.layout, again.settings]).toEqual([model.layout, model.settings])
    expect(again.tokenizer).toEqual(model.tokenizer)
    expect(again.config).toEqual(
      model.layout === 'model2vec' ? { ...model.config, embedding_dtype: 'float32' } : model.config
    )
    expect(statSync(out).mode & 0o777).toBe(0o777 & ~process.umask())
    await again.close()
    await model.close()
  })

  test('weights and shared rows come back, and sentence-transformers has no place for them', async () => {
    put(model2vec())
    const { close, ...model } = await openStaticModel(folder)
    const [weights, mapping] = [Float32Array.of(1, 2, 3), Uint32Array.of(6, 0, 6)]
    const short = Buffer.from(JSON.stringify({ model: { vocab: { a: 0, b: 1, c: 2 } } }))
    await writeStaticModel(join(folder, 'out'), { ...model, tokenizer: short, weights, mapping })
    const again = await openStaticModel(join(folder, 'out'))
    expect([again.weights, again.mapping, again.tokens.size]).toEqual([weights, mapping, 3])
    await again.close()
    const other = { ...model, layout: 'sentence-transformers', weights } as const
    expect(await refusal(writeStaticModel(join(folder, 'more'), other))).toMatch(/^bad-input/)
    const fits = { ...other, weights: new Float32Array(7) }
    expect(await refusal(writeStaticModel(join(folder, 'more'), fits))).toMatch(/^unsupported/)
    await close()
  })

  test('a folder with files is left alone, and a failure leaves nothing', async () => {
    put(model2vec())
    const model = await openStaticModel(folder)
    expect(await refusal(writeStaticModel(folder, model))).toMatch(/^bad-input: .*new or empty/)
    const names = readdirSync(folder)
    const broken = { ...model.matrix, read: async () => new Float32Array([1, Number.NaN]) }
    expect(await refusal(writeStaticModel(join(folder, 'out'), { ...model, matrix: broken }))).toContain(
      'model.safetensors'
    )
    expect([readdirSync(folder), existsSync(join(folder, 'out'))]).toEqual([names, false])
    expect(await refusal(writeStaticModel(join(folder, 'no', 'such', 'out'), model))).toMatch(/^not-found/)
    expect(JSON.parse(readFileSync(join(folder, 'config.json'), 'utf8')).model_type).toBe('model2vec')
    await model.close()
  })
})
