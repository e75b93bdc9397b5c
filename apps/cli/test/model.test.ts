import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { readVectors } from '@slimbed/io'
import { bytesSource, load, parseSafetensors } from '@slimbed/runtime'
import { tableBytes } from '@slimbed/runtime/kinds'
import { loadModel } from '@slimbed/runtime/model'
import { optionalKinds } from '@slimbed/runtime/optional-kinds'
import { describe, expect, test } from 'vitest'
import { contents, scratch } from './support/folder.js'
import { npyOf, safetensors } from './support/model.js'
import { output, slimbed } from './support/run.js'
import { numbers, put, words } from './support/vectors.js'

const [rows, dim] = [200, 16]
const parts = {
  'embedding.weight': { dtype: 'F32', shape: [rows, dim], data: numbers(rows, dim, 1) },
  'lstm.weight': { dtype: 'F32', shape: [8, 8], data: numbers(8, 8, 2) },
  'softmax.weight': { dtype: 'F32', shape: [rows, dim], data: numbers(rows, dim, 3) },
  'softmax.bias': { dtype: 'F32', shape: [rows], data: numbers(rows, 1, 4) },
  steps: { dtype: 'I64', shape: [1], data: BigInt64Array.of(12345678901n) }
}
const model = safetensors(parts, { format: 'pt' })
const counts = words(rows).map((word, row) => `${word}\t${1000 - row}\n`)
const both = ['--tensor', 'embedding.weight', '--tensor', 'softmax.weight']

/** A folder with the model, its words and their counts. */
function folderWithModel(): string {
  const folder = scratch()
  put(folder, 'model.safetensors', model)
  put(folder, 'words.txt', `${words(rows).join('\n')}\n`)
  put(folder, 'counts.tsv', counts.join(''))
  return folder
}

const compress = (folder: string, ...flags: string[]) =>
  slimbed(folder, 'compress', 'model.safetensors', '-o', 'small.safetensors', ...flags)

async function compressed(...flags: string[]): Promise<{ folder: string; stdout: string; file: Buffer }> {
  const folder = folderWithModel()
  const { status, stdout, stderr } = await compress(folder, '--vocab', 'words.txt', ...flags)
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
  return { folder, stdout, file: readFileSync(join(folder, 'small.safetensors')) }
}

