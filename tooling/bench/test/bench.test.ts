import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { compare, median } from '../src/compare.js'
import { tableFile } from '../src/files.js'
import { generateBlocks } from '../src/generate.js'
import { markdown } from '../src/report.js'

const prints = (name: string, figures: object, peer = false) => ({
  name,
  peer,
  command: [process.execPath, '-e', `console.log(${JSON.stringify(JSON.stringify(figures))})`]
})

test('the median is the middle, or between the two middles', () => {
  expect(median([3, 1, 2])).toBe(2)
  expect(median([4, 1, 2, 3])).toBe(2.5)
})

test('contenders run in turn, and one that cannot run is named once', async () => {
  const order: string[] = []
  const result = await compare(
    {
      name: 'case',
      what: 'nothing much',
      bytes: 4e6,
      contenders: [
        prints('ours', { seconds: { total: 2 }, peakMemoryBytes: 1e6, relativeError: 0.5 }),
        prints('peer', { seconds: 4, peakMemoryBytes: 3e6 }, true),
        { name: 'absent', command: [process.execPath, '-e', 'throw new Error("no such module")'] }
      ]
    },
    2,
    (name) => order.push(name)
  )
  expect(order).toEqual(['ours', 'peer', 'absent', 'ours', 'peer'])
  expect(result.results.map(({ medianSeconds, megabytesPerSecond }) => [medianSeconds, megabytesPerSecond])).toEqual([
    [2, 2],
    [4, 1]
  ])
  expect(result.missing.map(({ contender }) => contender)).toEqual(['absent'])
  const text = markdown(result)
  expect(text).toContain('| ours | 2.00 | 2 | 1.00 | 1 | 0.50000 |')
  expect(text).toContain('| peer | 4.00 | 1 | 2.00 | 3 |  |')
  expect(text).toContain('Not run: absent')
})

test('a case of rows says how many a second, one of loading what it takes beyond the file', async () => {
  const [looked, loaded] = [
    prints('ours', { seconds: 0.02, peakMemoryBytes: 1e6 }),
    prints('ours', { seconds: 0.02, peakMemoryBytes: 1e6, extraBytes: 5e5 })
  ]
  const rows = await compare({ name: 'case', what: 'rows', bytes: 4e6, rows: 1000, contenders: [looked] }, 1, () => {})
  expect(markdown(rows)).toContain('| ours | 0.0200 | 200 | 1.00 | 1 |  | 50000 |')
  const extra = await compare({ name: 'case', what: 'load', bytes: 4e6, contenders: [loaded] }, 1, () => {})
  expect(markdown(extra)).toContain('| ours | 0.0200 | 200 | 1.00 | 1 |  | 0.50 |')
})

test('a generated table is the same for a seed, with the norms and the falling spectrum it promises', () => {
  const spec = { rows: 3000, dim: 24, seed: 5 }
  const rows = Float32Array.from([...generateBlocks(spec, 1000)].flatMap((block) => [...block]))
  const other = Float32Array.from([...generateBlocks({ ...spec, seed: 6 }, 1000)].flatMap((block) => [...block]))
  expect(Float32Array.from([...generateBlocks(spec, 777)].flatMap((block) => [...block]))).toEqual(rows)
  expect(other).not.toEqual(rows)
  const norms = Array.from({ length: 3000 }, (_, i) => Math.hypot(...rows.subarray(i * 24, (i + 1) * 24)))
  const logs = norms.map(Math.log)
  const mean = logs.reduce((sum, x) => sum + x, 0) / 3000
  const deviation = Math.sqrt(logs.reduce((sum, x) => sum + (x - mean) ** 2, 0) / 3000)
  expect(mean).toBeCloseTo(Math.log(3), 1)
  expect(deviation).toBeCloseTo(0.19, 1)
})

test('files hold the table once and are made once', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'bench-'))
  try {
    const spec = { rows: 40, dim: 3, seed: 1 }
    const npy = await tableFile(folder, spec, 'npy')
    const bytes = readFileSync(npy)
    expect(bytes.subarray(0, 8).toString('latin1')).toBe('\x93NUMPY\x01\x00')
    expect((bytes.length - 40 * 3 * 4) % 64).toBe(0)
    const text = readFileSync(await tableFile(folder, spec, 'txt'), 'utf8')
      .trimEnd()
      .split('\n')
    const values = new Float32Array(
      bytes.buffer.slice(bytes.byteOffset + bytes.length - 480, bytes.byteOffset + bytes.length)
    )
    expect(text).toHaveLength(40)
    expect(text[39].split(' ').slice(1).map(Number)).toEqual(
      [...values.subarray(117)].map((x) => Number(x.toPrecision(5)))
    )
    expect(await tableFile(folder, spec, 'npy')).toBe(npy)
  } finally {
    rmSync(folder, { recursive: true })
  }
})
