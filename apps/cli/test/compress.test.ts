import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { load } from '@slimbed/runtime'
import { describe, expect, test } from 'vitest'
import { contents, scratch } from './support/folder.js'
import { output, slimbed } from './support/run.js'
import { bin, glove, npy, numbers, put, words } from './support/vectors.js'

const rows = 300
const dim = 24
const data = numbers(rows, dim)
const compress = (folder: string, input: string, pipeline: string, ...flags: string[]) =>
  output(folder, 'compress', input, '-o', 'out.safetensors', '-p', pipeline, ...flags)

/** The type of every value, as deep as it goes. */
const types = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(types)
  if (typeof value !== 'object' || value === null) return typeof value
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, types(each)]))
}

test('--json prints one object, the contract', async () => {
  const folder = scratch()
  const input = bin(dim, data, words(rows))
  put(folder, 'in.bin', input)
  const report = JSON.parse(await compress(folder, 'in.bin', 'lowrank(rank=12) | fixedpoint(bits=4)', '--json'))
  const stage = { name: 'string', bytes: 'number', relativeError: 'number' }
  expect(types(report)).toEqual({
    input: { path: 'string', format: 'string', rows: 'number', dim: 'number', bytes: 'number' },
    output: { path: 'string', bytes: 'number', tableBytes: 'number', vocabularyBytes: 'number' },
    ratio: 'number',
    pipeline: 'string',
    relativeError: 'number',
    weightedError: 'number',
    meanCosine: 'number',
    stages: [stage, stage],
    backend: 'string',
    threads: 'number',
    seconds: { read: 'number', compress: 'number', write: 'number', total: 'number' },
    peakMemoryBytes: 'number'
  })
  const file = readFileSync(join(folder, 'out.safetensors'))
  const { sizes, table, vocabulary } = load(file)
  expect(report).toMatchObject({
    input: { path: 'in.bin', format: 'bin', rows, dim, bytes: input.length },
    output: { path: 'out.safetensors', bytes: file.length, tableBytes: sizes.table, vocabularyBytes: sizes.vocabulary },
    pipeline: 'lowrank(rank=12) | fixedpoint(bits=4)',
    weightedError: report.relativeError,
    stages: [{ name: 'lowrank', bytes: 4 * 12 * (rows + dim) }, { name: 'fixedpoint' }]
  })
  expect(report.ratio).toBe((rows * dim * 4) / sizes.table)
  expect(report.stages[1].relativeError).toBe(report.relativeError)
  expect(report.stages[1].relativeError).toBeGreaterThan(report.stages[0].relativeError)
  const { read, compress: compressing, write, total } = report.seconds
  expect(read + compressing + write).toBeLessThanOrEqual(total)
  expect(report.peakMemoryBytes).toBeGreaterThan(2 ** 20)
  expect([table.rows, table.dim, vocabulary?.find('w7')]).toEqual([rows, dim, 7])

  const row = new Float32Array(dim)
  let [error, norm] = [0, 0]
  for (let i = 0; i < rows; i++) {
    table.readRow(i, row)
    for (let j = 0; j < dim; j++) {
      error += (row[j] - data[i * dim + j]) ** 2
      norm += data[i * dim + j] ** 2
    }
  }
  expect(report.relativeError).toBeCloseTo(Math.sqrt(error / norm), 6)
})

test('a person sees sizes, stages, errors and time', async () => {
  const folder = scratch()
  put(folder, 'in.txt', glove(dim, data, words(rows)))
  const text = await compress(folder, 'in.txt', 'lowrank(rank=12) | fixedpoint(bits=8)')
  expect(text).toMatch(/^ {2}in\.txt +\d.* kB {2}300 × 24, 28\.8 kB as float32$/m)
  expect(text).toMatch(/^ {2}out\.safetensors +\d.* kB {2}\d\.\d × smaller, and \d.*B of words$/m)
  expect(text).toMatch(/^ {2}lowrank\(rank=12\) +15\.6 kB +1\.9 × +0\.\d{4}$/m)
  expect(text).toMatch(/^ {2}fixedpoint\(bits=8\) +\d.*0\.\d{4}$/m)
  expect(text).toMatch(/relative error 0\.\d{4}, mean cosine 0\.\d{4}/)
  expect(text).toMatch(
    /read .*, compress .*, write .*, (wasm|onnxruntime|tensorflow|cpu), \d+ threads?, peak memory \d/
  )
})