describe('compress --tensor', () => {
  test('compresses the matrices that are named; the rest of the model stays as it was', async () => {
    const { stdout, file } = await compressed(...both, '-p', 'lowrank(rank=6)', '--weights', 'counts.tsv', '--json')
    const report = JSON.parse(stdout)
    const { tables, tensors, vocabulary, metadata, manifest } = loadModel(file)
    expect([...tables.keys()]).toEqual(['embedding.weight', 'softmax.weight'])
    expect([...tensors.keys()].sort()).toEqual(['lstm.weight', 'softmax.bias', 'steps'])
    for (const { name, begin, end } of tensors.values()) {
      const { data } = parts[name as keyof typeof parts]
      expect(file.subarray(begin, end).equals(Buffer.from(data.buffer))).toBe(true)
    }
    expect([...metadata]).toEqual([['format', 'pt']])
    expect([vocabulary?.find('w7'), vocabulary?.counts?.[7]]).toEqual([7, 993])
    const others = 4 * (64 + rows) + 8
    const { tensors: all } = parseSafetensors(file, file.length)
    const words = [...all.values()]
      .filter(({ name }) => name.startsWith('vocabulary.'))
      .reduce((sum, { begin, end }) => sum + end - begin, 0)
    expect(report).toMatchObject({
      input: { path: 'model.safetensors', format: 'safetensors', bytes: model.length },
      output: {
        path: 'small.safetensors',
        bytes: file.length,
        vocabularyBytes: words,
        otherBytes: others
      }
    })
    expect(report.output.tableBytes).toBe(file.length - others - words)
    expect(report.ratio).toBe((2 * rows * dim * 4) / report.output.tableBytes)
    for (const [i, [tensor, table]] of [...tables].entries()) {
      const bytes = tableBytes(table)
      expect(bytes).toBe(4 * 6 * (rows + dim))
      expect(report.tables[i]).toMatchObject({ tensor, rows, dim, bytes, pipeline: 'lowrank(rank=6)' })
      expect(report.tables[i].weightedError).not.toBe(report.tables[i].relativeError)
    }
    expect(report.tables[0].relativeError).not.toBe(report.tables[1].relativeError)
    expect(manifest.provenance).toMatchObject({
      tables: { 'softmax.weight': { pipeline: 'lowrank(rank=6)', weights: 'counts' } }
    })
  })

  test('a pipeline for each; a star stands for anything, the first name that fits counts', async () => {
    const flags = ['--tensor', 'soft*', '--tensor', '*.weight', '-p', 'fixedpoint(bits=4)', '-p', 'lowrank(rank=2)']
    const { file, stdout } = await compressed_(...flags)
    const { tables } = loadModel(file)
    const kinds = [...tables].map(([name, { kind }]) => [name, kind])
    expect(Object.fromEntries(kinds)).toEqual({
      'embedding.weight': 'product',
      'lstm.weight': 'product',
      'softmax.weight': 'quantized'
    })
    expect(stdout).toMatch(/^ {2}small\.safetensors +\d.*B {2}3 tables, \d.*smaller, with 2 other tensors of \d+ B$/m)
    expect(stdout).toMatch(/^ {2}softmax\.weight +200 × 16 +\d.*0\.\d{4} +0\.\d{4}$/m)
  })

  test('one table: what the command prints without --tensor is there too', async () => {
    const { stdout, file } = await compressed('--tensor', 'softmax.weight', '-p', 'fixedpoint(bits=7)', '--json')
    const report = JSON.parse(stdout)
    expect(report).toMatchObject({
      input: { rows, dim },
      pipeline: 'fixedpoint(bits=7)',
      relativeError: report.tables[0].relativeError,
      stages: [{ name: 'fixedpoint' }]
    })
    expect(load(file).table.rows).toBe(rows)
  })

  test('--alone leaves the rest out; one table is then an artefact as any other', async () => {
    const one = await compressed('--tensor', 'softmax.weight', '-p', 'fixedpoint', '--alone')
    expect(load(one.file).manifest.table?.kind).toBe('quantized')
    const two = await compressed(...both, '-p', 'fixedpoint', '--alone')
    expect(loadModel(two.file).tensors.size).toBe(0)
    expect(loadModel(two.file).tables.size).toBe(2)
  })

  test('the same bytes on every run', async () => {
    const flags = [...both, '-p', 'groupreduce(groups=3, ratio=2) | fixedpoint(bits=8)', '--weights', 'counts.tsv']
    expect((await compressed(...flags)).file.equals((await compressed(...flags)).file)).toBe(true)
  })

  test('without words, counts that are as many as the rows are taken in their order', async () => {
    const folder = folderWithModel()
    const { status, stderr } = await compress(folder, ...both, '-p', 'fixedpoint', '--weights', 'counts.tsv')
    expect(stderr).toMatch(/^slimbed: warning: model\.safetensors has no words: [^\n]*counts\.tsv[^\n]* order\n$/)
    expect(status).toBe(0)
    const { vocabulary } = loadModel(readFileSync(join(folder, 'small.safetensors')))
    expect([vocabulary?.word(3), vocabulary?.counts?.[3]]).toEqual(['w3', 997])
  })

  test.each(['groupreduce(groups=3, ratio=2)', 'lowrank(rank=2, weighted=true)'])(
    '%s without counts supposes that rows are in order of frequency, and says so',
    async (pipeline) => {
      const folder = folderWithModel()
      const { status, stderr } = await compress(folder, ...both, '-p', pipeline)
      expect(stderr).toMatch(
        /^slimbed: warning: model\.safetensors has no counts, so it is supposed [^\n]*order of frequency[^\n]*\n$/
      )
      expect(status).toBe(0)
      const { manifest } = loadModel(readFileSync(join(folder, 'small.safetensors')))
      expect(manifest.provenance).toMatchObject({ tables: { 'embedding.weight': { weights: 'zipf' } } })
      const uniform = await compress(folder, ...both, '-p', pipeline, '--weights', 'uniform')
      expect(uniform).toMatchObject({ status: 0, stderr: '' })
    }
  )

  test.each<[string, string[], RegExp]>([
    [
      'a tensor that is not there',
      ['--tensor', 'nope', '-p', 'fixedpoint'],
      /tensor "nope" is not there; its tensors: emb/
    ],
    [
      'a pattern for none',
      ['--tensor', 'x*', '-p', 'fixedpoint'],
      /tensor "x\*" fits no matrix of floats; its tensors: emb/
    ],
    [
      'a tensor that is no matrix',
      ['--tensor', 'softmax.bias', '-p', 'fixedpoint'],
      /is F32 \[200\], not a matrix of fl/
    ],
    [
      'pipelines for more',
      ['--tensor', 'a', '-p', 'fixedpoint', '-p', 'fixedpoint'],
      /one --pipeline for all, or one for/
    ],
    ['several pipelines for a table', ['-p', 'fixedpoint', '-p', 'fixedpoint'], /several --pipeline are for several/],
    ['--alone without --tensor', ['-p', 'fixedpoint', '--alone'], /--alone goes with --tensor/],
    ['several matrices, none named', ['-p', 'fixedpoint'], /expected one matrix of floats, came 3/],
    [
      'words for other rows',
      ['--tensor', '*', '-p', 'fixedpoint', '--vocab', 'words.txt'],
      /"lstm.weight" has 8 rows, but/
    ],
    ['a part that fails', [...both, '-p', 'lowrank(rank=17)'], /lowrank: rank=17 is more than the 16 columns/]
  ])('%s is refused in one line, with nothing left behind', async (_, flags, says) => {
    const folder = folderWithModel()
    const before = contents(folder)
    const { status, stdout, stderr } = await compress(folder, ...flags)
    expect(stderr).toMatch(says)
    expect(stderr).toMatch(/^slimbed: [^\n]+\n$/)
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' })
    expect(contents(folder)).toEqual(before)
  })

  test('a file that is no model, or compressed already, is refused', async () => {
    const folder = folderWithModel()
    put(folder, 'in.npy', npyOf(parts['softmax.weight']))
    const run = (input: string) => slimbed(folder, 'compress', input, '-o', 'o', '--tensor', '*', '-p', 'fixedpoint')
    expect((await run('in.npy')).stderr).toMatch(/^slimbed: in\.npy: expected a \.safetensors file[^\n]+\n$/)
    await compress(folder, ...both, '-p', 'fixedpoint')
    expect((await run('small.safetensors')).stderr).toMatch(
      /^slimbed: small\.safetensors: [^\n]*compressed already[^\n]*\n$/
    )
  })
})

