import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { dense, partition, product, quantized, save } from '@slimbed/core'
import { expect, test } from 'vitest'
import { contents, scratch } from './support/folder.js'
import { output } from './support/run.js'
import { bin, numbers, put, words } from './support/vectors.js'

test('inspect shows nodes, bytes, bits per weight, how it was made and the error by band', async () => {
  const folder = scratch()
  put(folder, 'in.bin', bin(24, numbers(300, 24), words(300)))
  const made = [
    'compress',
    'in.bin',
    '-o',
    'out',
    '-p',
    'lowrank(rank=12) | fixedpoint(bits=4)',
    '--seed',
    '3',
    '--json'
  ]
  const report = JSON.parse(await output(folder, ...made))
  const about = JSON.parse(await output(folder, 'inspect', 'out', '--json'))
  const { output: file, ratio, relativeError, meanCosine, stages } = report
  expect(about).toMatchObject({ ...file, path: 'out', rows: 300, dim: 24, words: 300, counts: false, ratio })
  expect(about.bitsPerWeight).toBeCloseTo(32 / ratio, 10)
  expect(about.nodes).toMatchObject([
    { path: '', kind: 'product', rows: 300, dim: 24, bytes: 0, totalBytes: stages[1].bytes },
    { path: 'left', kind: 'quantized', rows: 300, dim: 12, config: { bits: 4 }, bytes: 300 * (6 + 2) },
    { path: 'right', kind: 'quantized', rows: 12, dim: 24, bytes: 12 * (12 + 2), bitsPerWeight: (8 * 14) / 24 }
  ])
  expect(about.nodes[1].tensors).toContainEqual({ name: 'codes', dtype: 'U8', shape: [300, 6] })
  expect(about.provenance).toMatchObject({
    pipeline: 'lowrank(rank=12) | fixedpoint(bits=4)',
    seed: 3,
    weights: 'uniform',
    versions: {
      '@slimbed/core': expect.any(String),
      '@slimbed/lowrank': expect.any(String),
      '@slimbed/fixedpoint': expect.any(String)
    },
    stages,
    measured: { relativeError, meanCosine, bands: [{ rows: 100 }, { rows: 200 }] }
  })
  // The same bytes on every run: nothing of when, where or how long.
  expect(contents(folder).out).not.toContain(folder)
  expect(Object.keys(about.provenance).sort()).toEqual(
    ['backend', 'measured', 'pipeline', 'seed', 'stages', 'versions', 'weights'].sort()
  )

  const text = await output(folder, 'inspect', 'out')
  expect(text).toMatch(/^ {2}table +product +300 × 24 +2\.57 kB +2\.85$/m)
  expect(text).toMatch(/^ {2}├─ left +quantized +300 × 12 +2\.4 kB +5\.33 +4 bits, a scale \(F16\) per row$/m)
  expect(text).toMatch(/^ {2}└─ right +quantized +12 × 24 +168 B +4\.67 +4 bits/m)
  expect(text).toMatch(/^ {2}pipeline +lowrank\(rank=12\) \| fixedpoint\(bits=4\)$/m)
  expect(text).toMatch(/^ {2}1 to 100 +0\.\d{4} +0\.\d{4}$/m)
  expect(text).toMatch(/^ {2}101 to 300 +0\.\d{4} +0\.\d{4}$/m)
})

test('a tree of any kind, from anyone, with words and provenance that would steer the terminal', async () => {
  const folder = scratch()
  const scale = { dtype: 'F32' as const, shape: [3, 2], data: new Float32Array(6).fill(1) }
  const table = partition(Uint8Array.of(0, 1, 0, 1, 1), [
    product(dense(2, 2, numbers(2, 2)), dense(2, 4, numbers(2, 4))),
    quantized({ dim: 4, bits: 2, groupSize: 2, zero: 1, codes: new Uint8Array(3), scale })
  ])
  writeFileSync(
    join(folder, 'odd'),
    await save({ table, provenance: { pipeline: '\u001b[31mred', measured: [1], versions: 7 } })
  )
  const text = await output(folder, 'inspect', 'odd')
  expect(text).toMatch(/^ {2}├─ 0 +product/m)
  expect(text).toMatch(/^ {2}│ {2}├─ left +dense +2 × 2 +16 B +32\.00 +data F32$/m)
  expect(text).toMatch(/^ {2}└─ 1 +quantized +3 × 4 .* 2 bits, a scale \(F32\) per 2 columns of a row$/m)
  expect(text).toContain('\\u{1b}[31mred')
  expect(text).not.toContain('\u001b')
  expect(text).not.toContain('mean cosine')
})
