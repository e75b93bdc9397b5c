import { dense, quantized, type Table } from '@slimbed/core'
import { toFloat16 } from '@slimbed/core/numbers'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { onnxTables, rewriteOnnx } from '../src/index.js'
import type { NewNode } from '../src/model/encode.js'
import { readModel } from '../src/model/model.js'
import { types } from '../src/model/types.js'
import type { Piece } from '../src/rewrite/layout.js'
import { join } from '../src/wire/writer.js'
import {
  always,
  type Given,
  type GivenGraph,
  modelOf,
  node,
  nodeWithGraphs,
  outsideOf,
  tensor,
  valuesOf
} from './model.js'
import { type Feeds, ort, run, unlessOrt } from './ort.js'

const [rows, dim] = [7, 6]

/** A table whose values are exact as half floats. */
const small = (bits: number): Table =>
  quantized({
    ...{ dim, bits, groupSize: 3, zero: 2 ** (bits - 1) },
    codes: Uint8Array.from({ length: (rows * Math.ceil((dim * bits) / 8)) >> 0 }, (_, i) => (i * 37) % 251).map(
      (byte, i) =>
        // Spare bits at the end of a row are 0.
        (i + 1) % Math.ceil((dim * bits) / 8) === 0 && (dim * bits) % 8 > 0
          ? byte & (2 ** ((dim * bits) % 8) - 1)
          : byte
    ),
    scale: {
      dtype: 'F32',
      shape: [rows, 2],
      data: Float32Array.from({ length: 2 * rows }, (_, i) => 2 ** ((i % 3) - 2))
    }
  })

interface Drawn {
  readonly opset: number
  readonly half: boolean
  readonly outside: boolean
  readonly idsType: 'int32' | 'int64'
  readonly dims: readonly number[]
  readonly lookups: number
  readonly bits: number
  readonly inBranch: boolean
}

const drawn: fc.Arbitrary<Drawn> = fc.record({
  opset: fc.integer({ min: 9, max: 22 }),
  half: fc.boolean(),
  outside: fc.boolean(),
  idsType: fc.constantFrom('int32', 'int64'),
  dims: fc.array(fc.integer({ min: 1, max: 3 }), { maxLength: 3 }),
  lookups: fc.integer({ min: 1, max: 3 }),
  bits: fc.constantFrom(1, 2, 3, 4, 8),
  inBranch: fc.boolean()
})

/** A graph with several lookups of a table, one of them in the branches of an `If` where that is asked for. */
function graphWith({ half, outside, idsType, lookups, inBranch }: Drawn, table: Table): GivenGraph {
  const type = half ? types.FLOAT16 : types.FLOAT
  const values = valuesOf(table)
  const stored: Given = { name: 'words', type, dims: [rows, dim], data: half ? toFloat16(values) : values }
  const names = Array.from({ length: lookups }, (_, i) => `rows${i}`)
  const nodes: GivenGraph['nodes'][number][] = names.map((name) => node('Gather', ['words', 'ids'], [name]))
  const outputs = names.map((name) => ({ name, type }))
  if (inBranch) {
    // Both branches call their rows the same.
    const branch = (opType: string): GivenGraph => ({
      name: opType,
      nodes: [node('Gather', ['words', 'ids'], ['taken'], { axis: 0 }), node(opType, ['taken'], ['out'])],
      outputs: [{ name: 'out', type }]
    })
    const branches = { then_branch: branch('Identity'), else_branch: branch('Neg') }
    nodes.push(nodeWithGraphs(node('If', ['flag'], ['chosen']), branches))
    outputs.push({ name: 'chosen', type })
  }
  return {
    nodes,
    tensors: [{ name: 'other', type: types.FLOAT, dims: [300], data: new Float32Array(300).fill(0.5) }, stored],
    inputs: [
      { name: 'ids', type: types[idsType === 'int32' ? 'INT32' : 'INT64'] },
      ...(inBranch ? [{ name: 'flag', type: types.BOOL, dims: [] }] : [])
    ],
    outputs: [...outputs, { name: 'other', type: types.FLOAT }].slice(0, outputs.length),
    ...(outside && { outside: ['words', 'other'] })
  }
}