/** Like `compressed`, for tables that do not share words. */
async function compressed_(...flags: string[]): Promise<{ stdout: string; file: Buffer }> {
  const folder = folderWithModel()
  const { status, stdout, stderr } = await compress(folder, ...flags)
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
  return { stdout, file: readFileSync(join(folder, 'small.safetensors')) }
}

describe('a file of several tables', () => {
  test('inspect shows all, or the one that is named', async () => {
    const { folder } = await compressed(...both, '-p', 'lowrank(rank=6)', '--weights', 'counts.tsv')
    const all = JSON.parse(await output(folder, 'inspect', 'small.safetensors', '--json'))
    expect(all.tables.map(({ tensor }: { tensor: string }) => tensor)).toEqual(['embedding.weight', 'softmax.weight'])
    expect(all.tables[1].nodes.map(({ path }: { path: string }) => path)).toEqual(['', 'left', 'right'])
    expect(all.tensors).toContainEqual({ name: 'steps', dtype: 'I64', shape: [1], bytes: 8 })
    expect(all).toMatchObject({ words: rows, counts: true })
    const text = await output(folder, 'inspect', 'small.safetensors')
    expect(text).toMatch(/^ {2}small\.safetensors +\d.* kB {2}2 tables, 3 other tensors$/m)
    expect(text).toMatch(/^ {2}softmax\.bias +F32 +200 +800 B$/m)
    const one = JSON.parse(await output(folder, 'inspect', 'small.safetensors', '--tensor', 'softmax.weight', '--json'))
    expect(one).toMatchObject({ rows, dim, words: rows, provenance: { pipeline: 'lowrank(rank=6)' } })
    expect(one.nodes).toEqual(all.tables[1].nodes)
  })

  test('nearest, compare and decompress take the table that is named', async () => {
    const { folder } = await compressed(...both, '-p', 'fixedpoint(bits=16, scaleType=f32)')
    const ask = (...flags: string[]) =>
      output(folder, 'nearest', 'small.safetensors', 'w5', ...flags, '--json', '-k', '3')
    const answers = [await ask('--tensor', 'embedding.weight'), await ask('--tensor', 'softmax.weight')]
    expect(JSON.parse(answers[0]).queries[0].neighbours).toHaveLength(3)
    expect(answers[0]).not.toBe(answers[1])
    const compare = ['compare', 'model.safetensors', 'small.safetensors', '--tensor', 'softmax.weight', '--json']
    const report = JSON.parse(await output(folder, ...compare))
    expect(report).toMatchObject({ original: { rows, dim }, artefact: { path: 'small.safetensors' } })
    expect(report.relativeError).toBeLessThan(1e-4)
    await output(folder, 'decompress', 'small.safetensors', '-o', 'one.npy', '--tensor', 'softmax.weight')
    expect(readFileSync(join(folder, 'one.npy')).length).toBe(npyOf(parts['softmax.weight']).length)
  })

  test('decompress gives the model back', async () => {
    const { folder } = await compressed(...both, '-p', 'fixedpoint(bits=16, scaleType=f32)')
    const text = await output(folder, 'decompress', 'small.safetensors', '-o', 'back.safetensors')
    expect(text).toContain('5 tensors, 2 of them decompressed, without the words')
    const back = readFileSync(join(folder, 'back.safetensors'))
    const { tensors, metadata } = parseSafetensors(back, back.length, { strict: true })
    expect([...metadata]).toEqual([['format', 'pt']])
    expect([...tensors.keys()].sort()).toEqual(Object.keys(parts).sort())
    for (const [name, { dtype, shape, data }] of Object.entries(parts)) {
      const { begin, end, ...entry } = tensors.get(name)!
      expect(entry).toMatchObject({ dtype, shape })
      const bytes = back.subarray(begin, end)
      if (!name.endsWith('x.weight') && name !== 'embedding.weight')
        expect(bytes.equals(Buffer.from(data.buffer))).toBe(true)
      else {
        const found = new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length))
        found.forEach((value, i) => {
          expect(Math.abs(value - Number(data[i as never]))).toBeLessThan(1e-4)
        })
      }
    }
  })

  test.each<[string, string[]]>([
    ['nearest', ['nearest', 'small.safetensors', 'w1']],
    ['compare', ['compare', 'model.safetensors', 'small.safetensors']],
    ['decompress', ['decompress', 'small.safetensors', '-o', 'o.npy']]
  ])('%s asks for a choice, and names the tables', async (_, args) => {
    const { folder } = await compressed(...both, '-p', 'fixedpoint')
    const { status, stderr } = await slimbed(folder, ...args)
    expect(stderr).toMatch(
      /^slimbed: small\.safetensors has several tables; [^\n]*--tensor: embedding\.weight, softmax\.weight\n$/
    )
    expect(status).toBe(2)
    const wrong = await slimbed(folder, ...args, '--tensor', 'softmax.bias')
    expect(wrong.stderr).toMatch(/^slimbed: --tensor softmax\.bias: no such table in small\.safetensors; [^\n]*\n$/)
  })
})

