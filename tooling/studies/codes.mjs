// Prints what trellis(bits=…) loses of the test tables, every byte of the table counted, beside what it must not exceed:
//
//   node tooling/studies/codes.mjs [table …] [coding=entropy|fixed]        after a build; needs the test data
//
// The squared relative error is measured on the rows of the saved file, as the runtime reads them.
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { compress, createTensor, matrixFrom, save, tableBytes } from '@slimbed/core'
import { openVectors } from '@slimbed/io/node'
import { load } from '@slimbed/runtime'
import { optionalKinds } from '@slimbed/runtime/optional-kinds'
import { trellis } from '@slimbed/trellis'

const data = process.env.SLIMBED_DATA ?? fileURLToPath(new URL('../../../shared/data', import.meta.url))
const sample = fileURLToPath(new URL('../sample/data/sample-10k.100d.bin', import.meta.url))
const model = `${data}/lm/ptb-small/model.safetensors`

/** Each table, and for each coding, at each number of bits a value, the squared error that it must not exceed, where there is such a bound. */
const tables = {
  numberbatch: {
    path: `${data}/vectors/numberbatch-en-41k.300d.f16.npy`,
    entropy: { 0.2: 0.54, 1: 0.18, 2.3: 0.0285, 4.1: 0.0026 },
    fixed: { 1: undefined, 2: 0.068, 3: 0.019 }
  },
  googlenews: {
    path: `${data}/vectors/googlenews-15k.300d.bin`,
    entropy: { 1.15: 0.172, 2.4: 0.0322, 4.2: 0.003 },
    fixed: { 1.15: undefined, 2: undefined, 3: undefined }
  },
  'ptb-softmax': {
    path: model,
    tensor: 'softmax.weight',
    entropy: { 0.41: 0.33, 0.8: 0.184, 2: 0.039 },
    fixed: { 0.8: undefined, 2: undefined }
  },
  'ptb-embedding': {
    path: model,
    tensor: 'embedding.weight',
    entropy: { 0.29: undefined, 1.79: undefined },
    fixed: { 1.79: undefined }
  },
  glove: {
    path: `${data}/vectors/glove.6B.50d.top10k.txt`,
    entropy: { 1.1: 0.125 },
    fixed: { 1.1: undefined, 2: undefined }
  },
  sample: { path: sample, entropy: { 1.3: 0.139, 4.25: 0.0026 }, fixed: { 1.3: undefined, 2: undefined, 3: undefined } }
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
const codings = ['entropy', 'fixed'].filter((coding) => {
  const some = asked.filter((word) => word.startsWith('coding='))
  return some.length === 0 || some.includes(`coding=${coding}`)
})
const names = asked.filter((word) => word in tables)

/** Compresses a matrix, and prints a line. */
async function report(name, matrix, coding, bits, bound) {
  const { rows, dim } = matrix
  const start = performance.now()
  const { table } = await compress(matrix, trellis({ coding, bits }), { tensor })
  const seconds = (performance.now() - start) / 1000
  const { table: saved } = load(await save({ table, provenance: {} }), { kinds: optionalKinds })
  const error = await squaredError(matrix, saved)
  const got = (8 * tableBytes(saved)) / rows / dim
  const verdict = bound === undefined ? '–' : `${bound}${error <= bound ? '' : ' exceeded'}`
  const cells = [coding.padEnd(7), String(bits).padStart(10), got.toFixed(4).padStart(9), error.toFixed(5).padStart(14)]
  console.log(`${name.padEnd(16)} ${cells.join(' ')} ${verdict.padStart(8)} ${seconds.toFixed(1).padStart(8)}`)
}

const tensor = await createTensor()
console.log('table            coding  bits asked  bits got  squared error  at most  seconds')
for (const [name, { path, tensor: part, ...bounds }] of Object.entries(tables)) {
  if (names.length > 0 && !names.includes(name)) continue
  if (!existsSync(path)) {
    console.log(`${name.padEnd(16)} skipped: there is no ${path}`)
    continue
  }
  const vectors = await openVectors(path, { tensor: part })
  const { rows, dim } = vectors.matrix
  const matrix = matrixFrom(rows, dim, (await vectors.matrix.read(0, rows)).slice())
  await vectors.close()
  for (const coding of codings) {
    const sorted = Object.entries(bounds[coding]).sort(([a], [b]) => Number(a) - Number(b))
    for (const [bits, bound] of sorted) await report(name, matrix, coding, Number(bits), bound)
  }
}
await tensor.close()
