// Prints what trellis(bits=…) loses of the test tables, every byte of the table counted, beside what it must not exceed:
//
//   node tooling/studies/codes.mjs [table …]        after a build; needs the test data
//
// The squared relative error is measured on the rows of the saved file, as the runtime reads them.
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { compress, createTensor, matrixFrom, save, tableBytes } from '@slimbed/core'
import { openVectors } from '@slimbed/io/node'
import { load } from '@slimbed/runtime'
import { optionalKinds } from '@slimbed/runtime/kinds'
import { trellis } from '@slimbed/trellis'

const data = process.env.SLIMBED_DATA ?? fileURLToPath(new URL('../../../shared/data', import.meta.url))
const sample = fileURLToPath(new URL('../sample/data/sample-10k.100d.bin', import.meta.url))
const model = `${data}/lm/ptb-small/model.safetensors`

/** Each table, and at each number of bits a value the squared error that it must not exceed, where there is such a bound. */
const tables = {
  numberbatch: {
    path: `${data}/vectors/numberbatch-en-41k.300d.f16.npy`,
    bounds: { 0.2: 0.54, 1: 0.18, 2.3: 0.0285, 4.1: 0.0026 }
  },
  googlenews: { path: `${data}/vectors/googlenews-15k.300d.bin`, bounds: { 1.15: 0.172, 2.4: 0.0322, 4.2: 0.003 } },
  'ptb-softmax': { path: model, tensor: 'softmax.weight', bounds: { 0.41: 0.33, 0.8: 0.184, 2: 0.039 } },
  'ptb-embedding': { path: model, tensor: 'embedding.weight', bounds: { 0.29: undefined, 1.79: undefined } },
  glove: { path: `${data}/vectors/glove.6B.50d.top10k.txt`, bounds: { 1.1: 0.125 } },
  sample: { path: sample, bounds: { 1.3: 0.139, 4.25: 0.0026 } }
}

/** Rows that are compared at a time. */
const step = 1024

/** Σ ‖a − â‖² / Σ ‖a‖² of a matrix and a table in memory. */
async function squaredError({ rows, dim, read }, table) {
  const row = new Float32Array(dim)
  let [lost, all] = [0, 0]
  for (let start = 0; start < rows; start += step) {
    const block = await read(start, Math.min(step, rows - start))
    for (let i = 0; i < block.length; i += dim) {
      table.readRow(start + i / dim, row)
      for (let j = 0; j < dim; j++) {
        lost += (block[i + j] - row[j]) ** 2
        all += block[i + j] ** 2
      }
    }
  }
  return lost / all
}

const asked = process.argv.slice(2)
const tensor = await createTensor()
console.log('table            bits asked  bits got  squared error  at most  seconds')
for (const [name, { path, tensor: part, bounds }] of Object.entries(tables)) {
  if (asked.length > 0 && !asked.includes(name)) continue
  if (!existsSync(path)) {
    console.log(`${name.padEnd(16)} skipped: there is no ${path}`)
    continue
  }
  const vectors = await openVectors(path, { tensor: part })
  const { rows, dim } = vectors.matrix
  const matrix = matrixFrom(rows, dim, (await vectors.matrix.read(0, rows)).slice())
  await vectors.close()
  for (const [bits, bound] of Object.entries(bounds).sort(([a], [b]) => Number(a) - Number(b))) {
    const start = performance.now()
    const { table } = await compress(matrix, trellis({ bits: Number(bits) }), { tensor })
    const seconds = (performance.now() - start) / 1000
    const { table: saved } = load(await save({ table, provenance: {} }), { kinds: optionalKinds })
    const error = await squaredError(matrix, saved)
    const got = (8 * tableBytes(saved)) / rows / dim
    const verdict = bound === undefined ? '–' : `${bound}${error <= bound ? '' : ' exceeded'}`
    const cells = [bits.padStart(10), got.toFixed(4).padStart(9), error.toFixed(5).padStart(14), verdict.padStart(8)]
    console.log(`${name.padEnd(16)} ${cells.join(' ')} ${seconds.toFixed(1).padStart(8)}`)
  }
}
await tensor.close()