describe('compress --tensor without a pipeline', () => {
  test('tables share a size: all that is given out, more for the one that loses more by it', async () => {
    const { stdout, file } = await compressed(...both, '--ratio', '4', '--json')
    const report = JSON.parse(stdout)
    const { tables } = loadModel(file, { kinds: optionalKinds })
    const bytes = [...tables.values()].map(tableBytes)
    const most = (2 * rows * dim * 4) / 4
    expect(bytes[0] + bytes[1]).toBeLessThanOrEqual(most)
    expect(bytes[0] + bytes[1]).toBeGreaterThan(0.97 * most)
    expect(report.plan.tried.length).toBeGreaterThanOrEqual(4)
    // Each is told by a pipeline that makes it again.
    const [first, second] = report.tables.map(({ pipeline }: { pipeline: string }) => pipeline)
    const again = await compressed(...both, '-p', first, '-p', second)
    expect(again.file.equals(file)).toBe(true)
  })

  test('--dry-run tells what would be taken, to the byte, and writes nothing, with -o or without', async () => {
    const { stdout, file } = await compressed(...both, '--target', '20kB', '--json')
    const written = JSON.parse(stdout)
    const folder = folderWithModel()
    const before = contents(folder)
    for (const out of [[], ['-o', 'out.safetensors']]) {
      const args = ['compress', 'model.safetensors', ...out, '--vocab', 'words.txt', ...both, '--target', '20kB']
      const dry = JSON.parse(await output(folder, ...args, '--dry-run', '--json'))
      expect(dry.output).toEqual({ ...written.output, path: 'not written' })
      expect(dry.output.bytes).toBe(file.length)
      expect(dry.tables).toEqual(written.tables)
      expect(dry.plan).toEqual(written.plan)
    }
    expect(contents(folder)).toEqual(before)
  })

  test('a size of the whole file', async () => {
    const { file } = await compressed(...both, '--target', '20kB')
    expect(file.length).toBeLessThanOrEqual(20_000)
  })

  test('a quality that each table has: both errors are just below it', async () => {
    const { stdout, file } = await compressed(...both, '--max-error', '0.2', '--json')
    const report = JSON.parse(stdout)
    for (const { relativeError } of report.tables) {
      expect(relativeError).toBeLessThanOrEqual(0.2)
      expect(relativeError).toBeGreaterThan(0.18)
    }
    const [first, second] = report.tables.map(({ pipeline }: { pipeline: string }) => pipeline)
    const again = await compressed(...both, '-p', first, '-p', second)
    expect(again.file.equals(file)).toBe(true)
  })

  test.each([
    [[], /for tables of a model give one of --target and --ratio, [^\n]* and --max-perplexity; or a pipeline by -p/],
    [['--keep', '95%', '--ratio', '3'], /for tables of a model give one of --target and --ratio/],
    [['--ratio', '4', '--measure', 'perplexity'], /needs a text: --calibrate/],
    [['--ratio', '4', '--measure', 'logits'], /--measure logits needs a text: --calibrate/],
    [['--max-perplexity', '100'], /--max-perplexity needs a text: --calibrate/],
    [['--max-error', '0.1', '--measure', 'error'], /--measure error: [^\n]* at a size/],
    [
      ['--target', '1kB'],
      /plan: no pipelines bring these tables to 1,000 bytes: the smallest have [\d,]+ bytes, of which [\d,]+ bytes are not the tables', by \w+\([^\n]*\) of embedding\.weight and \w+\([^\n]*\) of softmax\.weight/
    ],
    [
      ['--ratio', '2000'],
      /plan: no pipelines bring these tables to 12 bytes: the smallest have [\d,]+ bytes, by \w+\([^\n]*\) of embedding\.weight and/
    ],
    [['--keep', '95%', '--calibrate', 'words.txt'], /--calibrate: no pipeline is looked for by it with --keep/]
  ])('%j: one line, status 2', async (flags, says) => {
    const { status, stderr } = await compress(folderWithModel(), '--vocab', 'words.txt', ...both, ...flags)
    expect(stderr).toMatch(says)
    expect(stderr).toMatch(/^slimbed: [^\n]+\n$/)
    expect(status).toBe(2)
  })
})

