import { at, type Compressor, pipeline, type Table } from '@slimbed/core'
import { fixedpoint } from '@slimbed/fixedpoint'
import { groupreduce } from '@slimbed/groupreduce'
import { lowrank } from '@slimbed/lowrank'
import { opq, pq } from '@slimbed/pq'
import { prune, tiers } from '@slimbed/prune'
import { rotate } from '@slimbed/rotate'
import { trellis } from '@slimbed/trellis'
import '@tensorflow/tfjs-backend-wasm'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { rewriteTfjs, tfjsTables } from '../src/index.js'
import { expectNear, type HandWeight, inputOf, loaded, modelOf, node, run, tf, type } from './support.js'

const [rows, dim] = [400, 12]
const values = Float32Array.from({ length: rows * dim }, (_, i) => Math.sin(i * i) + 0.1)

const int32 = (name: string, data: readonly number[], shape: readonly number[] = [data.length]): HandWeight => ({
  name,
  shape,
  data: Int32Array.from(data)
})
const ids = node('ids', 'Placeholder', [], { dtype: type('DT_INT32') })
const segments = node('segments', 'Placeholder', [], { dtype: type('DT_INT32') })
const table: HandWeight = { name: 'table', shape: [rows, dim], data: values }

function rowOf(own: Table, number: number): number[] {
  const row = new Float32Array(dim)
  own.readRow(number, row)
  return Array.from(row)
}

/** Lookups in every way there is; what each makes is an output. */
const nodes = [
  ids,
  segments,
  node('direct', 'GatherV2', ['table', 'ids', 'axis'], { batch_dims: { i: '0' } }),
  node('copy', 'Identity', ['table']),
  node('old', 'Gather', ['copy', 'ids:0']),
  node('flat', 'Reshape', ['ids', 'minus'], {}),
  node('mean', 'SparseSegmentMean', ['table', 'flat', 'segments']),
  node('sum', 'SparseSegmentSum', ['copy:0', 'flat', 'segments']),
  node('twice', 'AddV2', ['direct', 'old'])
]
const outputs = ['direct', 'old', 'mean', 'sum', 'twice']
const model = modelOf(nodes, [int32('axis', [0], []), table, int32('minus', [-1])])

const pipelines: readonly Compressor[] = [
  ...[1, 2, 3, 4, 5, 6, 7, 8].map((bits) => fixedpoint({ bits })),
  fixedpoint({ bits: 4, scale: 'column' }),
  fixedpoint({ bits: 3, scale: 'table' }),
  fixedpoint({ bits: 4, scale: 'group', groupSize: 5 }),
  fixedpoint({ bits: 4, scale: 'group', groupSize: 4, mode: 'affine' }),
  fixedpoint({ bits: 3, levels: 'lloyd' }),
  fixedpoint({ format: 'f16' }),
  fixedpoint({ format: 'bf16' }),
  lowrank({ rank: 5 }),
  pipeline(lowrank({ rank: 5 }), fixedpoint({ bits: 8 })),
  pq({ parts: 4, bits: 4 }),
  opq({ parts: 3, bits: 3 }),
  pipeline(rotate(), fixedpoint({ bits: 4 })),
  pipeline(tiers({ first: 0.1, second: 0.3 }), at('0', fixedpoint({ bits: 8 })), fixedpoint({ bits: 4 })),
  groupreduce({ groups: 4, ratio: 2 }),
  prune({ rows: 200 }),
  trellis({ bits: 3, coding: 'fixed', clusters: 0, basis: 'none', states: 256 }),
  trellis({ bits: 2.5, coding: 'fixed', clusters: 0, states: 1024 })
]

test.each(pipelines.map((stage) => [`${stage.name} ${JSON.stringify(stage.config)}`, stage] as const))(
  '%s: every lookup gives the rows of the table, for numbers of any shape',
  async (_, stage) => {
    const made = await rewriteTfjs(model, { pipeline: stage })
    const [{ table: own, lookups, verified }] = made.tables
    expect([lookups, verified.rows]).toEqual([4, rows])
    await tf.setBackend('wasm')
    const again = await loaded(inputOf(made))
    const row = (number: number) => rowOf(own, number)
    for (const shape of [[], [3], [2, 2], [1, 2, 2], [0]]) {
      const count = shape.reduce((a, b) => a * b, 1)
      const numbers = Array.from({ length: count }, (_, i) => (7 * i + 3) % rows)
      const places = numbers.map((_, i) => Math.floor(i / 2))
      const given = { ids: tf.tensor(numbers, shape, 'int32'), segments: tf.tensor1d(places, 'int32') }
      const [direct, old, mean, sum] = await run(again, given, count === 0 ? ['direct', 'old'] : outputs)
      expect([direct.shape, old.shape]).toEqual([
        [...shape, dim],
        [...shape, dim]
      ])
      const wanted = numbers.flatMap(row)
      expectNear(direct.data, wanted)
      expect(old.data).toEqual(direct.data)
      if (count < 2) continue
      for (let j = 0; j < dim; j++) {
        expect(sum.data[j]).toBeCloseTo(wanted[j] + wanted[dim + j], 4)
        expect(mean.data[j]).toBeCloseTo((wanted[j] + wanted[dim + j]) / 2, 4)
      }
    }
  }
)

