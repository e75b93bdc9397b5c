import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { contents, scratch } from './support/folder.js'
import { installation } from './support/installation.js'
import { safetensors, shapes, words } from './support/language-model.js'
import { output, slimbed } from './support/run.js'
import { put } from './support/vectors.js'

/** A language model, a text, and those of its tables that are named as artefacts. */
async function project(...tables: readonly string[]): Promise<string> {
  const folder = scratch()
  mkdirSync(join(folder, 'model'))
  writeFileSync(join(folder, 'model/model.safetensors'), safetensors(shapes))
  put(folder, 'model/counts.tsv', words.map((word, i) => `${word}\t${20 - i}\n`).join(''))
  put(folder, 'text.txt', `${'a b c unknown d\ne f g h\n'.repeat(30)}`)
  for (const name of tables) {
    const flags = ['--tensor', `${name}.weight`, '-o', `${name}.safetensors`, '-p', 'fixedpoint(bits=8)', '--quiet']
    await output(folder, 'compress', 'model/model.safetensors', ...flags)
  }
  return folder
}

test('the perplexity of a model, then through artefacts in the place of its tables', async () => {
  const folder = await project('embedding', 'softmax')
  const args = ['eval', '--lm', 'model', '--text', 'text.txt', '--json']
  const whole = JSON.parse(await output(folder, ...args))
  expect(whole).toMatchObject({
    model: 'model/model.safetensors',
    text: 'text.txt',
    embedding: { rows: 10, dim: 6, bytes: 240 },
    softmax: { rows: 10, dim: 4, bytes: 160 },
    ratio: 1,
    tokens: 329
  })
  expect(whole.perplexity).toBeCloseTo(Math.exp(whole.negativeLogLikelihood), 9)
  const small = JSON.parse(
    await output(folder, ...args, '--embedding', 'embedding.safetensors', '--softmax', 'softmax.safetensors')
  )
  expect(small.softmax.path).toBe('softmax.safetensors')
  expect(small.perplexity).not.toBe(whole.perplexity)
  expect(small.perplexity / whole.perplexity).toBeCloseTo(1, 1)
  const some = JSON.parse(await output(folder, ...args, '--tokens', '50'))
  expect(some.tokens).toBe(50)
  const both = ['--tensor', 'embedding.weight', '--tensor', 'softmax.weight']
  const into = ['-o', 'small.safetensors', '-p', 'fixedpoint(bits=8)', '--quiet']
  await output(folder, 'compress', 'model/model.safetensors', ...both, ...into)
  const one = JSON.parse(await output(folder, ...args, '--model', 'small.safetensors'))
  expect(one).toMatchObject({ model: 'small.safetensors', ratio: small.ratio, perplexity: small.perplexity })
  const calibrated = JSON.parse(await output(folder, ...args, '--calibrate', 'text.txt'))
  expect(whole.factor).toBe(1)
  expect(calibrated.factor).not.toBe(1)
  expect(calibrated.perplexity).toBeLessThan(whole.perplexity)
  expect(await output(folder, ...args.slice(0, -1))).toMatch(/tokens +329\n +perplexity +\d+\.\d{3}\n$/)
})

test('errors of tables count as they change the predictions on a text', async () => {
  const folder = await project()
  const tables = ['--tensor', 'embedding.weight', '--tensor', 'softmax.weight']
  const how = ['-p', 'trellis(bits=12, clusters=0)', '--weights', 'model/counts.tsv', '--quiet']
  const compress = (...flags: string[]) =>
    output(folder, 'compress', 'model/model.safetensors', ...tables, ...how, ...flags)
  await compress('-o', 'plain.safetensors')
  await compress('-o', 'calibrated.safetensors', '--calibrate', 'text.txt')
  const inspected = JSON.parse(await output(folder, 'inspect', 'calibrated.safetensors', '--json'))
  expect(JSON.stringify(inspected)).toContain('"calibrated":true')
  const eval_ = async (model: string) =>
    JSON.parse(await output(folder, 'eval', '--lm', 'model', '--model', model, '--text', 'text.txt', '--json'))
      .perplexity
  expect((await eval_('calibrated.safetensors')) / (await eval_('plain.safetensors'))).toBeCloseTo(1, 1)
})

