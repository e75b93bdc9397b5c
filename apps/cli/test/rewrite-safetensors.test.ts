import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fromFloat16, toBfloat16 } from '@slimbed/core/numbers'
import { floatBytes, normals } from '@slimbed/testing'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { output, slimbed } from './support/run.js'
import { put } from './support/vectors.js'

const [rows, dim] = [300, 16]
const words = normals(rows * dim, 4)
const other = normals(20 * dim, 5)
const folder = mkdtempSync(join(tmpdir(), 'slimbed cli '))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

type Parts = Record<string, { dtype: string; shape: number[]; data: Uint8Array }>

/** A file as other programs write it: tensors one after another, the header in the order given. */
function file(parts: Parts, metadata?: Record<string, string>): Buffer {
  let end = 0
  const fields = Object.entries(parts).map(([name, { dtype, shape, data }]) => {
    end += data.length
    return [name, { dtype, shape, data_offsets: [end - data.length, end] }]
  })
  const header = { ...(metadata && { __metadata__: metadata }), ...Object.fromEntries(fields) }
  const text = Buffer.from(JSON.stringify(header))
  const length = Buffer.alloc(8)
  length.writeBigUInt64LE(BigInt(text.length))
  return Buffer.concat([length, text, ...Object.values(parts).map(({ data }) => data)])
}

/** The tensors of a file. */
function read(name: string): { parts: Parts; metadata: unknown } {
  const bytes = readFileSync(join(folder, name))
  const length = Number(bytes.readBigUInt64LE(0))
  const { __metadata__: metadata, ...fields } = JSON.parse(bytes.subarray(8, 8 + length).toString())
  const parts = Object.entries(fields as Record<string, { dtype: string; shape: number[]; data_offsets: number[] }>)
  return {
    metadata,
    parts: Object.fromEntries(
      parts.map(
        ([
          key,
          {
            dtype,
            shape,
            data_offsets: [from, to]
          }
        ]) => {
          return [key, { dtype, shape, data: new Uint8Array(bytes.subarray(8 + length + from, 8 + length + to)) }]
        }
      )
    )
  }
}

const float = (shape: number[], data: Float32Array) => ({ dtype: 'F32', shape, data: new Uint8Array(floatBytes(data)) })
const parts: Parts = {
  'model.embed_tokens.weight': float([rows, dim], words),
  'model.layers.0.weight': float([20, dim], other),
  'lm_head.weight': float([rows, dim], words),
  '7': { dtype: 'I64', shape: [2], data: Uint8Array.from({ length: 16 }, (_, i) => i) }
}

beforeAll(() => {
  put(folder, 'model.safetensors', file(parts, { format: 'pt' }))
  put(folder, 'large.safetensors', file({ a: float([2, 2], Float32Array.of(1, 2, 3, 1e6)) }))
  put(folder, 'one.safetensors', file({ words: float([rows, dim], words) }))
  put(folder, 'whole.safetensors', file({ '7': parts['7'] }))
  const cut = file(parts)
  put(folder, 'cut.safetensors', cut.subarray(0, cut.length - 40))
})

const halves = ({ data }: Parts[string]) => new Uint16Array(data.slice().buffer)

