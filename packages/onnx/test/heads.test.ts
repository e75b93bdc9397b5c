import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join as path } from 'node:path'
import type { Compressor } from '@slimbed/core'
import { fromFloat16, toFloat16 } from '@slimbed/core/numbers'
import { fixedpoint } from '@slimbed/fixedpoint'
import { normals } from '@slimbed/testing'
import { describe, expect, test } from 'vitest'
import { onnxTables, rewriteOnnx } from '../src/index.js'
import type { NewNode } from '../src/model/encode.js'
import { readModel } from '../src/model/model.js'
import { types } from '../src/model/types.js'
import type { OrtTensor } from '../src/verify/runtime.js'
import { join } from '../src/wire/writer.js'
import { type Given, type GivenGraph, modelOf, node, outsideOf, tensor } from './model.js'
import { ort, run, unlessOrt } from './ort.js'

const [rows, dim] = [300, 64]
const values = normals(rows * dim, 5)
const turnedOf = (data: Float32Array) =>
  Float32Array.from({ length: data.length }, (_, i) => data[(i % rows) * dim + Math.floor(i / rows)])

/** How a head uses the table. */
const heads = ['transpose', 'gemm', 'gemm with bias', 'copy', 'turned copy', 'turned copy in a gemm'] as const
type HeadKind = (typeof heads)[number]

/** A small decoder: rows of the table, a layer, and logits by the same values. */
function decoder(kind: HeadKind, { half = false, outside = false } = {}): GivenGraph {
  const type = half ? types.FLOAT16 : types.FLOAT
  const typed = (name: string, dims: number[], data: Float32Array): Given => ({
    ...{ name, type, dims },
    data: half ? toFloat16(data) : data
  })
  const gemm = kind.includes('gemm')
  const flat: NewNode[] = gemm ? [node('Reshape', ['hidden', 'flat'], ['x'])] : [node('Identity', ['hidden'], ['x'])]
  const shape: Given = { name: 'flat', type: types.INT64, dims: [2], data: BigInt64Array.of(-1n, BigInt(dim)) }
  const copies: Given[] = kind.startsWith('turned')
    ? [typed('copy', [dim, rows], turnedOf(values))]
    : kind === 'copy'
      ? [typed('copy', [rows, dim], values)]
      : []
  const bias = kind === 'gemm with bias' ? [typed('bias', [rows], normals(rows, 3))] : []
  const by: Record<HeadKind, NewNode[]> = {
    transpose: [node('Transpose', ['words'], ['t'], {}), node('MatMul', ['x', 't'], ['logits'])],
    copy: [node('Transpose', ['copy'], ['t'], {}), node('MatMul', ['x', 't'], ['logits'])],
    gemm: [node('Gemm', ['x', 'words'], ['logits'], { transB: 1 })],
    'gemm with bias': [node('Gemm', ['x', 'words', 'bias'], ['logits'], { transB: 1 })],
    'turned copy': [node('MatMul', ['x', 'copy'], ['logits'])],
    'turned copy in a gemm': [node('Gemm', ['x', 'copy'], ['logits'])]
  }
  const layer = normals(dim * dim, 9).map((value) => value / Math.sqrt(dim))
  return {
    nodes: [
      node('Gather', ['words', 'ids'], ['rows'], { axis: 0 }),
      node('MatMul', ['rows', 'layer'], ['hidden']),
      ...flat,
      ...by[kind]
    ],
    tensors: [typed('words', [rows, dim], values), typed('layer', [dim, dim], layer), ...copies, ...bias, shape],
    inputs: [{ name: 'ids', type: types.INT64, dims: [1, -1] }],
    outputs: [{ name: 'logits', type }],
    ...(outside && { outside: ['words', ...copies.map(({ name }) => name)] })
  }
}

const eight = fixedpoint({ bits: 8 })
const feeds = { ids: ['int64', [1, 5], [3, 0, 299, 17, 150]] } as const
const floatsIn = ({ data }: OrtTensor) =>
  Float64Array.from(data, data instanceof Uint16Array ? (bits) => fromFloat16(Number(bits)) : Number)

/** The distance of logits from others, as a part of their own length. */
function apart(a: Float64Array, b: Float64Array): number {
  const length = (x: Float64Array) => Math.hypot(...x)
  return length(a.map((value, i) => value - b[i])) / length(b)
}