test('a table in 8 bits is times its scales, which are then left out', async () => {
  const folder = scratch()
  const codes = Uint8Array.from({ length: 200 * 4 }, (_, i) => (i * 7) % 120)
  const scale = Float32Array.of(1, 100)
  const table = { dtype: 'F8_E4M3', shape: [200, 4], data: codes }
  put(
    folder,
    'model.safetensors',
    safetensors({ 'e.weight': table, 'e.weight_scale_inv': { dtype: 'F32', shape: [2, 1], data: scale } })
  )
  const { status, stderr } = await compress(folder, '--tensor', 'e.weight', '-p', 'fixedpoint(bits=16)')
  expect({ status, stderr }).toEqual({
    status: 0,
    stderr: 'slimbed: warning: e.weight: its values are taken times e.weight_scale_inv, which is left out\n'
  })
  const { tables, tensors } = loadModel(readFileSync(join(folder, 'small.safetensors')))
  expect([...tensors.keys()]).toEqual([])
  const { matrix } = await readVectors(bytesSource('m', safetensors({ table })))
  const plain = await matrix.read(0, 200)
  for (const row of [127, 128]) {
    const expected = plain.slice(row * 4, row * 4 + 4).map((value) => value * scale[row >> 7])
    const found = new Float32Array(4)
    tables.get('e.weight')?.readRow(row, found)
    const most = Math.max(...expected.map(Math.abs)) / 1000
    expect(found.every((value, j) => Math.abs(value - expected[j]) < most)).toBe(true)
  }
})

test('an output that is the shard with the scales of the table is refused', async () => {
  const folder = scratch()
  const codes = Uint8Array.from({ length: 200 * 4 }, (_, i) => (i * 7) % 120)
  put(folder, 'a.safetensors', safetensors({ 'e.weight': { dtype: 'F8_E4M3', shape: [200, 4], data: codes } }))
  const scale = { dtype: 'F32', shape: [1, 1], data: Float32Array.of(2) }
  const scales = safetensors({ 'e.weight_scale_inv': scale })
  put(folder, 'b.safetensors', scales)
  const map = { 'e.weight': 'a.safetensors', 'e.weight_scale_inv': 'b.safetensors' }
  put(folder, 'model.safetensors.index.json', JSON.stringify({ weight_map: map }))
  const flags = ['-p', 'fixedpoint', '--tensor', 'e.weight', '--alone']
  const { status, stderr } = await slimbed(folder, 'compress', 'a.safetensors', '-o', 'b.safetensors', ...flags)
  const said = 'slimbed: -o b.safetensors: this is the file that is read; choose another name\n'
  expect({ status, stderr }).toEqual({ status: 2, stderr: said })
  expect(readFileSync(join(folder, 'b.safetensors'))).toEqual(scales)
})