test('the table is gone from the file, and so is what handed it on', async () => {
  const { json, shards } = await rewriteTfjs(model, { pipeline: fixedpoint({ bits: 8 }) })
  const { modelTopology, weightsManifest } = JSON.parse(json)
  const names = modelTopology.node.map(({ name }: { name: string }) => name)
  expect(names).not.toContain('table')
  expect(names).not.toContain('copy')
  // It would be an output of the model now.
  expect(names).not.toContain('axis')
  expect((await loaded(inputOf({ json, shards }))).outputs.map(({ name }) => name)).toEqual(['mean', 'sum', 'twice'])
  const bytes = shards.reduce((sum, { bytes }) => sum + bytes.length, 0)
  expect(bytes).toBeLessThan(values.byteLength / 2)
  expect(weightsManifest[0].weights.map(({ name }: { name: string }) => name)).not.toContain('table')
})

test('tables that are stored in 8 or 16 bits are taken as tfjs has them', async () => {
  const codes = Uint8Array.from(values, (value) => Math.round((value + 1) * 100))
  const stored = { ...table, data: codes, quantization: { dtype: 'uint8', min: -1, scale: 0.01 } }
  const input = modelOf(nodes, [int32('axis', [0], []), stored, int32('minus', [-1])])
  expect(await tfjsTables(input)).toMatchObject([{ name: 'table', stored: 'uint8', bytes: rows * dim, lookups: 4 }])
  const { tables } = await rewriteTfjs(input, { pipeline: fixedpoint({ format: 'f16' }) })
  const row = rowOf(tables[0].table, 3)
  for (let j = 0; j < dim; j++) expect(row[j]).toBeCloseTo(codes[3 * dim + j] * 0.01 - 1, 2)
})

test('a table that something else uses, other axes and other matrices are left', async () => {
  const pair = { pipeline: fixedpoint({ bits: 8 }) }
  const head = modelOf(
    [...nodes, node('logits', 'MatMul', ['mean', 'table'], { transpose_b: { b: true } })],
    [int32('axis', [0], []), table, int32('minus', [-1])]
  )
  await expect(rewriteTfjs(head, pair)).rejects.toThrow('table "table" (400 × 12) is also an input of MatMul "logits"')
  const columns = modelOf([ids, node('columns', 'GatherV2', ['table', 'ids', 'axis'])], [int32('axis', [1], []), table])
  await expect(rewriteTfjs(columns, pair)).rejects.toThrow('the model has no embedding table')
  await expect(rewriteTfjs(model, { ...pair, tables: ['tabel'] })).rejects.toThrow(
    'there is no table "tabel"; there are "table" (400 × 12)'
  )
})

test('damaged models are refused in one line, or read as what they say', async () => {
  const text = JSON.stringify(model.json)
  const damaged = fc.tuple(
    fc.nat(text.length - 1),
    fc.nat(12),
    fc.constantFrom('', '0', '-1', '"', '{}', '[]', '9e9', 'null', 'x')
  )
  await fc.assert(
    fc.asyncProperty(damaged, async ([at, cut, put]) => {
      let json: unknown
      try {
        json = JSON.parse(text.slice(0, at) + put + text.slice(at + cut))
      } catch {
        return
      }
      const tables = await tfjsTables({ ...model, json }).catch((error) => error)
      if (tables instanceof Error)
        expect(tables).toMatchObject({
          message: expect.stringMatching(/^[^\n]{1,300}$/),
          code: expect.stringMatching(/^(corrupt-file|unsupported)$/)
        })
    }),
    { numRuns: 3000 }
  )
})

test('files of weights outside of the folder, too short or too long are refused', async () => {
  const json = model.json as { weightsManifest: { paths: string[] }[] }
  for (const path of ['../a.bin', '/etc/passwd', 'file:///etc/passwd', 'a/../../b']) {
    const moved = { ...json, weightsManifest: json.weightsManifest.map((group) => ({ ...group, paths: [path] })) }
    await expect(tfjsTables({ ...model, json: moved })).rejects.toThrow('is not in the folder of the model')
  }
  const short = { json, read: async (path: string) => (await model.read(path)).subarray(0, 100) }
  await expect(tfjsTables(short)).rejects.toThrow(/weight "\w+" ends at byte/)
  const long = { json, read: async (path: string) => Buffer.concat([await model.read(path), Buffer.alloc(9)]) }
  await expect(tfjsTables(long)).rejects.toThrow('the files of weights have')
})