const bytesOf = (pieces: readonly Piece[]) =>
  Promise.all(
    pieces.map((piece) => (piece instanceof Uint8Array ? piece : piece.source.read(piece.start, piece.length)))
  )

test(`graphs around a Gather: before and after agree${unlessOrt}`, async () => {
  const property = fc.asyncProperty(drawn, fc.boolean(), async (given, flag) => {
    const table = small(given.bits)
    const graph = graphWith(given, table)
    const before = modelOf(graph, given.opset)
    const options = { pipeline: always(table), tables: ['words'], tensor, runtime: ort, dataName: 'new.bin' }
    const made = await rewriteOnnx({ bytes: before, outside: outsideOf(graph) }, options)
    const after = join(made.model)
    expect(made.tables[0]?.lookups).toBe(given.lookups + (given.inBranch ? 2 : 0))
    expect(made.tables[0]?.verified.evaluator.equal).toBe(true)
    const model = readModel(after)
    expect(model.graph.items.some(({ tensor }) => tensor?.name === 'words')).toBe(false)
    if (given.outside) {
      const file = join(await bytesOf(made.data?.pieces ?? []))
      const other = model.graph.items.find(({ tensor }) => tensor?.name === 'other')?.tensor
      const { offset = 0, length = 0 } = other?.external ?? {}
      expect(file.subarray(offset, offset + length)).toEqual(new Uint8Array(new Float32Array(300).fill(0.5).buffer))
      return
    }
    expect(made.data).toBeUndefined()
    if (!ort) return
    const ids = Array.from({ length: given.dims.reduce((a, b) => a * b, 1) }, (_, i) => (3 * i) % rows)
    const flags: Feeds = given.inBranch ? { flag: ['bool', [], [Number(flag)]] } : {}
    const feeds: Feeds = { ids: [given.idsType, given.dims, ids], ...flags }
    const [wanted, got] = [await run(before, feeds), await run(after, feeds)]
    for (const [name, { dims, data }] of Object.entries(wanted)) {
      expect(got[name]?.dims).toEqual(dims)
      expect(got[name]?.data).toEqual(data)
    }
  })
  await fc.assert(property, { numRuns: 60 })
})

const port = (name: string, type: number = types.FLOAT) => ({ name, type })
const pool: readonly NewNode[] = [node('Gather', ['words', 'ids'], ['rows'])]

test('a table in a branch of its own is found and rewritten there', async () => {
  const table = small(4)
  const words: Given = { name: 'words', type: types.FLOAT, dims: [rows, dim], data: valuesOf(table) }
  const inner: GivenGraph = { nodes: pool, tensors: [words], outputs: [port('rows')] }
  const graph: GivenGraph = {
    nodes: [nodeWithGraphs(node('If', ['flag'], ['out']), { then_branch: inner, else_branch: inner })],
    inputs: [port('ids', types.INT64), { ...port('flag', types.BOOL), dims: [] }],
    outputs: [port('out')]
  }
  const bytes = modelOf(graph)
  expect(onnxTables(bytes).map(({ name }) => name)).toEqual(['words', 'words'])
  const made = await rewriteOnnx({ bytes }, { pipeline: always(table), tensor, runtime: ort })
  expect(made.tables).toHaveLength(1)
  if (!ort) return
  const feeds: Feeds = { ids: ['int64', [2], [1, 6]], flag: ['bool', [], [1]] }
  expect((await run(join(made.model), feeds)).out?.data).toEqual((await run(bytes, feeds)).out?.data)
})

