import { isSlimbedError, quantized } from '@slimbed/core'
import { expect, test } from 'vitest'
import { generator } from '../../runtime/test/sample.js'
import { onnxTables, rewriteOnnx } from '../src/index.js'
import { readModel } from '../src/model/model.js'
import { types } from '../src/model/types.js'
import { bytesField, type Chunks, join, numberField, varint } from '../src/wire/writer.js'
import { always, floats, type GivenGraph, modelOf, node, nodeWithGraphs, tensor, valuesOf } from './model.js'

const [rows, dim] = [5, 8]
const table = quantized({
  ...{ dim, bits: 4, groupSize: 4, zero: 8 },
  codes: Uint8Array.from({ length: rows * 4 }, (_, i) => 17 * i),
  scale: { dtype: 'F32', shape: [rows, 2], data: Float32Array.from({ length: 2 * rows }, (_, i) => 1 + i) }
})

const branch: GivenGraph = {
  nodes: [node('Gather', ['words', 'ids'], ['taken'])],
  outputs: [{ name: 'taken', type: types.FLOAT }]
}
const bytes = modelOf({
  nodes: [
    node('Gather', ['words', 'ids'], ['rows'], { axis: 0 }),
    nodeWithGraphs(node('If', ['flag'], ['chosen']), { then_branch: branch, else_branch: branch })
  ],
  tensors: [floats('words', [rows, dim], valuesOf(table))],
  inputs: [
    { name: 'ids', type: types.INT64, dims: [-1] },
    { name: 'flag', type: types.BOOL, dims: [] }
  ],
  outputs: [
    { name: 'rows', type: types.FLOAT },
    { name: 'chosen', type: types.FLOAT }
  ]
})

/** `SLIMBED_FUZZ=5000 npm test -- packages/onnx` tries more. */
const files = Number(process.env.SLIMBED_FUZZ ?? 1500)

test('damaged files are refused or rewritten, and none is written that does not verify', async () => {
  const random = generator(7)
  const below = (count: number) => Math.floor(random() * count)
  let [refused, written] = [0, 0]
  for (let i = 0; i < files; i++) {
    const damaged = i % 3 === 0 ? bytes.slice(0, below(bytes.length)) : bytes.slice()
    for (let flips = i % 3 === 1 ? 1 : below(6); flips > 0 && damaged.length > 0; flips--) {
      damaged[below(damaged.length)] = random() < 0.5 ? below(256) : [0, 1, 127, 128, 255][below(5)]!
    }
    try {
      const made = await rewriteOnnx({ bytes: damaged }, { pipeline: always(table), tensor })
      // What is written is read again, and every row is as it should be.
      expect(made.tables.every(({ verified }) => verified.evaluator.equal)).toBe(true)
      readModel(join(made.model))
      written++
    } catch (error) {
      if (!isSlimbedError(error)) throw error
      expect(error.message).not.toContain('\n')
      refused++
    }
  }
  expect(refused).toBeGreaterThan(files / 4)
  expect(written).toBeGreaterThan(files / 20)
}, 600_000)

const model = (graph: Chunks) =>
  join([...numberField(1, 8), ...bytesField(8, numberField(2, 17)), ...bytesField(7, graph)])

test('files that claim much take no time and no memory', () => {
  // Graphs within graphs.
  let deep: Chunks = []
  for (let i = 0; i < 1000; i++) deep = bytesField(1, bytesField(5, bytesField(6, [join(deep)])))
  expect(() => onnxTables(model(deep))).toThrow('graphs within graphs')
  // More parts than models have.
  const many = new Uint8Array(2 ** 20)
  for (let i = 0; i < many.length; i += 2) many[i] = 10
  expect(() => onnxTables(model([many]))).toThrow('parts')
  // Dimensions without elements.
  const huge = [
    ...numberField(1, 2 ** 30),
    ...numberField(1, 2 ** 9),
    ...numberField(2, 1),
    ...bytesField(8, [Uint8Array.of(119)])
  ]
  const words = model([
    ...bytesField(1, [
      ...bytesField(1, [Uint8Array.of(119)]),
      ...bytesField(1, [Uint8Array.of(105)]),
      ...bytesField(2, [Uint8Array.of(114)]),
      ...bytesField(4, [new TextEncoder().encode('Gather')])
    ]),
    ...bytesField(5, huge)
  ])
  return expect(rewriteOnnx({ bytes: words }, { pipeline: always(table), tensor })).rejects.toThrow(
    'expected 549755813888 elements, got 0'
  )
})

test('what is no ONNX file is refused in one line', () => {
  expect(() => onnxTables(new TextEncoder().encode('version https://git-lfs.github.com/spec/v1'))).toThrow(
    /^not an ONNX file/
  )
  expect(() => onnxTables(new Uint8Array())).toThrow('it has no graph')
  expect(() => onnxTables(join([varint(10), varint(2 ** 40)]))).toThrow('beyond the end')
})
