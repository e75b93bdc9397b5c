import { pipeline } from '@slimbed/core'
import { fixedpoint } from '@slimbed/fixedpoint'
import { lowrank } from '@slimbed/lowrank'
import { pq } from '@slimbed/pq'
import { prune } from '@slimbed/prune'
import { normals } from '@slimbed/testing'
import { expect, test } from 'vitest'
import { rewriteOnnx } from '../src/index.js'
import { types } from '../src/model/types.js'
import { floats, modelOf, node, tensor } from './model.js'
import { ort } from './ort.js'

const [rows, dim] = [120, 16]
const bytes = modelOf({
  nodes: [node('Gather', ['words', 'ids'], ['rows'])],
  tensors: [floats('words', [rows, dim], normals(rows * dim, 5))],
  inputs: [{ name: 'ids', type: types.INT64 }],
  outputs: [{ name: 'rows', type: types.FLOAT }]
})

test.each([
  ['codebooks in half floats', pipeline(pq({ parts: 4, bits: 4 }), fixedpoint({ format: 'f16' }))],
  ['codebooks in codes', pipeline(pq({ parts: 4, bits: 4 }), fixedpoint({ bits: 8 }))],
  ['factors in float', lowrank({ rank: 4 })],
  ['rows that are kept in float', prune({ keep: 0.5, clusters: 3 })]
])('%s, which compressors leave to be computed later, are computed', async (_title, compressor) => {
  const { tables } = await rewriteOnnx({ bytes }, { pipeline: compressor, tensor, runtime: ort })
  expect(tables[0]?.verified.evaluator.rows).toBe(rows)
  expect(tables[0]?.bytes.after).toBeLessThan((tables[0]?.bytes.before ?? 0) * 0.9)
})
