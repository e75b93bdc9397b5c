import { fixedpoint } from '@slimbed/fixedpoint'
import { expect, test } from 'vitest'
import { onnxTables, rewriteOnnx } from '../src/index.js'
import { readModel } from '../src/model/model.js'
import { types } from '../src/model/types.js'
import { join } from '../src/wire/writer.js'
import { type Given, type GivenGraph, modelOf, node } from './model.js'
import { type Feeds, ort, run, unlessOrt } from './ort.js'

const [rows, dim] = [9, 5]
const bytes = Int8Array.from({ length: rows * dim }, (_, i) => ((i * 53) % 255) - 127)
const codes: Given = { name: 'codes', type: types.INT8, dims: [rows, dim], data: bytes }
const given = (name: string, type: number, dims: readonly number[], data: Given['data']): Given => ({
  name,
  type,
  dims,
  data
})
const scalar = given('scale', types.FLOAT, [], Float32Array.of(0.25))
const zero = given('zero', types.INT8, [], Int8Array.of(-3))
const rowScale = given(
  'scale',
  types.FLOAT,
  [rows, 1],
  Float32Array.from({ length: rows }, (_, i) => 2 ** -(i % 4))
)
const columnScale = given(
  'scale',
  types.FLOAT,
  [dim],
  Float32Array.from({ length: dim }, (_, i) => 2 ** -(i % 4))
)
const left = given(
  'left',
  types.FLOAT,
  [rows, 2],
  Float32Array.from({ length: 2 * rows }, (_, i) => i - 3)
)
const right = given(
  'right',
  types.FLOAT,
  [2, dim],
  Float32Array.from({ length: 2 * dim }, (_, i) => 1 - i)
)
const take = (from: string) => node('Gather', [from, 'ids'], ['rows'])
const to = types.FLOAT

/** Tables that are computed before rows are taken. */
const expanded: Readonly<Record<string, Pick<GivenGraph, 'nodes' | 'tensors'>>> = {
  'one scale': {
    nodes: [node('DequantizeLinear', ['codes', 'scale', 'zero'], ['t']), take('t')],
    tensors: [codes, scalar, zero]
  },
  'a scale for each column': {
    nodes: [node('DequantizeLinear', ['codes', 'scale'], ['t'], { axis: 1 }), take('t')],
    tensors: [codes, columnScale]
  },
  'Cast and Mul': {
    nodes: [node('Cast', ['codes'], ['f'], { to }), node('Mul', ['f', 'scale'], ['t']), take('t')],
    tensors: [codes, rowScale]
  },
  'Cast of half floats': {
    nodes: [node('Cast', ['half'], ['t'], { to }), take('t')],
    tensors: [
      given(
        'half',
        types.FLOAT16,
        [rows, dim],
        Uint16Array.from({ length: rows * dim }, (_, i) => 0x3c00 + i)
      )
    ]
  },
  factors: { nodes: [node('MatMul', ['left', 'right'], ['t']), take('t')], tensors: [left, right] }
}

const modelWith = (graph: Pick<GivenGraph, 'nodes' | 'tensors'>) =>
  modelOf({
    ...graph,
    inputs: [{ name: 'ids', type: types.INT64 }],
    outputs: [{ name: 'rows', type: types.FLOAT }]
  })

const ids: Feeds = { ids: ['int64', [2, 2], [0, 8, 3, 3]] }

test.each(Object.entries(expanded))(`%s before Gather goes behind it${unlessOrt}`, async (_title, graph) => {
  const before = modelWith(graph)
  expect(onnxTables(before)[0]).toMatchObject({ form: 'expanded', rows, dim })
  const made = await rewriteOnnx({ bytes: before }, { untrap: true, runtime: ort })
  const after = join(made.model)
  const { graph: written } = readModel(after)
  const nodes = written.items.flatMap(({ node }) => node ?? [])
  // Nothing but what is small is made of tensors alone.
  expect(nodes.findIndex(({ opType }) => opType === 'Gather')).toBeLessThanOrEqual(1)
  expect(written.items.some(({ tensor }) => tensor?.name === 'scale' || tensor?.name === 'codes')).toBe(false)
  expect(made.tables[0]?.bytes.after).toBeLessThanOrEqual((made.tables[0]?.bytes.before ?? 0) + 200)
  if (ort)
    expect((await run(after, ids)).rows).toMatchObject({ dims: [2, 2, dim], data: (await run(before, ids)).rows?.data })
})

test(`codes that are decoded after rows are taken become a smaller table${unlessOrt}`, async () => {
  const nodes = [
    node('Gather', ['codes', 'ids'], ['taken']),
    node('DequantizeLinear', ['taken', 'scale', 'zero'], ['rows'])
  ]
  const before = modelWith({ nodes, tensors: [codes, scalar, zero] })
  expect(onnxTables(before)[0]).toMatchObject({ form: 'codes', name: 'codes', bytes: rows * dim + 5 })
  const made = await rewriteOnnx({ bytes: before }, { pipeline: fixedpoint({ bits: 8 }), runtime: ort })
  const { graph } = readModel(join(made.model))
  expect(graph.items.some(({ tensor }) => ['codes', 'scale', 'zero'].includes(tensor?.name ?? ''))).toBe(false)
  expect(graph.items.some(({ node }) => node?.opType === 'DequantizeLinear')).toBe(false)
  expect(made.tables[0]?.measured?.relativeError).toBeLessThan(0.01)
  // The float table of another file is compressed instead.
  const data = Float32Array.from({ length: rows * dim }, (_, i) => Math.sin(i))
  const original = modelWith({ nodes: [take('words')], tensors: [given('words', types.FLOAT, [rows, dim], data)] })
  const options = { pipeline: fixedpoint({ format: 'f16' }), original: { bytes: original }, runtime: ort }
  const { tables } = await rewriteOnnx({ bytes: before }, options)
  const row = new Float32Array(dim)
  tables[0]?.table.readRow(2, row)
  expect(row[1]).toBeCloseTo(data[2 * dim + 1]!, 3)
})

test('a model without expanded tables has nothing to mend', async () => {
  const before = modelWith({ nodes: [take('left')], tensors: [left] })
  await expect(rewriteOnnx({ bytes: before }, { untrap: true })).rejects.toThrow('expands no table')
  await expect(rewriteOnnx({ bytes: before }, {})).rejects.toThrow('expected a pipeline')
})
