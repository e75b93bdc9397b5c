import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { contents, scratch } from './support/folder.js'
import { output } from './support/run.js'
import { bin, numbers, put, words } from './support/vectors.js'

const input = () => {
  const folder = scratch()
  put(folder, 'in.bin', bin(24, numbers(300, 24), words(300)))
  return folder
}

test('codes: errors are unknown, the run is told of, and neighbours are found and compared', async () => {
  const folder = input()
  const args = ['compress', 'in.bin', '-o', 'out', '-p', 'iiq(bits=40, iterations=5, tolerance=0)']
  const report = JSON.parse(await output(folder, ...args, '--json'))
  expect(report).toMatchObject({ relativeError: null, meanCosine: null })
  expect(report.stages[0].bytes).toBe(300 * 5 + 4)
  const { losses, isotropy, rows, removed } = report.stages[0].details['']
  expect([rows, removed, losses.length]).toEqual([300, 1, 6])
  const text = await output(folder, ...args)
  expect(text).toMatch(new RegExp(`^ +losses +${losses[0].toFixed(4)} → ${losses[5].toFixed(4)} in 5 steps$`, 'm'))
  expect(text).toMatch(/^ {2}iiq\(bits=40, .* –$/m)
  expect(text).toContain('codes keep only similarities between rows')

  const inspected = await output(folder, 'inspect', 'out')
  expect(inspected).toMatch(/^ {2}table +quantized +300 × 40 .* 1 bit, a scale \(F32\) per table$/m)
  expect(inspected).toContain(`isotropy  ${isotropy.before.toFixed(4)} → ${isotropy.after.toFixed(4)}`)

  const compared = JSON.parse(await output(folder, 'compare', 'in.bin', 'out', '--json'))
  expect(compared).toMatchObject({
    relativeError: null,
    weightedError: null,
    meanCosine: null,
    maxError: null,
    bands: []
  })
  expect(compared.neighbourOverlap).toBeGreaterThan(0.2)
  expect(await output(folder, 'compare', 'in.bin', 'out')).toMatch(/^ {2}of 10 neighbours, kept +\d\d\.\d %$/m)
  const found = JSON.parse(await output(folder, 'nearest', 'out', 'w7', '-k', '3', '--json'))
  expect(found.queries[0].neighbours).toHaveLength(3)
})

test('eval takes codes of any number of bits: no errors, and sizes against the columns of the original', async () => {
  const folder = input()
  await output(folder, 'compress', 'in.bin', '-o', 'out', '-p', 'iiq(bits=40, iterations=3)', '--json')
  mkdirSync(join(folder, 'tasks'))
  put(folder, 'tasks/pairs.txt', Buffer.from('w1 w2 3\nw3 w4 5\nw5 w9 1\nw7 w8 2\n'))
  const args = ['eval', 'out', '--against', 'in.bin', '--tasks', 'tasks']
  const { tables } = JSON.parse(await output(folder, ...args, '--json', '--report', 'page.html'))
  expect(tables[0]).toMatchObject({ dim: 40, ratio: (300 * 24 * 4) / tables[0].tableBytes })
  expect(tables[0].fidelity).toMatchObject({ bands: [{ rows: 100 }, { rows: 200 }] })
  expect(tables[0].fidelity).not.toHaveProperty('relativeError')
  expect(tables[0].fidelity).not.toHaveProperty('meanCosine')
  expect(tables[0].fidelity.neighbourOverlap).toBeGreaterThan(0.2)
  expect(tables[0].scores[0].difference).toBeDefined()
  expect(contents(folder)['page.html']).not.toContain('NaN')
  expect(await output(folder, ...args)).not.toMatch(/NaN|^ {2}relative error/m)
})

test('vectors: errors as of any table, and the parts that are left may be compressed', async () => {
  const folder = input()
  const pipeline = 'iiq(space=vectors, iterations=3) | fixedpoint(bits=8)'
  const report = JSON.parse(await output(folder, 'compress', 'in.bin', '-o', 'out', '-p', pipeline, '--json'))
  expect(report.relativeError).toBeGreaterThan(0.3)
  expect(report.relativeError).toBeLessThan(0.7)
  const about = JSON.parse(await output(folder, 'inspect', 'out', '--json'))
  const kinds = about.nodes.map(({ path, kind }: { path: string; kind: string }) => `${path}:${kind}`)
  expect(kinds).toEqual([
    ':sum',
    '0:product',
    '0.left:quantized',
    '0.right:quantized',
    '1:product',
    '1.left:quantized',
    '1.right:quantized',
    '2:gather',
    '2.source:quantized'
  ])
})
