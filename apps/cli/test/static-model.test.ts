import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { pythonWith, runPython } from '@slimbed/testing'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { zipOf } from '../../../packages/io/test/static-model/zip.js'
import { output, slimbed, slimbedWith } from './support/run.js'
import { models, putModel, texts } from './support/static-models.js'

const script = fileURLToPath(new URL('fixtures/encode.py', import.meta.url))
const recorded = fileURLToPath(new URL('golden/encoded.json', import.meta.url))
const pythons: Readonly<Record<string, string | undefined>> = {
  model2vec: pythonWith('model2vec'),
  sentence_transformers: pythonWith('sentence_transformers')
}

const folder = mkdtempSync(join(tmpdir(), 'slimbed cli '))
const placeOf = (name: string) => name.replaceAll(/[ ,]+/g, '-')
beforeAll(() => {
  for (const [name, { files }] of Object.entries(models)) putModel(join(folder, placeOf(name)), files)
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

type Vectors = readonly (readonly number[])[]

const byPython = (library: string, places: readonly string[]): readonly Vectors[] => {
  const args = [script, library, ...places.map((place) => join(folder, place))]
  return runPython(pythons[library], args, JSON.stringify(texts)) as readonly Vectors[]
}

const libraries = ['model2vec', 'sentence_transformers'] as const
const namesFor = (library: string) => Object.keys(models).filter((name) => models[name].library === library)

/** What the libraries gave, when they were last asked. SLIMBED_RECORD=1 asks them again, and needs both. */
function expectedVectors(): Readonly<Record<string, Vectors>> {
  if (process.env.SLIMBED_RECORD) {
    const found = libraries.flatMap((library) => {
      const vectors = byPython(library, namesFor(library).map(placeOf))
      return namesFor(library).map((name, i) => [name, vectors[i]] as const)
    })
    writeFileSync(recorded, `${JSON.stringify(Object.fromEntries(found))}\n`)
  }
  return JSON.parse(readFileSync(recorded, 'utf8'))
}

let expected: Readonly<Record<string, Vectors>>
beforeAll(() => {
  expected = expectedVectors()
})

const encoded = async (model: string): Promise<Vectors> => {
  const lines = await slimbedWith(folder, texts.join('\n'), 'encode', model, '--json', '-')
  expect(lines.stderr).toBe('')
  const { vectors } = JSON.parse(lines.stdout)
  return vectors.map(({ vector }: { vector: number[] }) => vector)
}

function expectSame(found: Vectors, expected: Vectors, error: number): void {
  expect(found.length).toBe(expected.length)
  for (const [i, vector] of found.entries()) {
    for (const [j, value] of vector.entries()) {
      expect(Math.abs(value - expected[i][j]), `${texts[i]}, ${j}`).toBeLessThanOrEqual(
        error * Math.max(1, Math.hypot(...vector))
      )
    }
  }
}

test.each(Object.keys(models))(
  '%s: vectors are those of Python, compressed without loss or not at all',
  async (name) => {
    const place = placeOf(name)
    // Half floats are averaged in half floats there.
    const error = name === 'half floats' ? 1e-3 : 1e-5
    await output(folder, 'compress', place, '-o', `${place}.safetensors`, '-p', 'none', '--quiet')
    expectSame(await encoded(`${place}.safetensors`), expected[name], error)
    expectSame(await encoded(place), expected[name], error)
  }
)

describe.each(libraries)('%s', (library) => {
  const needs = `pip install ${library.replace('_', '-')}`
  test.skipIf(!pythons[library])(`models that are written back give Python the same vectors (${needs})`, async () => {
    // A model of model2vec is one of sentence-transformers, too, where no token is unknown.
    const places = [...namesFor(library), ...(library === 'model2vec' ? [] : ['plain'])].map(placeOf)
    for (const place of places) {
      await output(folder, 'compress', place, '-o', `${place}.8.safetensors`, '--quiet')
      await output(folder, 'decompress', `${place}.8.safetensors`, '-o', `${place}-${library}`)
    }
    const found = byPython(
      library,
      places.map((place) => `${place}-${library}`)
    )
    for (const [i, place] of places.entries()) {
      const ours = await encoded(`${place}.8.safetensors`)
      const some = place === 'plain' && library !== 'model2vec' ? 2 : texts.length
      expectSame(found[i].slice(0, some), ours.slice(0, some), 1e-5)
    }
  })
})

describe('on the command line', () => {
  test('a folder, the file in it, and a zip give the same file', async () => {
    const files = Object.entries(models.nested.files).map(
      ([path, content]) =>
        [`model/${path}`, content instanceof Uint8Array ? content : Buffer.from(JSON.stringify(content))] as const
    )
    writeFileSync(join(folder, 'model.zip'), zipOf(files))
    for (const [i, input] of ['nested', 'nested/0_StaticEmbedding/model.safetensors', 'model.zip'].entries()) {
      await output(folder, 'compress', input, '-o', `same-${i}.safetensors`)
    }
    const [first, ...others] = [0, 1, 2].map((i) => readFileSync(join(folder, `same-${i}.safetensors`)))
    expect(others).toEqual([first, first])
  })

  test('compress and inspect tell of texts, nearest and compare of tokens', async () => {
    const told = await output(folder, 'compress', 'weights', '-o', 'told.safetensors', '-p', 'fixedpoint(bits=8)')
    expect(told).toMatch(
      /texts: \S+ k?B, a tokenizer of 17 tokens with weights, vectors of length 1, of up to 512 tokens/
    )
    expect(await output(folder, 'inspect', 'told.safetensors')).toMatch(/texts +\S+ k?B +a tokenizer of 17 tokens/)
    const { texts: found } = JSON.parse(await output(folder, 'inspect', 'told.safetensors', '--json'))
    expect(found).toMatchObject({
      tokens: 17,
      weights: true,
      normalize: true,
      maxLength: 512,
      model: { layout: 'model2vec' }
    })
    expect(await output(folder, 'nearest', 'told.safetensors', 'river', '-k', '2')).toMatch(/^river\n/)
    const { stdout } = await slimbed(folder, 'compare', 'weights', 'told.safetensors')
    expect(stdout).toMatch(/mean cosine +1\.0000/)
  })

  test('int8 gives one warning, and the file keeps it', async () => {
    const { status, stderr } = await slimbed(folder, 'compress', 'int8', '-o', 'int8.safetensors')
    expect([status, stderr]).toEqual([0, expect.stringMatching(/^slimbed: warning: int8: .*no scale.*\n$/)])
    const { texts: found } = JSON.parse(await output(folder, 'inspect', 'int8.safetensors', '--json'))
    expect(found.model.unscaled).toBe(true)
  })

  test('vectors of texts are written as files, lines of stdin with empty ones', async () => {
    const { stdout } = await slimbedWith(folder, 'cold\n\nriver\r\n', 'encode', 'plain', '-o', 'v.npy')
    expect(stdout).toMatch(/v\.npy.*3 × 6, of 3 texts/)
    const one = await output(folder, 'encode', 'plain', 'cold', 'river', '-o', 'v.safetensors')
    expect(one).toMatch(/2 × 6/)
    expect(await output(folder, 'nearest', 'v.safetensors', 'river')).toMatch(/^river\n +cold/)
    const lines = (await output(folder, 'encode', 'plain', 'cold', '')).trimEnd()
    expect(lines.split('\n').map((line) => line.split(' ').length)).toEqual([6, 6])
    expect(lines.split('\n')[1]).toBe('0 0 0 0 0 0')
  })

  const alone = 'lone/model.safetensors'
  const refused: readonly [string, readonly string[], RegExp][] = [
    [
      'no tokenizer',
      ['compress', 'lone', '-o', 'x.safetensors'],
      /lone\/model\.safetensors: there is no tokenizer\.json/
    ],
    ['no tokenizer beside a file', ['compress', alone, '-o', 'x.safetensors'], /there is no tokenizer\.json/],
    ['a tokenizer of another kind', ['compress', 'odd', '-o', 'x.safetensors'], /odd.*tokenizer\.json: .*Nonsense/],
    [
      'a flag for words',
      ['compress', 'plain', '-o', 'x.safetensors', '--limit', '3'],
      /--limit 3: plain is a static model/
    ],
    [
      'two pipelines',
      ['compress', 'plain', '-o', 'x.safetensors', '-p', 'fixedpoint', '-p', 'fixedpoint'],
      /one --pipeline/
    ],
    [
      'a size to reach',
      ['compress', 'plain', '-o', 'x.safetensors', '--target', '1MB'],
      /--target looks for a pipeline/
    ],
    ['encoding by a table alone', ['encode', 'v.safetensors', 'cold'], /v\.safetensors: .*no tokenizer/],
    ['a folder that is no model', ['encode', 'empty', 'cold'], /empty: expected/],
    ['texts in a file of words', ['encode', 'plain', 'cold', '-o', 'x.vec'], /-o x\.vec: .*\.npy or \.safetensors/],
    ['a folder of a table alone', ['decompress', 'v.safetensors', '-o', 'out/'], /out\/: cannot tell/]
  ]
  test.each(refused)('refused in one line: %s', async (_, args, expected) => {
    putModel(join(folder, 'lone'), { ...models.plain.files, 'tokenizer.json': new Uint8Array() })
    rmSync(join(folder, 'lone/tokenizer.json'))
    const { 'tokenizer.json': json } = models.plain.files
    putModel(join(folder, 'odd'), {
      ...models.plain.files,
      'tokenizer.json': { ...Object(json), normalizer: { type: 'Nonsense' } }
    })
    putModel(join(folder, 'empty'), { 'README.md': {} })
    await output(folder, 'encode', 'plain', 'cold', '-o', 'v.npy')
    await output(folder, 'encode', 'plain', 'cold', '-o', 'v.safetensors')
    const { status, stdout, stderr } = await slimbed(folder, ...args)
    expect([status, stdout, stderr.trimEnd().split('\n').length]).toEqual([2, '', 1])
    expect(stderr).toMatch(expected)
  })
})
