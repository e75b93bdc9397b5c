import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { load } from '@slimbed/runtime'
import { optionalKinds } from '@slimbed/runtime/optional-kinds'
import { expect, test } from 'vitest'
import { contents, scratch } from './support/folder.js'
import { installation } from './support/installation.js'
import { output, slimbed } from './support/run.js'
import { bin, npy, numbers, put, words } from './support/vectors.js'

const [rows, dim] = [1500, 16]
const data = numbers(rows, dim)

// With few compressors there is less to try.
const few = (folder: string, ...args: readonly string[]) => installation(['fixedpoint', 'trellis'])(folder, ...args)

test('a size: the file fits, the pipeline that is told makes it again, and what was tried is shown', async () => {
  const folder = scratch()
  put(folder, 'in.bin', bin(dim, data, words(rows)))
  const target = 20_000
  const { stdout, stderr, status } = await few(
    folder,
    'compress',
    'in.bin',
    '-o',
    'out.safetensors',
    '--target',
    '20kB'
  )
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
  expect(stdout).toMatch(/pipeline +file +smaller +relative error +time\n/)
  expect(stdout).toMatch(/→ +trellis\(bits=/)
  expect(stdout).toMatch(/: of \d+ pipelines that were tried it loses least in 20 kB/)
  const file = readFileSync(join(folder, 'out.safetensors'))
  expect(file.length).toBeLessThanOrEqual(target)
  expect(file.length).toBeGreaterThan(0.99 * target)
  const { manifest, vocabulary } = load(file, { kinds: optionalKinds })
  expect(vocabulary?.find('w7')).toBe(7)
  const spec = String(manifest.provenance.pipeline)
  await output(folder, 'compress', 'in.bin', '-o', 'again.safetensors', '-p', spec)
  expect(readFileSync(join(folder, 'again.safetensors'))).toEqual(file)
})

test('the same seed gives the same bytes, with any number of threads; --json has both reports', async () => {
  const folder = scratch()
  put(folder, 'in.bin', bin(dim, data, words(rows)))
  const args = ['compress', 'in.bin', '--ratio', '6', '--seed', '7', '--json']
  const made = await Promise.all([
    few(folder, ...args, '-o', 'a.safetensors', '--threads', '1'),
    few(folder, ...args, '-o', 'b.safetensors', '--threads', '2')
  ])
  const [a, b] = made.map(({ stdout }) => JSON.parse(stdout))
  expect(readFileSync(join(folder, 'a.safetensors'))).toEqual(readFileSync(join(folder, 'b.safetensors')))
  expect(a.output.bytes).toBe(readFileSync(join(folder, 'a.safetensors')).length)
  expect(a.plan).toMatchObject({ targetBytes: Math.floor((rows * dim * 4) / 6), measure: 'error' })
  expect([a.pipeline, b.pipeline]).toEqual([a.plan.pipeline, a.plan.pipeline])
  const untimed = ({ front }: { front: object[] }) => front.map((one) => ({ ...one, seconds: 0 }))
  expect(untimed(b.plan)).toEqual(untimed(a.plan))
})

test('--dry-run writes nothing; --json has the search', async () => {
  const folder = scratch()
  put(folder, 'in.npy', npy(rows, dim, data))
  const before = contents(folder)
  const { stdout } = await few(folder, 'compress', 'in.npy', '--max-error', '0.2', '--dry-run', '--json')
  expect(contents(folder)).toEqual(before)
  const { plan } = JSON.parse(stdout)
  expect(plan.measure).toBe('error')
  expect(plan.mostLoss).toBeCloseTo(0.04)
  const taken = plan.front.find(({ pipeline }: { pipeline: string }) => pipeline === plan.pipeline)
  expect(taken).toMatchObject({ exact: true })
  expect(taken.loss).toBeLessThanOrEqual(0.04)
})

test('a quality that nothing gives: one line that says the nearest', async () => {
  const folder = scratch()
  put(folder, 'in.npy', npy(60, 8, numbers(60, 8)))
  const before = contents(folder)
  const made = await few(folder, 'compress', 'in.npy', '-o', 'out.safetensors', '--max-error', '1e-9')
  expect(made).toMatchObject({ status: 2, stdout: '' })
  expect(made.stderr).toMatch(
    /^slimbed: plan: no pipeline [^\n]* gives a relative error of 1\.00e-9: the nearest is [^\n]+\n$/
  )
  expect(contents(folder)).toEqual(before)
})

test.each([
  [['-p', 'fixedpoint', '--target', '1kB'], /--target looks for a pipeline, and -p gives one/],
  [['-p', 'fixedpoint', '--max-error', '0.1'], /--max-error looks for a pipeline/],
  [['--target', '1kB', '--keep', '95%'], /give exactly one of [^\n]*, not target and minKept/],
  [['--measure', 'kept'], /give --target or --ratio/],
  [['--target', '1kB'], /no pipeline makes a file of 1,000 bytes: the smallest file has [\d,]+ bytes, by \w+/],
  [['--ratio', '4', '--measure', 'weighted'], /needs weights/],
  [['--ratio', '4', '--subwords', 'all'], /no fastText model/]
])('%j: one line, status 2, nothing written', async (flags, says) => {
  const folder = scratch()
  put(folder, 'in.npy', npy(60, 8, numbers(60, 8)))
  const before = contents(folder)
  const { status, stdout, stderr } = await slimbed(folder, 'compress', 'in.npy', '-o', 'out.safetensors', ...flags)
  expect(stderr).toMatch(says)
  expect(stderr).toMatch(/^slimbed: [^\n]+\n$/)
  expect({ status, stdout }).toEqual({ status: 2, stdout: '' })
  expect(contents(folder)).toEqual(before)
})
