import { type Compressor, compress, pipeline, save, type TensorAdapter } from '@slimbed/core'
import { provenanceOf, saveModelTo } from '@slimbed/core/artefact'
import { fixedpoint } from '@slimbed/fixedpoint'
import { groupreduce } from '@slimbed/groupreduce'
import { iiq } from '@slimbed/iiq'
import { lowrank } from '@slimbed/lowrank'
import { dense } from '@slimbed/runtime'
import { vocabularyOf } from '@slimbed/runtime/format'
import { falling } from '@slimbed/testing'
import { trellis } from '@slimbed/trellis'
import { collect, matrixOver } from '../../../../packages/io/test/support.js'
import type { Seed } from './seed.js'

const rows = 40
const dim = 8
const vocabulary = vocabularyOf(Array.from({ length: rows }, (_, row) => `word${row}é`))

const pipelines: Readonly<Record<string, Compressor>> = {
  bits8: fixedpoint(),
  bits3: fixedpoint({ bits: 3 }),
  half: fixedpoint({ format: 'f16' }),
  factors: lowrank({ rank: 3 }),
  'factors-bits4': pipeline(lowrank({ rank: 4 }), fixedpoint({ bits: 4 })),
  groups: pipeline(groupreduce({ groups: 2, ratio: 2 }), fixedpoint()),
  codes: iiq({ iterations: 5 }),
  trellis: trellis({ bits: 2 }),
  'trellis-fixed': trellis({ coding: 'fixed', bits: 4, states: 16, clusters: 4 })
}

/** Artefacts of several pipelines, and a model of two tables. */
export async function artefactSeeds(tensor: TensorAdapter): Promise<Seed[]> {
  const matrix = matrixOver(falling(rows, dim, 3), dim)
  const seeds: Seed[] = []
  const add = (kind: Seed['kind'], name: string, bytes: Uint8Array) =>
    seeds.push({ kind, name, files: { [`${name}.safetensors`]: bytes } })
  for (const [name, compressor] of Object.entries(pipelines)) {
    const weights = Float32Array.from({ length: rows }, (_, row) => 1 / (row + 1))
    const compression = await compress(matrix, compressor, { tensor, weights })
    const provenance = provenanceOf(compression, { versions: {}, weights: 'uniform' })
    add('artefact', name, await save({ table: compression.table, vocabulary, provenance }))
  }
  add('artefact', 'plain', await save({ table: dense(rows, dim, falling(rows, dim, 4)), vocabulary, provenance: {} }))
  const { table } = await compress(matrix, fixedpoint(), { tensor })
  const sink = collect()
  const tables = new Map([
    ['embedding.weight', table],
    ['softmax.weight', dense(rows, dim, falling(rows, dim, 5))]
  ])
  await saveModelTo({ tables, tensors: [], vocabulary, provenance: {} }, sink)
  add('model', 'tables', sink.bytes())
  return seeds
}