describe('slimbed rewrite, safetensors', () => {
  test('the table becomes half floats, and the head that has its values; all else stays', async () => {
    const text = await output(folder, 'rewrite', 'model.safetensors', '-o', 'small.safetensors')
    expect(text).toMatch(
      /model\.embed_tokens\.weight +300 × 16 +F32 → F16 +19\.2 kB +9\.6 kB +2\.0 × +0\.0002 +1\.0000/
    )
    expect(text).toMatch(/lm_head\.weight +300 × 16 +F32 → F16/)
    const made = read('small.safetensors')
    expect(made.metadata).toEqual({ format: 'pt' })
    expect(Object.keys(made.parts).sort()).toEqual(Object.keys(parts).sort())
    for (const name of ['model.layers.0.weight', '7']) expect(made.parts[name]).toEqual(parts[name])
    const [table, head] = ['model.embed_tokens.weight', 'lm_head.weight'].map((name) => made.parts[name])
    expect({ dtype: table.dtype, shape: table.shape }).toEqual({ dtype: 'F16', shape: [rows, dim] })
    expect(head).toEqual(table)
    for (const [i, bits] of halves(table).entries())
      expect(Math.abs(fromFloat16(bits) - words[i])).toBeLessThanOrEqual(Math.abs(words[i]) * 2 ** -11 + 2 ** -25)
  })

  test('bfloat16; another matrix; JSON', async () => {
    const args = ['--dtype', 'bf16', '--tensor', 'model.layers.*', '--json']
    const report = JSON.parse(await output(folder, 'rewrite', 'model.safetensors', '-o', 'b.safetensors', ...args))
    expect(report).toMatchObject({
      input: { format: 'safetensors' },
      output: { bytes: readFileSync(join(folder, 'b.safetensors')).length },
      tables: [{ name: 'model.layers.0.weight', rows: 20, dim, from: 'F32', to: 'BF16', bytes: 40 * dim }]
    })
    const made = read('b.safetensors').parts
    expect(halves(made['model.layers.0.weight'])).toEqual(toBfloat16(other))
    expect(made['lm_head.weight']).toEqual(parts['lm_head.weight'])
  })

  test.each([
    [['large.safetensors', '-o', 'no'], /tensor a: a value is beyond what float16 holds: take --dtype bf16/],
    [['whole.safetensors', '-o', 'no'], /there is no matrix of float32; its tensors: 7 I64 \[2\]/],
    [['cut.safetensors', '-o', 'no'], /cut\.safetensors/],
    [['model.safetensors', '-o', 'no', '--tensor', 'x'], /no matrix of float32 is called "x"/],
    [
      ['model.safetensors', '-o', 'no', '-p', 'fixedpoint(bits=4)'],
      /--pipeline is not for safetensors.*choose --dtype/
    ],
    [['ours.safetensors', '-o', 'no'], /this is a file of slimbed/]
  ])('%s is refused in a line, and nothing is left', async (args, says) => {
    if (!existsSync(join(folder, 'ours.safetensors')))
      await output(folder, 'compress', 'one.safetensors', '-o', 'ours.safetensors', '-p', 'fixedpoint(bits=8)')
    const before = readdirSync(folder)
    const { status, stderr } = await slimbed(folder, 'rewrite', ...args)
    expect(stderr).toMatch(says)
    expect(stderr).toMatch(/^slimbed: [^\n]+\n$/)
    expect(status).toBe(2)
    expect(readdirSync(folder)).toEqual(before)
  })
})

