import { describe, expect, test } from 'vitest'
import { scratch } from './support/folder.js'
import { output, slimbed } from './support/run.js'
import { bin, npy, numbers, put, words } from './support/vectors.js'

const rows = 200
const dim = 16
const data = numbers(rows, dim)

test('measures what compress measured, and the neighbours kept', async () => {
  const folder = scratch()
  put(folder, 'in.bin', bin(dim, data, words(rows)))
  put(
    folder,
    'counts.tsv',
    words(rows)
      .map((word, row) => `${word}\t${row + 1}\n`)
      .join('')
  )
  const args = ['-o', 'out', '-p', 'fixedpoint(bits=3)', '--weights', 'counts.tsv', '--json']
  const report = JSON.parse(await output(folder, 'compress', 'in.bin', ...args))
  const made = JSON.parse(await output(folder, 'compare', 'in.bin', 'out', '--json'))
  const { path, bytes, tableBytes, vocabularyBytes } = report.output
  expect(made).toEqual({
    original: report.input,
    artefact: { path, format: 'slimbed', bytes, tableBytes, vocabularyBytes },
    ratio: report.ratio,
    relativeError: expect.closeTo(report.relativeError, 6),
    weightedError: expect.closeTo(report.weightedError, 6),
    meanCosine: expect.closeTo(report.meanCosine, 6),
    maxError: expect.any(Number),
    neighbourOverlap: expect.any(Number),
    k: 10,
    bands: [
      { rows: 100, relativeError: expect.any(Number), meanCosine: expect.any(Number) },
      { rows: 100, relativeError: expect.any(Number), meanCosine: expect.any(Number) }
    ]
  })
  expect(made.neighbourOverlap).toBeGreaterThan(0.5)
  expect(made.neighbourOverlap).toBeLessThan(1)

  const text = await output(folder, 'compare', 'in.bin', 'out')
  expect(text).toMatch(/^ {2}weighted by count +0\.\d{4}$/m)
  expect(text).toMatch(/^ {2}of 10 neighbours, kept +\d\d\.\d %$/m)
  expect(text).toMatch(/^ {2}rows by weight +relative error +mean cosine$/m)
})

test('counts weigh errors, whichever file has them, and eval does as compare', async () => {
  const folder = scratch()
  put(folder, 'in.bin', bin(dim, data, words(rows)))
  const counts = words(rows).map((word, row) => `${word}\t${(row + 1) ** 3}\n`)
  put(folder, 'counts.tsv', counts.join(''))
  const make = (out: string, ...flags: string[]) =>
    output(folder, 'compress', 'in.bin', '-o', out, '-p', 'lowrank(rank=4)', ...flags)
  await make('counted', '--weights', 'counts.tsv')
  await make('plain')
  const compared = async (original: string, artefact: string) =>
    JSON.parse(await output(folder, 'compare', original, artefact, '--json')).weightedError
  const evaluated = async (original: string, artefact: string, ...flags: string[]) => {
    const args = ['eval', artefact, '--against', original, '--json', ...flags]
    return JSON.parse(await output(folder, ...args)).tables[0].fidelity.weightedError
  }
  const own = await compared('in.bin', 'counted')
  const others = await compared('counted', 'plain')
  expect(await evaluated('in.bin', 'counted')).toBeCloseTo(own, 6)
  expect(await evaluated('counted', 'plain')).toBeCloseTo(others, 6)
  expect(await evaluated('in.bin', 'plain', '--weights', 'counts.tsv')).toBeCloseTo(own, 6)
  expect(await evaluated('in.bin', 'counted', '--weights', 'uniform')).toBeUndefined()
})

test('a table is no different from itself, in whatever format', async () => {
  const folder = scratch()
  put(folder, 'in.bin', bin(dim, data, words(rows)))
  put(folder, 'in.npy', npy(rows, dim, data))
  const made = JSON.parse(await output(folder, 'compare', 'in.bin', 'in.npy', '--json'))
  expect(made).toMatchObject({ relativeError: 0, weightedError: 0, maxError: 0, neighbourOverlap: 1 })
  expect(made.meanCosine).toBeCloseTo(1, 6)
})

test('tables of other words are not compared', async () => {
  const folder = scratch()
  put(folder, 'a.bin', bin(dim, data, words(rows)))
  put(folder, 'b.bin', bin(dim, data, words(rows).toReversed()))
  const { status, stderr } = await slimbed(folder, 'compare', 'a.bin', 'b.bin')
  expect(stderr).toMatch(/^slimbed: cannot compare: row 0 is "w0" in a\.bin, "w199" in b\.bin; [^\n]+\n$/)
  expect(status).toBe(2)
})

describe('check', () => {
  const limits = ['--max-bytes', '10kB', '--max-error', '0.2', '--min-cosine', '0.9', '--min-kept', '50%']

  /** A folder with vectors and what they were compressed to. */
  async function compressed() {
    const folder = scratch()
    put(folder, 'in.bin', bin(24, numbers(300, 24), words(300)))
    await output(folder, 'compress', 'in.bin', '-o', 'out.safetensors', '-p', 'fixedpoint(bits=4, clip=mse)')
    return folder
  }

  test('limits that are kept: status 0, and a line for each', async () => {
    const folder = await compressed()
    const text = await output(folder, 'check', 'out.safetensors', '--against', 'in.bin', ...limits)
    expect(text.match(/^ {2}✓ /gm)).toHaveLength(4)
    const { passed, checks } = JSON.parse(
      await output(folder, 'check', 'out.safetensors', '--against', 'in.bin', ...limits, '--json')
    )
    expect(passed).toBe(true)
    const compare = JSON.parse(await output(folder, 'compare', 'in.bin', 'out.safetensors', '--json'))
    expect(checks.map(({ found }: { found: number }) => found)).toEqual([
      compare.artefact.bytes,
      compare.relativeError,
      compare.meanCosine,
      compare.neighbourOverlap
    ])
  })

  test('one that is not: status 1, and the figure', async () => {
    const folder = await compressed()
    const { status, stdout, stderr } = await slimbed(
      folder,
      ...['check', 'out.safetensors', '--against', 'in.bin', '--max-error', '0.01', '--max-bytes', '1MB']
    )
    expect(status).toBe(1)
    expect(stdout).toMatch(/✓ +bytes[^\n]*\n +✗ +relative error/)
    expect(stderr).toMatch(/^slimbed: out\.safetensors: relative error 0\.\d+, more than 0\.01\n$/)
    const size = await slimbed(folder, 'check', 'out.safetensors', '--max-bytes', '1kB', '--json')
    expect(size.status).toBe(1)
    expect(JSON.parse(size.stdout)).toMatchObject({ passed: false, checks: [{ name: 'maxBytes', limit: 1000 }] })
  })

  test.each([
    [[], /nothing to check: give a limit/],
    [['--min-kept', '95%'], /--min-kept needs the vectors that the file was made from: --against/]
  ])('%j: one line, status 2', async (flags, says) => {
    const { status, stderr } = await slimbed(await compressed(), 'check', 'out.safetensors', ...flags)
    expect(status).toBe(2)
    expect(stderr).toMatch(says)
  })
})
