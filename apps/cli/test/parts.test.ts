import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { safetensors } from './support/model.js'
import { output, slimbed } from './support/run.js'
import { npy, numbers, put } from './support/vectors.js'

const [rows, dim] = [90, 8]
const data = numbers(rows, dim)
const four = 'fixedpoint(bits=4)'

const folder = mkdtempSync(join(tmpdir(), 'slimbed cli '))
afterAll(() => rmSync(folder, { recursive: true, force: true }))
beforeAll(() => {
  for (const name of ['parts', 'model']) mkdirSync(join(folder, name))
  put(folder, 'whole.npy', npy(rows, dim, data))
  for (let i = 0; i < 3; i++) {
    put(folder, join('parts', `part-${9 + i}.npy`), npy(30, dim, data.slice(i * 30 * dim, (i + 1) * 30 * dim)))
  }
  put(
    folder,
    'some.npy',
    npy(
      20,
      3,
      Float32Array.from({ length: 60 }, (_, i) => data[(10 + Math.floor(i / 3)) * dim + 2 + (i % 3)])
    )
  )
  const header = JSON.stringify({
    'embed.weight': { dtype: 'F32', shape: [rows, dim], data_offsets: [0, data.byteLength] }
  })
  const length = Buffer.alloc(8)
  length.writeBigUInt64LE(BigInt(header.length))
  put(folder, 'model/a.safetensors', Buffer.concat([length, Buffer.from(header), Buffer.from(data.buffer)]))
  put(folder, 'model/model.safetensors.index.json', JSON.stringify({ weight_map: { 'embed.weight': 'a.safetensors' } }))
})

const compress = async (...args: string[]) => {
  await output(folder, 'compress', ...args, '-o', 'out.safetensors', '-p', four)
  return readFileSync(join(folder, 'out.safetensors'))
}

test('parts, a shard and a whole file give the same bytes; so do rows and columns of it', async () => {
  const whole = await compress('whole.npy')
  for (const path of ['parts', 'parts/*.npy', 'parts/part-*']) expect((await compress(path)).equals(whole)).toBe(true)
  for (const path of ['model', 'model/model.safetensors.index.json']) {
    expect((await compress(path, '--tensor', 'embed.weight')).equals(whole)).toBe(true)
  }
  const some = await compress('some.npy')
  expect((await compress('parts', '--rows', '10:30', '--columns', '2:5')).equals(some)).toBe(true)
  expect((await compress('whole.npy', '--rows', '10:', '--limit', '20', '--columns', '2:5')).equals(some)).toBe(true)
  expect(await output(folder, 'compare', 'parts', 'out.safetensors', '--rows', '10:30', '--columns', '2:5')).toMatch(
    /20 × 3/
  )
})

test('what cannot be is said in a line, and nothing is left', async () => {
  const before = readdirSync(folder)
  const cases: [string[], RegExp][] = [
    [['parts/*.bin'], /parts\/\*\.bin: it means no file/],
    [['model'], /model: a model in shards; choose a tensor of it: "embed\.weight" is in/],
    [['whole.npy', '--rows', '90:91'], /whole\.npy: rows 90:91: there are 90, counted from 0/],
    [['whole.npy', '--rows', '5'], /Expected a range from 0 on/],
    [['whole.npy', '--columns', '3:3'], /Expected a range from 0 on/],
    [['out.safetensors', '--columns', '0:2'], /--columns: out\.safetensors is no plain file of vectors/]
  ]
  for (const [args, said] of cases) {
    const { status, stderr } = await slimbed(folder, 'compress', ...args, '-o', 'no.safetensors', '-p', four)
    expect({ args, status, stderr }).toEqual({ args, status: 2, stderr: expect.stringMatching(said) })
    expect(readdirSync(folder)).toEqual(before)
  }
})

test('a column of a Parquet file is chosen with --column, for one or for several files', async () => {
  const golden = readFileSync(join(import.meta.dirname, '../../../packages/io/test/parquet/pyarrow.parquet'))
  put(folder, 'two.parquet', golden)
  mkdirSync(join(folder, 'tables'))
  for (const name of ['a-1', 'a-2']) put(folder, join('tables', `${name}.parquet`), golden)
  const parquet = ['compress', 'two.parquet', '-o', 'out.safetensors', '-p', 'fixedpoint(bits=8)']
  const unclear = await slimbed(folder, ...parquet)
  expect(unclear.status).toBe(2)
  expect(unclear.stderr).toContain('two.parquet: expected one column of lists of numbers, those that have: small, wide')
  expect(unclear.stderr).toContain('--column')
  await output(folder, ...parquet, '--column', 'wide')
  expect(JSON.parse(await output(folder, 'inspect', 'out.safetensors', '--json'))).toMatchObject({ rows: 30, dim: 8 })
  expect(await output(folder, 'nearest', 'two.parquet', 'wört 3', '-k', '1', '--column', 'small')).toMatch(/wört \d/)
  await output(folder, 'compress', 'tables', '--column', 'small', '-o', 'all.safetensors', '-p', four, '--quiet')
  expect(JSON.parse(await output(folder, 'inspect', 'all.safetensors', '--json'))).toMatchObject({ rows: 60, dim: 4 })
  const other = await slimbed(folder, 'compress', 'whole.npy', '--column', 'v', '-o', 'x.safetensors', '-p', four)
  expect(other.stderr).toMatch(/whole\.npy: a column is chosen of a Parquet or an Arrow file; this is npy/)
})

test('an output that is one of the parts or shards that are read is refused, and stays as it was', async () => {
  const inside = join(folder, 'inside')
  mkdirSync(inside)
  const table = { 'e.weight': { dtype: 'F32', shape: [rows, dim], data } }
  for (const name of ['a.safetensors', 'b.safetensors']) put(inside, name, safetensors(table))
  put(
    inside,
    'model.safetensors.index.json',
    JSON.stringify({ weight_map: { 'e.weight': 'a.safetensors', o: 'b.safetensors' } })
  )
  for (const input of ['*.safetensors', 'model.safetensors.index.json', '.']) {
    for (const name of ['a.safetensors', 'b.safetensors']) {
      const before = readFileSync(join(inside, name))
      const { status, stderr } = await slimbed(
        inside,
        'compress',
        input,
        '--tensor',
        'e.weight',
        '-o',
        name,
        '-p',
        four
      )
      expect([status, stderr]).toEqual([2, expect.stringMatching(/this is (the file|in the folder) that is read/)])
      expect(readFileSync(join(inside, name)).equals(before)).toBe(true)
    }
  }
})