describe('slimbed rewrite, safetensors in shards', () => {
  const index = 'model.safetensors.index.json'
  const shards: Record<string, Parts> = {
    'a.safetensors': {
      'model.embed_tokens.weight': parts['model.embed_tokens.weight']!,
      'model.layers.0.weight': parts['model.layers.0.weight']!
    },
    'b.safetensors': { 'lm_head.weight': parts['lm_head.weight']! },
    'c.safetensors': { '7': parts['7']! }
  }
  const map = Object.fromEntries(
    Object.entries(shards).flatMap(([name, own]) => Object.keys(own).map((tensor) => [tensor, name]))
  )

  /** A model in a folder of its own, with this index. */
  function putModel(name: string, json: unknown): void {
    mkdirSync(join(folder, name))
    for (const [shard, own] of Object.entries(shards)) put(folder, `${name}/${shard}`, file(own, { format: 'pt' }))
    put(folder, `${name}/config.json`, '{}')
    put(folder, `${name}/${index}`, JSON.stringify(json))
  }

  test('tables in any shard become half floats; other shards and files stay byte for byte', async () => {
    const sizes = Object.values(parts).map(({ data }) => data.length)
    const before = sizes.reduce((sum, size) => sum + size, 0)
    putModel('sharded', { metadata: { total_size: before, other: 'x' }, weight_map: map })
    const text = await output(folder, 'rewrite', 'sharded', '-o', 'halved')
    expect(text).toMatch(/model\.embed_tokens\.weight +300 × 16 +F32 → F16[\s\S]*lm_head\.weight +300 × 16 +F32 → F16/)
    expect(readdirSync(join(folder, 'halved')).sort()).toEqual([...Object.keys(shards), 'config.json', index].sort())
    const [a, b] = ['a', 'b'].map((name) => read(`halved/${name}.safetensors`).parts)
    expect(a['model.embed_tokens.weight'].dtype).toBe('F16')
    expect(a['model.embed_tokens.weight']).toEqual(b['lm_head.weight'])
    expect(a['model.layers.0.weight']).toEqual(parts['model.layers.0.weight'])
    expect(readFileSync(join(folder, 'halved/c.safetensors'))).toEqual(
      readFileSync(join(folder, 'sharded/c.safetensors'))
    )
    expect(JSON.parse(readFileSync(join(folder, 'halved', index), 'utf8'))).toEqual({
      metadata: { total_size: before - 2 * rows * dim * 2, other: 'x' },
      weight_map: map
    })
    // By the index: only what it names is written. One table of a shard without the others.
    const args = ['--tensor', 'model.layers.0.weight', '--dtype', 'bf16', '--json']
    const report = JSON.parse(await output(folder, 'rewrite', `sharded/${index}`, '-o', 'one', ...args))
    expect(report.tables).toMatchObject([{ name: 'model.layers.0.weight', from: 'F32', to: 'BF16' }])
    expect(readdirSync(join(folder, 'one')).sort()).toEqual([...Object.keys(shards), index].sort())
    const bytes = readdirSync(join(folder, 'one')).map((name) => readFileSync(join(folder, 'one', name)).length)
    expect(report.output.bytes).toBe(bytes.reduce((sum, size) => sum + size, 0))
    expect(readFileSync(join(folder, 'one/b.safetensors'))).toEqual(readFileSync(join(folder, 'sharded/b.safetensors')))
  })

  test.each([
    ['outside', { weight_map: { ...map, '7': '../c.safetensors' } }, /no \.safetensors file beside it/],
    ['lost', { weight_map: { ...map, '7': 'd.safetensors' } }, /d\.safetensors/],
    ['mixed', { weight_map: { ...map, '7': 'b.safetensors' } }, /the tensors of the shards are not those of the index/],
    ['short', { weight_map: { '7': 'c.safetensors', a: 'a.safetensors' } }, /not those of the index/],
    ['mapless', { weight_map: [] }, /it has no weight_map/]
  ])('an index that is %s is refused in a line, and nothing is left', async (name, json, says) => {
    putModel(name, json)
    const before = readdirSync(folder)
    const { status, stderr } = await slimbed(folder, 'rewrite', name, '-o', 'none')
    expect(stderr).toMatch(says)
    expect(stderr).toMatch(/^slimbed: [^\n]+\n$/)
    expect(status).toBe(2)
    expect(readdirSync(folder)).toEqual(before)
  })

  test('a folder with something in it is not written to', async () => {
    putModel('again', { weight_map: map })
    const { status, stderr } = await slimbed(folder, 'rewrite', 'again', '-o', 'again')
    expect([status, stderr]).toEqual([2, expect.stringMatching(/-o again/)])
    expect(readdirSync(join(folder, 'again')).sort()).toEqual([...Object.keys(shards), 'config.json', index].sort())
    mkdirSync(join(folder, 'full'))
    put(folder, 'full/x', 'x')
    expect((await slimbed(folder, 'rewrite', 'again', '-o', 'full')).stderr).toMatch(
      /other files, such as x; choose an empty or a new one/
    )
    expect(readdirSync(join(folder, 'full'))).toEqual(['x'])
  })
})
