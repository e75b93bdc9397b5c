import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ggufMatrix, readGgufHeader } from '@slimbed/gguf'
import { bytesSource } from '@slimbed/runtime'
import { floatBytes, ggufFile, normals } from '@slimbed/testing'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { contents } from './support/folder.js'
import { output, slimbed, slimbedWith } from './support/run.js'
import { put } from './support/vectors.js'

const [rows, dim] = [200, 64]
const values = normals(rows * dim, 2)
const tokens = Array.from({ length: rows }, (_, i) => `t${i}`)
const table = { name: 'token_embd.weight', shape: [rows, dim], type: 0, data: floatBytes(values) }
const head = { ...table, name: 'output.weight' }
const norm = { name: 'output_norm.weight', shape: [dim], type: 0, data: floatBytes(values.subarray(0, dim)) }
const model = ggufFile({ tokens, tensors: [table, norm, head] })

const folder = mkdtempSync(join(tmpdir(), 'slimbed cli '))
afterAll(() => rmSync(folder, { recursive: true, force: true }))
beforeAll(() => {
  put(folder, 'model.gguf', model)
  put(folder, 'counts.tsv', tokens.map((token, i) => `${token}\t${1000 - i}\n`).join(''))
})

const typesOf = async (path: string) =>
  (await readGgufHeader(bytesSource('out', readFileSync(join(folder, path))))).tensors.map(({ type }) => type)

