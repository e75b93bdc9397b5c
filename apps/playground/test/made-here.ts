import { readFileSync } from 'node:fs'
import { compress, createTensor, save } from '@slimbed/core'
import { provenanceOf } from '@slimbed/core/artefact'
import { createRegistry, parseSpec, usesWeights } from '@slimbed/core/plugins'
import { fixedpoint } from '@slimbed/fixedpoint'
import { groupreduce } from '@slimbed/groupreduce'
import { bytesSource, readVectors, zipfWeights } from '@slimbed/io'
import { lowrank } from '@slimbed/lowrank'
import { trellis } from '@slimbed/trellis'

const versionOf = (name: string): [string, string] => {
  const manifest = readFileSync(new URL(`../../../packages/${name}/package.json`, import.meta.url), 'utf8')
  return [`@slimbed/${name}`, JSON.parse(manifest).version]
}

/** The file that the command makes of vectors in Node: without counts, weights are Zipf's where they matter. */
export async function madeHere(vectors: Uint8Array, spec: string): Promise<Uint8Array> {
  const { matrix, vocabulary } = await readVectors(bytesSource('vectors', vectors))
  const compressor = createRegistry({ fixedpoint, groupreduce, lowrank, trellis }).parse(spec)
  const weighted = usesWeights(compressor)
  const weights = weighted ? zipfWeights(matrix.rows) : undefined
  const tensor = await createTensor({ backend: 'wasm' })
  try {
    const compression = await compress(matrix, compressor, { tensor, weights })
    const stages = parseSpec(spec).map(({ name }) => name)
    const versions = Object.fromEntries([...new Set(['core', ...stages])].sort().map(versionOf))
    const provenance = provenanceOf(compression, { versions, weights: weighted ? 'zipf' : 'uniform' })
    return await save({ table: compression.table, vocabulary, provenance })
  } finally {
    await tensor.close()
  }
}
