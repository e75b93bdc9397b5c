import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { load } from '@slimbed/runtime'
import { describe, expect, test } from 'vitest'
import { contents, scratch } from './support/folder.js'
import { install, linkCore } from './support/package.js'
import { putReviews, quick } from './support/reviews.js'
import { output, slimbed } from './support/run.js'
import { npy, numbers, put } from './support/vectors.js'

const compressing = ['--compress', 'lowrank(rank=3)', '--at-epoch', '3', '--quantize', 'fixedpoint(bits=8)']
const on = (ending: string) => ['--data', `train.${ending}`, '--dev', `dev.${ending}`, '--test', `test.${ending}`]
const bytes = (folder: string, name: string) => readFileSync(join(folder, name))

test('trains, compresses, quantizes, and says what came out', async () => {
  const folder = scratch()
  putReviews(folder)
  const text = await output(folder, 'train', ...on('txt'), ...quick, ...compressing, '-o', 'model.safetensors')
  expect(text).toMatch(/^ {2}240 texts to train on, 80 dev, 80 test; 2 labels: bad, good$/m)
  expect(text).toMatch(/^ {2}phase +epochs +best +dev before +dev +test +table +smaller$/m)
  for (const phase of ['full', 'compressed', 'quantized']) {
    expect(text).toMatch(
      new RegExp(`^ {2}${phase} +\\d +\\d +[\\d.]+ % +[\\d.]+ % +[\\d.]+ % +[\\d.]+ k?B +[\\d.]+ ×$`, 'm')
    )
  }
  expect(Object.keys(contents(folder))).toEqual(['dev.txt', 'model.safetensors', 'test.txt', 'train.txt'])

  const said = await output(folder, 'predict', 'model.safetensors', 'great lovely word1', 'dull \u001b[31mstale')
  expect(said).toMatch(/^ {2}good +\d+\.\d % {2}great lovely word1\n {2}bad +\d+\.\d % {2}dull \\u\{1b\}\[31mstale\n$/)
  // Every other command takes the file for what it also is: a table with words.
  const { pipeline, rows } = JSON.parse(await output(folder, 'inspect', 'model.safetensors', '--json')).provenance
  expect(pipeline).toBe('lowrank(rank=3) | fixedpoint')
  expect(rows).toBeUndefined()
  expect(await output(folder, 'nearest', 'model.safetensors', 'great', '-k', '2')).toMatch(/^great\n/)
})

test('--json is one object; the file is the same for any way to write the texts', async () => {
  const folder = scratch()
  const reports = []
  for (const ending of ['txt', 'tsv', 'csv'] as const) {
    putReviews(folder, ending)
    const args = [...on(ending), ...quick, ...compressing, '--json', '-o', `${ending}.safetensors`]
    reports.push(JSON.parse(await output(folder, 'train', ...args)))
  }
  const { table } = load(bytes(folder, 'txt.safetensors'))
  expect(reports[0]).toMatchObject({
    output: { path: 'txt.safetensors', bytes: bytes(folder, 'txt.safetensors').length },
    data: { train: 240, dev: 80, test: 80, labels: ['bad', 'good'] },
    table: { rows: table.rows, dim: 12, withVector: 0 },
    ...{ model: 'dan', optimizer: 'adam', schedule: 'constant(rate=0.02)', seed: 0 },
    phases: [
      { phase: 'full', epochs: 3, tableBytes: table.rows * 12 * 4 },
      { phase: 'compressed', epochs: 3, before: { devAccuracy: expect.any(Number) } },
      { phase: 'quantized', epochs: 0 }
    ]
  })
  expect(reports[0].phases[2].testAccuracy).toBeGreaterThan(0.9)
  for (const ending of ['tsv', 'csv']) {
    expect(bytes(folder, `${ending}.safetensors`).equals(bytes(folder, 'txt.safetensors')), ending).toBe(true)
  }
  const answer = JSON.parse(await output(folder, 'predict', 'csv.safetensors', 'great', '--json'))
  expect(answer.predictions[0]).toMatchObject({ text: 'great', label: 'good', known: 1 })
  expect(answer.predictions[0].probability).toBe(answer.predictions[0].probabilities.good)
})

test('begins with vectors, keeps a tenth for dev, tells case apart, reads Latin-1', async () => {
  const folder = scratch()
  const lines = ['gut Das Essen war köstlich', 'schlecht Das Essen war fad'].flatMap((line) => Array(20).fill(line))
  put(folder, 'train.txt', Buffer.from(lines.join('\r\n'), 'latin1'))
  put(folder, 'v.npy', npy(3, 5, numbers(3, 5)))
  put(folder, 'v.txt', 'köstlich\nfad\nElse\n')
  const vectors = ['--vectors', 'v.npy', '--vocab', 'v.txt', '--keep-case']
  const args = [
    '--data',
    'train.txt',
    '--encoding',
    'latin1',
    ...vectors,
    '--epochs',
    '3',
    '--json',
    '-o',
    'm.safetensors'
  ]
  const report = JSON.parse(await output(folder, 'train', ...args))
  expect(report).toMatchObject({ data: { train: 36, dev: 4, test: null }, table: { rows: 5, dim: 5, withVector: 2 } })
  const { vocabulary } = load(bytes(folder, 'm.safetensors'))
  expect(['Das', 'das', 'köstlich'].map((word) => vocabulary!.find(word) >= 0)).toEqual([true, false, true])
  const { status, stderr } = await slimbed(folder, 'train', '--data', 'train.txt', '-o', 'n.safetensors')
  expect({ status, stderr }).toEqual({
    status: 2,
    stderr: 'slimbed: train.txt, line 1: not UTF-8; if it is Latin-1, say --encoding latin1\n'
  })
})

describe('--schedule', () => {
  const ramp = (name: string) => `
import { defineScheduler, option } from '@slimbed/core'
export const ${name} = defineScheduler({
  name: '${name}', summary: 'rises', options: { slope: option.number({ help: 'a step', default: 0.001 }) },
  rate: (step, { slope }) => slope * Math.min(step, 20)
})`
  const project = () => {
    const folder = scratch()
    linkCore(folder)
    putReviews(folder)
    return folder
  }
  const run = (folder: string, schedule: string, ...more: string[]) =>
    slimbed(folder, 'train', ...on('txt'), ...quick, '--schedule', schedule, '--json', '-o', 'm.safetensors', ...more)

  test.each(['calr(decay=0.5, cycle=10, upper=0.02)', 'cosine(upper=0.02)'])(
    'finds %s among our packages, and gives it the steps of an epoch',
    async (spec) => {
      const { status, stdout, stderr } = await run(project(), spec)
      expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
      expect(JSON.parse(stdout).phases[0].testAccuracy).toBeGreaterThan(0.9)
    }
  )

  test.each(['@slimbed/ramp', 'slimbed-scheduler-ramp'])('finds one of others in %s', async (name) => {
    const folder = project()
    install(folder, name, ramp('ramp'))
    expect(await run(folder, 'ramp(slope=0.002)')).toMatchObject({ status: 0, stderr: '' })
    const { provenance } = JSON.parse(await output(folder, 'inspect', 'm.safetensors', '--json'))
    expect(provenance.versions).toMatchObject({ [name]: '1.2.3' })
    expect(provenance.training.schedule).toBe('ramp(slope=0.002)')
  })

  test('takes one from --plugin', async () => {
    const folder = project()
    put(folder, 'mine.mjs', ramp('mine'))
    expect(await run(folder, 'mine', '--plugin', './mine.mjs')).toMatchObject({ status: 0, stderr: '' })
    expect(
      await run(folder, 'constant(rate=0.01)', '--plugin', './mine.mjs', '--retrain-schedule', 'mine', ...compressing)
    ).toMatchObject({ status: 0, stderr: '' })
  })

  test.each([
    ['clr', /unknown stage "clr".*did you mean "calr"\?; --plugin/],
    ['calr(decays=1)', /calr: unknown option "decays".*did you mean "decay"\?/],
    ['calr(lower=1)', /calr: lower=1 must be below upper=0\.001/]
  ])('refuses %s', async (spec, says) => {
    const { status, stderr } = await run(project(), spec)
    expect(stderr).toMatch(says)
    expect(stderr).toMatch(/^slimbed: [^\n]+\n$/)
    expect(status).toBe(2)
  })
})