test('--max-perplexity: the tables become as small as it allows on the text; what cannot be is told in one line', async () => {
  const folder = await project()
  const tables = ['--tensor', 'embedding.weight', '--tensor', 'softmax.weight']
  put(folder, 'words.txt', `${words.join('\n')}\n`)
  const how = ['--vocab', 'words.txt', '--calibrate', 'text.txt', '-o', 'small.safetensors']
  // With few compressors there is less to try.
  const few = installation(['fixedpoint', 'trellis'])
  const compress = (...flags: string[]) =>
    few(folder, 'compress', 'model/model.safetensors', ...tables, ...how, ...flags)
  const perplexityOf = async (...flags: string[]): Promise<number> =>
    JSON.parse(await output(folder, 'eval', '--lm', 'model', '--text', 'text.txt', '--json', ...flags)).perplexity
  const own = await perplexityOf()
  const most = own * 1.1
  const made = await compress('--max-perplexity', String(most), '--json')
  expect({ status: made.status, stderr: made.stderr }).toEqual({ status: 0, stderr: '' })
  expect(await perplexityOf('--model', 'small.safetensors')).toBeLessThanOrEqual(most)
  const report = JSON.parse(made.stdout)
  expect(report.plan.tried.length).toBeGreaterThanOrEqual(4)
  const before = contents(folder)
  const less = await compress('--max-perplexity', String(own * 0.9))
  expect(less.stderr).toMatch(
    /^slimbed: --max-perplexity [\d.]+: the model itself has [\d.]+ on the text, and compressed it has hardly less\n$/
  )
  const close = await compress('--max-perplexity', String(own * 1.0005))
  expect(close.stderr).toMatch(
    /^slimbed: plan: no pipelines give a perplexity of [\d.]+: the nearest is a perplexity of [\d.]+, by [^\n]+ of embedding\.weight and [^\n]+ of softmax\.weight\n$/
  )
  const one = ['--tensor', 'softmax.weight', '--alone', '-o', 'small.safetensors']
  const alone = await few(folder, 'compress', 'model/model.safetensors', ...one, '--max-perplexity', '100')
  expect(alone.stderr).toMatch(/--max-perplexity is for the embedding and the softmax of a language model/)
  expect([less.status, close.status, alone.status]).toEqual([2, 2, 2])
  expect(contents(folder)).toEqual(before)
})

test.each([
  ['no words', [], /the words of model\/model\.safetensors are not known/],
  ['no table of a language model', ['--tensor', 'softmax.bias*'], /./]
])('--calibrate with %s: one line, exit status 2', async (_, flags, problem) => {
  const folder = await project()
  const args = ['compress', 'model/model.safetensors', '-o', 'out.safetensors', '-p', 'trellis(bits=8)']
  const tensors = flags.length > 0 ? flags : ['--tensor', 'softmax.weight']
  const { status, stderr } = await slimbed(folder, ...args, ...tensors, '--calibrate', 'text.txt')
  expect(status).toBe(2)
  expect(stderr).toMatch(problem)
  expect(stderr.trim().split('\n')).toHaveLength(1)
})

describe('wrong usage and input: one line, exit status 2, nothing left', () => {
  const text = ['--text', 'text.txt']
  const cases: [string, string[], RegExp][] = [
    ['no text', ['--lm', 'model'], /^slimbed: --lm: name a text: /],
    [
      'a table besides',
      ['embedding.safetensors', '--lm', 'model', ...text],
      /^slimbed: --lm: embedding\.safetensors: tables go with/
    ],
    ['no such model', ['--lm', 'none', ...text], /^slimbed: none\/model\.safetensors: /],
    ['no model', ['--lm', 'odd', ...text], /^slimbed: odd\/model\.safetensors: .*softmax\.bias/],
    ['not safetensors', ['--lm', 'text', ...text], /^slimbed: text\/model\.safetensors: /],
    ['words that do not fit', ['--lm', 'few', ...text], /^slimbed: few\/counts\.tsv: 3 words for the 10 rows/],
    [
      'another table',
      ['--lm', 'model', ...text, '--softmax', 'embedding.safetensors'],
      /^slimbed: model\/model\.safetensors: .* expected a softmax of 10 × 4, it is 10 × 6$/
    ],
    [
      'vectors, no artefact',
      ['--lm', 'model', ...text, '--softmax', 'model/model.safetensors'],
      /^slimbed: model\/model\.safetensors: /
    ]
  ]
  test.each(cases)('%s', async (_, args, message) => {
    const folder = await project(...(args.includes('embedding.safetensors') ? ['embedding'] : []))
    const { 'softmax.bias': _bias, ...fewer } = shapes
    for (const [name, model, lines] of [
      ['odd', safetensors(fewer), words],
      ['few', safetensors(shapes), words.slice(0, 3)],
      ['text', Buffer.from('this is a text, not a model\n'), words]
    ] as const) {
      mkdirSync(join(folder, name))
      put(folder, `${name}/model.safetensors`, model)
      put(folder, `${name}/counts.tsv`, lines.map((word) => `${word}\t1\n`).join(''))
    }
    const before = contents(folder)
    const { status, stdout, stderr } = await slimbed(folder, 'eval', ...args)
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' })
    expect(stderr.trimEnd()).toMatch(message)
    expect(stderr.trimEnd().split('\n')).toHaveLength(1)
    expect(contents(folder)).toEqual(before)
  })
})