test(`a lookup in the body of a Loop${unlessOrt}`, async () => {
  const table = small(2)
  const words: Given = { name: 'words', type: types.FLOAT, dims: [rows, dim], data: valuesOf(table) }
  const scalar = (name: string, type: number) => ({ ...port(name, type), dims: [] })
  const body: GivenGraph = {
    nodes: [
      node('Gather', ['words', 'step'], ['own'], { axis: 0 }),
      node('Add', ['sum', 'own'], ['next']),
      node('Identity', ['on'], ['still'])
    ],
    inputs: [scalar('step', types.INT64), scalar('on', types.BOOL), { ...port('sum'), dims: [dim] }],
    outputs: [scalar('still', types.BOOL), { ...port('next'), dims: [dim] }]
  }
  const zeros: Given = { name: 'zeros', type: types.FLOAT, dims: [dim], data: new Float32Array(dim) }
  const bytes = modelOf({
    nodes: [nodeWithGraphs(node('Loop', ['count', 'flag', 'zeros'], ['total']), { body })],
    tensors: [words, zeros],
    inputs: [scalar('count', types.INT64), scalar('flag', types.BOOL)],
    outputs: [port('total')]
  })
  const made = await rewriteOnnx({ bytes }, { pipeline: always(table), tensor, runtime: ort })
  expect(made.tables).toMatchObject([{ name: 'words', lookups: 1, verified: { evaluator: { equal: true } } }])
  if (!ort) return
  const feeds: Feeds = { count: ['int64', [], [rows]], flag: ['bool', [], [1]] }
  expect((await run(join(made.model), feeds)).total?.data).toEqual((await run(bytes, feeds)).total?.data)
})

test('in files of old versions, where tensors are inputs, new tensors are inputs and the old one is none', async () => {
  const table = small(2)
  const words: Given = { name: 'words', type: types.FLOAT, dims: [rows, dim], data: valuesOf(table) }
  const inputs = [{ ...port('words'), dims: [rows, dim] }, port('ids', types.INT64)]
  const bytes = modelOf({ nodes: pool, tensors: [words], inputs, outputs: [port('rows')] }, 8, 3)
  const made = await rewriteOnnx({ bytes }, { pipeline: always(table), tensor, runtime: ort })
  const { graph } = readModel(join(made.model))
  const names = graph.inputs.map(({ name }) => name)
  expect(names).not.toContain('words')
  for (const { tensor } of graph.items) if (tensor) expect(names).toContain(tensor.name)
  if (ort) await run(join(made.model), { ids: ['int64', [2], [1, 6]] })
})

test('what would be lost is refused', async () => {
  const table = small(4)
  const words: Given = { name: 'words', type: types.FLOAT, dims: [rows, dim], data: valuesOf(table) }
  const head = [node('Transpose', ['words'], ['turned']), node('Add', ['turned', 'turned'], ['logits'])]
  const inputs = [port('ids', types.INT64), { ...port('x'), dims: [1, dim] }]
  const tied = modelOf({ nodes: [...pool, ...head], tensors: [words], inputs, outputs: [port('rows'), port('logits')] })
  const refusal = (bytes: Uint8Array) => rewriteOnnx({ bytes }, { pipeline: always(table), tensor })
  await expect(refusal(tied)).rejects.toThrow('table "words" (7 × 6) is also an input of Transpose')
  const leaving = modelOf({ nodes: pool, tensors: [words], inputs, outputs: [port('rows'), port('words')] })
  await expect(refusal(leaving)).rejects.toThrow('also an output')
  const none = modelOf({ nodes: [node('Add', ['x', 'x'], ['y'])], inputs, outputs: [port('y')] })
  await expect(refusal(none)).rejects.toThrow('no embedding table')
  await expect(refusal(modelOf({ nodes: pool, tensors: [words], inputs, outputs: [port('rows')] }, 6))).rejects.toThrow(
    'opset 6'
  )
  const narrow = dense(rows, dim - 1, new Float32Array(rows * (dim - 1)))
  const plain = modelOf({ nodes: pool, tensors: [words], inputs, outputs: [port('rows')] })
  await expect(rewriteOnnx({ bytes: plain }, { pipeline: always(narrow) })).rejects.toThrow()
  await expect(rewriteOnnx({ bytes: plain }, { pipeline: always(table), tables: ['x'] })).rejects.toThrow(
    'there are "words" (7 × 6)'
  )
})