test('every format of input gives the same table', async () => {
  const folder = scratch()
  const names = words(rows)
  put(folder, 'in.bin', bin(dim, data, names))
  put(folder, 'in.txt', glove(dim, data, names))
  put(folder, 'in.vec', `${rows} ${dim}\n${glove(dim, data, names)}`)
  put(folder, 'in.npy', npy(rows, dim, data))
  put(folder, 'in.txt.gz', gzipSync(glove(dim, data, names)))
  put(folder, 'words.txt', `${names.join('\n')}\n`)
  await compress(folder, 'in.npy', 'fixedpoint(bits=8)', '--vocab', 'words.txt')
  const expected = contents(folder)['out.safetensors']
  for (const [input, format] of [
    ['in.bin', 'bin'],
    ['in.txt', 'txt'],
    ['in.vec', 'vec'],
    ['in.txt.gz', 'txt']
  ] as const) {
    const report = JSON.parse(await compress(folder, input, 'fixedpoint(bits=8)', '--json'))
    expect(report.input).toMatchObject({ path: input, format, rows, dim })
    expect(contents(folder)['out.safetensors'] === expected, input).toBe(true)
  }
})

describe('the same input, options and seed give the same bytes', () => {
  test('on every run, for any number of threads, from any place to any place', async () => {
    const [one, two] = [scratch(), scratch()]
    const input = bin(dim, data, words(rows))
    put(one, 'in.bin', input)
    put(two, 'other name', input)
    const pipeline = 'lowrank(rank=12) | fixedpoint(bits=3, clip=mse)'
    await compress(one, 'in.bin', pipeline, '--seed', '7', '--threads', '1')
    await output(two, 'compress', 'other name', '-o', 'b', '-p', pipeline, '--seed', '7', '--threads', '2', '--json')
    expect(contents(two).b === contents(one)['out.safetensors']).toBe(true)
  })
})