describe('slimbed rewrite', () => {
  test('writes a model with a smaller table, and says what it cost', async () => {
    const text = await output(folder, 'rewrite', 'model.gguf', '-o', 'small.gguf', '--type', 'q4_0')
    expect(await typesOf('small.gguf')).toEqual(['Q4_0', 'F32', 'F32'])
    expect(text).toMatch(/model\.gguf +\S+ kB\n +small\.gguf +\S+ kB +1\.\d × smaller\n/)
    expect(text).toMatch(/token_embd\.weight +200 × 64 +F32 → Q4_0 .* 7\.1 × +0\.0\d{3} +0\.99\d\d/)
    expect(text).toMatch(/verified: every row/)
  })

  test('--json prints one object', async () => {
    const args = ['rewrite', 'model.gguf', '-o', 'json.gguf', '--json', '--weights', 'counts.tsv']
    const report = JSON.parse(await output(folder, ...args))
    expect(report).toMatchObject({
      input: { path: 'model.gguf', format: 'gguf', bytes: model.length },
      output: { path: 'json.gguf', bytes: readFileSync(join(folder, 'json.gguf')).length },
      tables: [
        {
          name: 'token_embd.weight',
          rows,
          dim,
          from: 'F32',
          to: 'IQ4_NL',
          bytesBefore: rows * dim * 4,
          bytes: rows * 36
        }
      ]
    })
    const [{ relativeError, weightedError, meanCosine }] = report.tables
    expect(relativeError).toBeGreaterThan(0.05)
    expect(relativeError).toBeLessThan(0.1)
    expect(weightedError).not.toBe(relativeError)
    expect(meanCosine).toBeGreaterThan(0.99)
  })

  test('the tables that --tensor names', async () => {
    await output(
      folder,
      'rewrite',
      'model.gguf',
      '-o',
      'both.gguf',
      '--type',
      'q8_0',
      '--tensor',
      '*t*.weight',
      '--quiet'
    )
    expect(await typesOf('both.gguf')).toEqual(['Q8_0', 'F32', 'Q8_0'])
    await output(folder, 'rewrite', 'model.gguf', '-o', 'head.gguf', '--tensor', 'output.weight')
    expect(await typesOf('head.gguf')).toEqual(['F32', 'F32', 'IQ4_NL'])
  })

  test('from stdin to stdout', async () => {
    const { status, bytes, stderr } = await slimbedWith(folder, model, 'rewrite', '-', '-o', '-', '--type', 'mxfp4')
    expect(status).toBe(0)
    expect(stderr).toMatch(/verified/)
    const source = bytesSource('out', bytes)
    const matrix = ggufMatrix(source, await readGgufHeader(source))
    expect(matrix.rows).toBe(rows)
  })

  test('a size instead of a type: of the types that fit, the one that loses least', async () => {
    const all = ['--tensor', 'token_embd.weight', '--tensor', 'output.weight']
    const sizes: number[] = []
    for (const [i, times] of [1.5, 2.2, 4].entries()) {
      const path = `sized${i}.gguf`
      await output(folder, 'rewrite', 'model.gguf', '-o', path, '--ratio', String(times), ...(i > 0 ? all : []))
      sizes.push(readFileSync(join(folder, path)).length)
      expect(sizes[i]).toBeLessThanOrEqual(model.length / times)
    }
    expect(await typesOf('sized0.gguf')).toEqual(['Q8_0', 'F32', 'F32'])
    expect(sizes[2]).toBeLessThan(sizes[1])
  })

  test.each<[string, readonly string[], RegExp]>([
    ['a type and a size', ['model.gguf', '-o', 'x.gguf', '--type', 'q4_0', '--ratio', '2'], /leave one of them out/],
    [
      'a size that is too small',
      ['model.gguf', '-o', 'x.gguf', '--target', '20kB'],
      /no type makes a file of 20,000 bytes: the smallest file has [\d,]+ bytes, in MXFP4/
    ],
    [
      'a pipeline',
      ['model.gguf', '-o', 'x.gguf', '-p', 'fixedpoint(bits=4)'],
      /--pipeline is not for GGUF.*choose --type/
    ],
    ['an unknown type', ['model.gguf', '-o', 'x.gguf', '--type', 'q9'], /--type.*Allowed choices are q8_0/],
    ['no model', ['counts.tsv', '-o', 'x.gguf'], /^slimbed: counts\.tsv: expected a model \(GGUF.*it is none of these/],
    ['no such file', ['none.gguf', '-o', 'x.gguf'], /none\.gguf: there is no such file/],
    ['no such tensor', ['model.gguf', '-o', 'x.gguf', '--tensor', 'x'], /"x" is not there; its matrices: token_embd/],
    ['the input as output', ['model.gguf', '-o', 'model.gguf'], /this is the file that is read/],
    ['a folder', ['.', '-o', 'x.gguf'], /expected a model \(GGUF.*a folder/]
  ])('%s is refused in one line, and nothing is left', async (_, args, says) => {
    const before = contents(folder)
    const { status, stdout, stderr } = await slimbed(folder, 'rewrite', ...args)
    expect(stderr).toMatch(says)
    expect(stderr).toMatch(/^slimbed: [^\n]+\n$/)
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' })
    expect(contents(folder)).toEqual(before)
  })

  test('a damaged model is refused, and an earlier output stays', async () => {
    put(folder, 'cut.gguf', model.subarray(0, model.length - 1000))
    put(folder, 'earlier.gguf', 'earlier')
    const { status, stderr } = await slimbed(folder, 'rewrite', 'cut.gguf', '-o', 'earlier.gguf')
    expect({ status, stderr }).toMatchObject({
      status: 2,
      stderr: expect.stringMatching(/^slimbed: cut\.gguf, byte \d+: .*\n$/)
    })
    expect(readFileSync(join(folder, 'earlier.gguf'), 'utf8')).toBe('earlier')
  })
})

describe('a GGUF model as input of other commands', () => {
  test('compress, with the tokens as words, and nearest in both', async () => {
    await output(folder, 'compress', 'model.gguf', '-o', 'c.safetensors', '-p', 'fixedpoint(bits=8)')
    const [one, other] = await Promise.all(
      ['c.safetensors', 'model.gguf'].map((path) => output(folder, 'nearest', path, 't7', '--json'))
    )
    expect(JSON.parse(one).results?.[0] ?? JSON.parse(one)).toBeDefined()
    expect(one.match(/t\d+/g)?.slice(0, 4)).toEqual(other.match(/t\d+/g)?.slice(0, 4))
  })

  test('compress --tensor takes another table', async () => {
    const args = [
      'compress',
      'model.gguf',
      '-o',
      'o.safetensors',
      '-p',
      'fixedpoint(bits=8)',
      '--tensor',
      'output.weight',
      '--json'
    ]
    expect(JSON.parse(await output(folder, ...args)).input).toMatchObject({ format: 'gguf', rows, dim })
  })

  test('compare', async () => {
    const text = await output(folder, 'compare', 'model.gguf', 'c.safetensors', '--json')
    expect(JSON.parse(text).original ?? JSON.parse(text)).toBeDefined()
  })

  test('inspect shows its tensors', async () => {
    const text = await output(folder, 'inspect', 'model.gguf')
    expect(text).toMatch(/^ {2}model\.gguf +\S+ kB +GGUF 3, 200 tokens\n/)
    expect(text).toMatch(/token_embd\.weight +200 × 64 +F32 +51\.2 kB +4\d\.\d %\n/)
    expect(text).toMatch(/1 other tensor +F32 +256 B/)
    const about = JSON.parse(await output(folder, 'inspect', 'model.gguf', '--tensor', 'output.weight', '--json'))
    expect(about).toMatchObject({
      path: 'model.gguf',
      format: 'GGUF',
      tensors: [{ name: 'output.weight', shape: [rows, dim], type: 'F32', bytes: rows * dim * 4 }]
    })
  })

  test('several tensors at once are refused', async () => {
    const args = ['compress', 'model.gguf', '-o', 'o2.safetensors', '-p', 'fixedpoint', '--tensor', '*']
    const { status, stderr } = await slimbed(folder, ...args)
    expect({ status, stderr }).toMatchObject({ status: 2, stderr: expect.stringMatching(/one --tensor/) })
  })
})
