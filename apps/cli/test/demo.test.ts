import { expect, test } from 'vitest'
import { contents, scratch } from './support/folder.js'
import { installation } from './support/installation.js'
import { output } from './support/run.js'
import { bin, npy, numbers, put, words } from './support/vectors.js'

test('the sample: what each pipeline costs, neighbours before and after, what to type next', async () => {
  const folder = scratch()
  const text = await output(folder, 'demo')
  expect(text).toMatch(/sample-10k\.100d\.bin: 10,000 × 100, 10,000 words, 4 MB as float32/)
  const figures = (pipeline: string) => {
    const escaped = pipeline.replace(/[()|]/g, '\\$&')
    const line = new RegExp(
      `^ {2}[A-D] {2}${escaped} +([\\d.]+) ([kM]B) +([\\d.]+) × +([\\d.]+) +([\\d.]+) +([\\d.]+) %$`,
      'm'
    )
    const [, size, unit, ratio, error, cosine, kept] = line.exec(text)!
    return {
      bytes: Number(size) * (unit === 'MB' ? 1e6 : 1e3),
      ...{ ratio: Number(ratio), error: Number(error), cosine: Number(cosine), kept: Number(kept) }
    }
  }
  const [a, b, c, d] = ['fixedpoint(bits=8)', 'fixedpoint(bits=4, clip=mse)', 'trellis(bits=4)', 'trellis(bits=2)'].map(
    figures
  )
  for (const each of [a, b, c, d]) expect(each.ratio * each.bytes).toBeGreaterThan(3.8e6)
  expect(a.error).toBeLessThan(0.01)
  expect(a.kept).toBeGreaterThan(95)
  expect(b.error).toBeGreaterThan(a.error)
  expect(b.cosine).toBeGreaterThan(0.99)
  expect(c.bytes).toBeLessThan(b.bytes)
  expect(c.error).toBeLessThan(0.6 * b.error)
  expect(d.ratio).toBeGreaterThan(15.5)
  expect(text).toMatch(/^ {2}king +A +B +C +D$/m)
  expect(text).toMatch(/^Next, .*:\n {2}\S.*compress \S*sample-10k\.100d\.bin -o small\.safetensors -p "trellis/m)
  expect(contents(folder)).toEqual({})
})

test('a table of one’s own, with words that nobody knows', async () => {
  const folder = scratch()
  put(folder, 'mine.bin', bin(8, numbers(60, 8), words(60)))
  const text = await output(folder, 'demo', 'mine.bin')
  expect(text).toMatch(/^mine\.bin: 60 × 8, 60 words/)
  expect(text).toMatch(/^ {2}w\d+ +A +B +C +D$/m)
  expect(text).toContain('compress mine.bin -o')
})

test('a table without words is measured all the same', async () => {
  const folder = scratch()
  put(folder, 'mine.npy', npy(60, 8, numbers(60, 8)))
  const text = await output(folder, 'demo', 'mine.npy')
  expect(text).toMatch(/^ {2}D {2}trellis/m)
  expect(text).not.toContain('before and after')
})

test('goes on with the plugins that are there, and says how to install the others', async () => {
  const folder = scratch()
  put(folder, 'mine.npy', npy(60, 8, numbers(60, 8)))
  const { stdout: text } = await installation(['trellis'])(folder, 'demo', 'mine.npy')
  expect(text).toMatch(/^ {2}A {2}trellis\(bits=4\)/m)
  expect(text).not.toMatch(/^ {2}C/m)
  expect(text).toContain('stage "fixedpoint" is not installed: npm install @slimbed/fixedpoint')

  const { status, stdout, stderr } = await installation([])(folder, 'demo', 'mine.npy')
  expect({ status, stdout }).toEqual({ status: 2, stdout: '' })
  expect(stderr).toMatch(/^slimbed: [^\n]*npm install @slimbed\/fixedpoint[^\n]*npm install @slimbed\/trellis\n$/)
})

test('a word whose row is zeros has no neighbours, and the demo goes on', async () => {
  const folder = scratch()
  const values = numbers(60, 8)
  values.fill(0)
  values.set(numbers(30, 8), 240)
  put(folder, 'mine.bin', bin(8, values, words(60)))
  const text = await output(folder, 'demo', 'mine.bin')
  expect(text).toMatch(/^ {2}w\d+ +A +B +C +D$/m)
  expect(text).toContain('compress mine.bin -o')
})
