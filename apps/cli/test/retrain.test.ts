import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { loadModel } from '@slimbed/runtime/model'
import { describe, expect, test } from 'vitest'
import { contents, scratch } from './support/folder.js'
import { safetensors, shapes, words } from './support/language-model.js'
import { output, slimbed } from './support/run.js'
import { put } from './support/vectors.js'

const sentence = (i: number) => ['a b c d', 'b c e f g', 'a unknown h'][i % 3]
const text = (lines: number, from: number) =>
  Array.from({ length: lines }, (_, i) => `${sentence(i + from)}\n`).join('')

/** A language model, its factors by "slimbed compress", and texts. */
async function project(): Promise<string> {
  const folder = scratch()
  mkdirSync(join(folder, 'model'))
  writeFileSync(join(folder, 'model/model.safetensors'), safetensors({ ...shapes, other: [3] }))
  put(folder, 'model/counts.tsv', words.map((word, i) => `${word}\t${20 - i}\n`).join(''))
  put(folder, 'train.txt', text(60, 0))
  put(folder, 'valid.txt', text(20, 1))
  const tables = ['--tensor', 'embedding.weight', '--tensor', 'softmax.weight']
  const flags = ['-o', 'factors.safetensors', '-p', 'lowrank(rank=3)', '--quiet']
  await output(folder, 'compress', 'model/model.safetensors', ...tables, ...flags)
  return folder
}

const texts = ['--lm', 'model', '--text', 'train.txt', '--valid', 'valid.txt']
const short = ['--streams', '4', '--length', '6', '--steps', '40', '--every', '20', '--rate', '0.05']
const codes = ['--quantize', 'right/fixedpoint | fixedpoint(bits=5, clip=mse)']
const run = ['retrain', 'factors.safetensors', '-o', 'small.safetensors', ...texts, ...short, ...codes]
const modelIn = (folder: string, name: string) => loadModel(readFileSync(join(folder, name)))

test('a compressed model, trained further, predicts better with the codes that are written', async () => {
  const folder = await project()
  const report = JSON.parse(await output(folder, ...run, '--json'))
  expect(report).toMatchObject({ embedding: { rows: 10, dim: 6 }, softmax: { rows: 10, dim: 4 }, seed: 0 })
  expect(report.after).toBeLessThan(0.8 * report.before)
  expect(report.validations.map(({ step }: { step: number }) => step)).toEqual([0, 20, 40])
  const evaluated = ['eval', '--lm', 'model', '--model', 'small.safetensors', '--text', 'valid.txt', '--json']
  const { perplexity, ratio } = JSON.parse(await output(folder, ...evaluated))
  expect(perplexity / report.after).toBeCloseTo(1, 6)
  expect(ratio).toBe(report.ratio)
  const { tables, tensors, manifest } = modelIn(folder, 'small.safetensors')
  expect([...tables].map(([name, { children }]) => [name, children.left.kind])).toEqual([
    ['embedding.weight', 'quantized'],
    ['softmax.weight', 'quantized']
  ])
  expect([...tensors.keys()].sort()).toEqual(
    [...Object.keys(shapes).filter((name) => !name.endsWith('x.weight') && name !== 'embedding.weight'), 'other'].sort()
  )
  expect(manifest.provenance.retraining).toMatchObject({ steps: 40, dropout: 0.2, layers: true })
  expect(manifest.provenance.tables).toMatchObject({
    'softmax.weight': { pipeline: 'lowrank(rank=3) | right/fixedpoint | fixedpoint(bits=5, clip=mse)' }
  })
  expect(JSON.stringify(manifest.provenance)).not.toContain('relativeError')
  expect(await output(folder, 'inspect', 'small.safetensors')).toContain('softmax.weight')
})

test('the same run writes the same bytes; none trained is what was compressed, quantized', async () => {
  const folder = await project()
  const told = await output(folder, ...run, '--quiet')
  expect(told).toMatch(/step +rate +validation perplexity/)
  expect(told).toMatch(/small\.safetensors .* smaller than float32/)
  const first = readFileSync(join(folder, 'small.safetensors'))
  await output(folder, ...run, '--quiet', '--threads', '1')
  expect(readFileSync(join(folder, 'small.safetensors')).equals(first)).toBe(true)
  const none = JSON.parse(await output(folder, ...run, '--json', '--steps', '0'))
  expect(none.after).toBe(none.before)
  const frozen = ['--freeze-layers', '--distillation', '0.5', '--json']
  const report = JSON.parse(await output(folder, ...run, ...frozen))
  expect(report.after).toBeLessThanOrEqual(none.before)
  const before = modelIn(folder, 'factors.safetensors')
  const after = modelIn(folder, 'small.safetensors')
  const weights = (folderModel: typeof before, name: string, file: string) => {
    const { begin, end } = folderModel.tensors.get(name)!
    return readFileSync(join(folder, file)).subarray(begin, end)
  }
  for (const name of ['lstm.0.weight_ih', 'lstm.0.weight_hh', 'other']) {
    expect(weights(after, name, 'small.safetensors').equals(weights(before, name, 'factors.safetensors'))).toBe(true)
  }
})

describe('wrong usage and input: one line, exit status 2, nothing left', () => {
  const cases: [string, string[], RegExp][] = [
    ['no such model', ['--lm', 'none'], /^slimbed: none\/model\.safetensors: there is no such file/],
    ['no such text', ['--text', 'none.txt'], /^slimbed: none\.txt: there is no such file/],
    ['a text that is too short', ['--text', 'one.txt'], /^slimbed: one\.txt: expected two tokens or more, there are 1/],
    [
      'and for the streams',
      ['--streams', '300'],
      /^slimbed: retraining: the training text has 300 tokens, 300 streams of 6 need 1801/
    ],
    [
      'the output is the input',
      ['-o', 'factors.safetensors'],
      /^slimbed: -o factors\.safetensors: this is the file that is read/
    ],
    ['a rate', ['--rate', 'fast'], /^slimbed: .*--rate.*Expected a number/],
    ['a rate of 0', ['--rate', '0'], /^slimbed: retraining: rate must be a number above 0, not 0/],
    ['distillation', ['--distillation', '2'], /^slimbed: retraining: distillation must be from 0 to 1, not 2/],
    ['a quantizer', ['--quantize', 'fixedpiont'], /^slimbed: .*fixedpiont/],
    ['an optimizer', ['--optimizer', 'adan'], /^slimbed: optimizer must be one of adam/]
  ]
  test('of every kind', { timeout: 60_000 }, async () => {
    const folder = await project()
    put(folder, 'one.txt', 'a')
    const before = contents(folder)
    for (const [what, flags, message] of cases) {
      const { status, stdout, stderr } = await slimbed(folder, ...run, ...flags)
      expect({ status, stdout }, what).toEqual({ status: 2, stdout: '' })
      expect(stderr.trimEnd(), what).toMatch(message)
      expect(stderr.trimEnd(), what).not.toContain('\n')
      expect(contents(folder), what).toEqual(before)
    }
  })

  test('a model of codes', async () => {
    const folder = await project()
    await output(folder, ...run, '--steps', '0', '--quiet')
    const args = ['retrain', 'small.safetensors', '-o', 'again.safetensors', ...texts]
    const { status, stderr } = await slimbed(folder, ...args)
    expect(status).toBe(2)
    expect(stderr.trimEnd()).toMatch(
      /^slimbed: retraining: the embedding cannot be trained: its part "left" is quantized, .*; quantize after training instead$/
    )
  })
})
