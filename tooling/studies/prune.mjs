// Prints what pruning costs word vectors, beside fewer bits for all rows:
//
//   node tooling/studies/prune.mjs [table …]        after a build; needs the test data
//
// Rows count by the frequency of their words in the weighted error. Every byte of the table is counted, words are not.
import { compress, createTensor } from '@slimbed/core'
import { neighbourOverlap } from '@slimbed/core/measure'
import { pipelineOf } from '@slimbed/io/plugins'
import { names, tableNamed } from './tables.mjs'

const places = { here: import.meta.url, program: import.meta.url }
const keeps = [0.75, 0.5, 0.25, 0.1]
const pipelines = [
  ...keeps.map((keep) => `prune(keep=${keep})`),
  ...[16, 256, 2048].map((clusters) => `prune(keep=0.5, clusters=${clusters})`),
  ...[1, 2].map((bits) => `trellis(bits=${bits})`),
  'trellis(bits=1, weights=sqrt)',
  ...[0.75, 0.5, 0.25].map((keep) => `prune(keep=${keep}, clusters=256) | trellis(bits=2)`)
]

const asked = process.argv.slice(2)
const tensor = await createTensor()
console.log('table        ratio  squared error  weighted  mean cosine  neighbours kept  pipeline')
for (const name of names) {
  if (asked.length > 0 && !asked.includes(name)) continue
  const { matrix, weights } = await tableNamed(name)
  for (const spec of pipelines) {
    const { compressor } = await pipelineOf(spec, [], places)
    const { table, measured } = await compress(matrix, compressor, { tensor, weights, seed: 0 })
    const kept = await neighbourOverlap(matrix, table, { tensor })
    const { ratio, relativeError, weightedError = Number.NaN, meanCosine } = measured
    const cells = [
      ratio.toFixed(2).padStart(6),
      (relativeError ** 2).toFixed(4).padStart(14),
      (weightedError ** 2).toFixed(4).padStart(9),
      meanCosine.toFixed(4).padStart(12),
      `${(100 * kept).toFixed(1)} %`.padStart(16)
    ]
    console.log(`${name.padEnd(11)} ${cells.join(' ')}  ${spec}`)
  }
}
await tensor.close()
