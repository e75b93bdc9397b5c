import { fileURLToPath } from 'node:url'
import { compress, pipeline, save } from '@slimbed/core'
import { fixedpoint } from '@slimbed/fixedpoint'
import { openVectors } from '@slimbed/io/node'
import { lowrank } from '@slimbed/lowrank'
import { load, rows } from '@slimbed/runtime'
import { accelerate } from '@slimbed/runtime/simd'
import { sample } from '@slimbed/sample'

/** An artefact of the sample, and its rows as Node reads them. */
export interface Made {
  readonly file: Uint8Array
  readonly rows: Float32Array
  readonly simdRows: Float32Array
}

const pipelines = {
  'four-bits': pipeline(fixedpoint({ bits: 4 })),
  'one-bit': pipeline(fixedpoint({ bits: 1 })),
  product: pipeline(lowrank({ ratio: 2 }), fixedpoint({ bits: 8 }))
}

/** The sample through every pipeline. */
export async function makeArtefacts(): Promise<ReadonlyMap<string, Made>> {
  const { matrix, vocabulary, close } = await openVectors(fileURLToPath(sample.vectors))
  const made = new Map<string, Made>()
  for (const [name, compressor] of Object.entries(pipelines)) {
    const { table } = await compress(matrix, compressor)
    const file = await save({ table, ...(vocabulary && { vocabulary }), provenance: {} })
    const loaded = load(file).table
    const ids = Array.from({ length: loaded.rows }, (_, row) => row)
    made.set(name, { file, rows: rows(loaded, ids), simdRows: rows(accelerate(loaded), ids) })
  }
  await close()
  return made
}