async function rewritten(graph: GivenGraph, compressor: Compressor, contrib = false) {
  const bytes = modelOf(graph)
  const input = { bytes, outside: outsideOf(graph) }
  const made = await rewriteOnnx(input, { pipeline: compressor, tables: ['words'], tensor, runtime: ort, contrib })
  return { bytes, made, model: join(made.model) }
}

describe(`a table that a head uses, too${unlessOrt}`, () => {
  test.each(heads.flatMap((kind) => [false, true].map((half) => [kind, half] as const)))(
    '%s, half floats: %s: one tensor for both',
    async (kind, half) => {
      const { bytes, made, model } = await rewritten(decoder(kind, { half }), eight)
      const [{ heads: count, verified, bytes: sizes }] = made.tables
      expect(count).toBe(1)
      expect(verified.evaluator.largestDifference).toBeLessThan(2 ** -14)
      const names = readModel(model).graph.items.flatMap(({ tensor: found }) => (found ? [found.name] : []))
      expect(names).not.toContain('words')
      expect(names).not.toContain('copy')
      expect(sizes.after).toBeLessThan(1.1 * rows * dim)
      expect(bytes.length - model.length).toBeGreaterThan(sizes.before - 1.3 * rows * dim)
      if (!ort) return
      const [wanted, got] = [(await run(bytes, feeds)).logits!, (await run(model, feeds)).logits!]
      expect(got.dims).toEqual(wanted.dims)
      expect(apart(floatsIn(got), floatsIn(wanted))).toBeLessThan(0.03)
    }
  )

  test.skipIf(!ort)('nothing of it is expanded when the model is loaded', async () => {
    const { model } = await rewritten(decoder('transpose'), eight)
    const folder = mkdtempSync(path(tmpdir(), 'slimbed-heads-'))
    const optimizedModelFilePath = path(folder, 'optimized.onnx')
    const session = await ort!.module.InferenceSession.create(model, { optimizedModelFilePath, logSeverityLevel: 4 })
    await session.release()
    expect(statSync(optimizedModelFilePath).size).toBeLessThan(1.1 * model.length)
    rmSync(folder, { recursive: true })
  })

  test('with external data', async () => {
    const { made } = await rewritten(decoder('turned copy', { outside: true }), eight)
    expect(made.data?.bytes).toBeLessThan(2 * rows * dim)
  })

  test.each([4, 8])('contrib: blocks of %d bits, in an operator of ONNX Runtime', async (bits) => {
    const blocks = fixedpoint({ bits, scale: 'group', groupSize: 32 })
    const { made, bytes, model } = await rewritten(decoder('transpose'), blocks, true)
    expect(made.tables[0].heads).toBe(1)
    expect(readModel(model).domains).toEqual(new Set(['com.microsoft']))
    if (!ort) return
    const [wanted, got] = [(await run(bytes, feeds)).logits!, (await run(model, feeds)).logits!]
    expect(apart(floatsIn(got), floatsIn(wanted))).toBeLessThan(bits === 4 ? 0.15 : 0.03)
  })

  test('other codes, and other uses, are refused', async () => {
    const refused = (graph: GivenGraph, compressor: Compressor, contrib = false) =>
      rewriteOnnx({ bytes: modelOf(graph) }, { pipeline: compressor, tensor, contrib })
    const four = fixedpoint({ bits: 4 })
    await expect(refused(decoder('gemm'), four)).rejects.toThrow(
      'for lookups and a tied head at once: take fixedpoint(bits=8)'
    )
    const scaled = decoder('gemm')
    const other = {
      ...scaled,
      nodes: scaled.nodes.map((each) =>
        'opType' in each && each.opType === 'Gemm' ? { ...each, attributes: { transB: 1, transA: 1 } } : each
      )
    }
    await expect(refused(other, eight)).rejects.toThrow('table "words" (300 × 64) is also an input of Gemm')
    const same = decoder('turned copy')
    expect(onnxTables(modelOf(same))).toMatchObject([{ name: 'words', heads: 0, otherUses: [] }])
    expect(onnxTables(modelOf(decoder('gemm')))).toMatchObject([{ name: 'words', heads: 1, otherUses: [] }])
    // A copy that differs in one value is none.
    const near = {
      ...same,
      tensors: same.tensors!.map((each) =>
        each.name === 'copy' ? { ...each, data: turnedOf(values).with(7, 1) } : each
      )
    }
    const made = await rewriteOnnx({ bytes: modelOf(near) }, { pipeline: four, tensor })
    expect(made.tables[0].heads).toBe(0)
  })
})