describe('--weights', () => {
  const inside = { relativeError: expect.any(Number), meanCosine: expect.any(Number) }
  const counts = words(rows)
    .map((word, row) => `${word}\t${row < 100 ? 1000 : 1}\n`)
    .toReversed()
    .join('')

  async function weighted(...flags: string[]) {
    const folder = scratch()
    put(folder, 'in.bin', bin(dim, data, words(rows)))
    put(folder, 'counts.tsv', counts)
    const args = ['compress', 'in.bin', '-o', 'out.safetensors', '-p', 'lowrank(rank=8)', '--json', ...flags]
    const { status, stdout, stderr } = await slimbed(folder, ...args)
    expect(status).toBe(0)
    const { provenance } = JSON.parse(await output(folder, 'inspect', 'out.safetensors', '--json'))
    return {
      report: JSON.parse(stdout),
      stderr,
      provenance,
      artefact: load(readFileSync(join(folder, 'out.safetensors')))
    }
  }

  test('counts make frequent rows better, and are kept with the words', async () => {
    const uniform = await weighted()
    const { report, stderr, provenance, artefact } = await weighted('--weights', 'counts.tsv')
    expect(stderr).toBe('')
    expect(report.weightedError).toBeLessThan(report.relativeError)
    expect(report.weightedError).toBeLessThan(uniform.report.weightedError)
    expect(provenance).toMatchObject({
      weights: 'counts',
      measured: { ...inside, bands: [{ rows: 100 }, { rows: 200 }] }
    })
    expect(Array.from(artefact.vocabulary!.counts!.slice(98, 102))).toEqual([1000, 1000, 1, 1])
    expect(uniform.artefact.vocabulary!.counts).toBeUndefined()
    expect(uniform.provenance).toMatchObject({ weights: 'uniform' })
  })

  test('counts are left out where they are not wanted, or weigh nothing', async () => {
    const { report, artefact, provenance } = await weighted('--weights', 'counts.tsv', '--no-counts')
    expect(report.weightedError).toBeLessThan(report.relativeError)
    expect(provenance).toMatchObject({ weights: 'counts' })
    expect(artefact.vocabulary!.counts).toBeUndefined()
  })

  test('rows in the order of their words are the same rows, and their words take less', async () => {
    const [before, after] = [
      await weighted('--weights', 'counts.tsv'),
      await weighted('--weights', 'counts.tsv', '--order', 'words')
    ]
    const [rowsBefore, found] = [before.artefact.vocabulary!, after.artefact.vocabulary!]
    const sorted = Array.from({ length: found.size }, (_, row) => found.word(row))
    expect(sorted).toEqual([...sorted].sort())
    for (const [row, word] of sorted.entries()) {
      expect(found.find(word)).toBe(row)
      expect(found.counts![row]).toBe(rowsBefore.counts![rowsBefore.find(word)])
    }
    expect(after.report.output.vocabularyBytes).toBeLessThan(before.report.output.vocabularyBytes)
    const folder = scratch()
    put(folder, 'in.npy', npy(rows, dim, data))
    const refused = await slimbed(
      folder,
      'compress',
      'in.npy',
      '-o',
      'out.safetensors',
      '-p',
      'fixedpoint(bits=8)',
      '--order',
      'words'
    )
    expect(refused.stderr).toContain('--order words: in.npy has no words')
  })

  test('zipf that was asked for is not warned of', async () => {
    const { report, stderr, provenance, artefact } = await weighted('--weights', 'zipf')
    expect(stderr).toBe('')
    expect(provenance).toMatchObject({ weights: 'zipf' })
    expect(report.weightedError).not.toBe(report.relativeError)
    expect(artefact.vocabulary!.counts).toBeUndefined()
  })

  test('words without a count are told of', async () => {
    const folder = scratch()
    put(folder, 'in.bin', bin(dim, data, words(rows)))
    put(folder, 'counts.tsv', 'w3\t5\nw4\t2\n')
    const args = ['compress', 'in.bin', '-o', 'o', '-p', 'fixedpoint', '--weights', 'counts.tsv']
    expect((await slimbed(folder, ...args)).stderr).toBe(
      'slimbed: warning: counts.tsv: 298 of 300 words have no count; they get the smallest, 2\n'
    )
  })
})

test('what is compressed already can be compressed again, with its counts, and is told of', async () => {
  const folder = scratch()
  put(folder, 'in.bin', bin(dim, data, words(rows)))
  put(
    folder,
    'counts.tsv',
    words(rows)
      .map((word) => `${word}\t3\n`)
      .join('')
  )
  await output(folder, 'compress', 'in.bin', '-o', 'a', '-p', 'fixedpoint(bits=8)', '--weights', 'counts.tsv')
  const { status, stdout, stderr } = await slimbed(
    folder,
    'compress',
    'a',
    '-o',
    'b',
    '-p',
    'fixedpoint(bits=4)',
    '--json'
  )
  expect(stderr).toMatch(/^slimbed: warning: a is compressed already; [^\n]+\n$/)
  expect(status).toBe(0)
  expect(JSON.parse(stdout)).toMatchObject({ input: { path: 'a', format: 'slimbed', rows, dim } })
  expect(load(readFileSync(join(folder, 'b'))).vocabulary?.counts?.[0]).toBe(3)
})

test('an earlier output is replaced whole', async () => {
  const folder = scratch()
  put(folder, 'in.npy', npy(rows, dim, data))
  put(folder, 'out.safetensors', 'x'.repeat(100_000))
  await compress(folder, 'in.npy', 'fixedpoint(bits=2)')
  expect(load(readFileSync(join(folder, 'out.safetensors'))).table.rows).toBe(rows)
  expect(Object.keys(contents(folder))).toEqual(['in.npy', 'out.safetensors'])
})
