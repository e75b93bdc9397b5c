// Prints what quantization after a rotation loses of the test tables, every byte of the table counted:
//
//   node tooling/studies/rotate.mjs [table …]        after a build; needs the test data
//
// The squared relative error is measured on the rows of the saved file, as the runtime reads them.
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { compress, createTensor, expand, matrixFrom, save, tableBytes } from '@slimbed/core'
import { openVectors } from '@slimbed/io/node'
import { pipelineOf } from '@slimbed/io/plugins'
import { load } from '@slimbed/runtime'
import { optionalKinds } from '@slimbed/runtime/optional-kinds'

const data = process.env.SLIMBED_DATA ?? fileURLToPath(new URL('../../../shared/data', import.meta.url))
const model = `${data}/lm/ptb-small/model.safetensors`
const tables = {
  numberbatch: { path: `${data}/vectors/numberbatch-en-41k.300d.f16.npy` },
  googlenews: { path: `${data}/vectors/googlenews-15k.300d.bin` },
  'ptb-softmax': { path: model, tensor: 'softmax.weight' },
  'ptb-embedding': { path: model, tensor: 'embedding.weight' },
  glove: { path: `${data}/vectors/glove.6B.50d.top10k.txt` },
  sample: { path: fileURLToPath(new URL('../sample/data/sample-10k.100d.bin', import.meta.url)) }
}
const places = { here: import.meta.url, program: import.meta.url }
const pipelines = [1, 2, 3, 4, 8].flatMap((bits) => [
  `fixedpoint(bits=${bits}, clip=mse)`,
  `fixedpoint(bits=${bits}, levels=lloyd)`,
  `rotate() | fixedpoint(bits=${bits}, levels=lloyd)`,
  `rotate() | fixedpoint(bits=${bits}, levels=lloyd, scaleType=log8)`,
  `rotate(kind=random) | fixedpoint(bits=${bits}, levels=lloyd)`
])

/** Rows that are compared at a time. */
const step = 1024

/** Σ ‖a − â‖² / Σ ‖a‖² of a matrix and a table. */
async function squaredError(matrix, table, tensor) {
  const { rows } = matrix
  const read = await expand(table, tensor)
  let [lost, all] = [0, 0]
  for (let start = 0; start < rows; start += step) {
    const count = Math.min(step, rows - start)
    const [a, b] = [await matrix.read(start, count), await read.read(start, count)]
    for (let i = 0; i < a.length; i++) {
      lost += (a[i] - b[i]) ** 2
      all += a[i] ** 2
    }
  }
  return lost / all
}

const asked = process.argv.slice(2)
const tensor = await createTensor()
console.log('table          bits    squared error  pipeline')
for (const [name, { path, tensor: part }] of Object.entries(tables)) {
  if (asked.length > 0 && !asked.includes(name)) continue
  if (!existsSync(path)) {
    console.log(`${name.padEnd(13)} skipped: there is no ${path}`)
    continue
  }
  const vectors = await openVectors(path, { tensor: part })
  const { rows, dim } = vectors.matrix
  const matrix = matrixFrom(rows, dim, (await vectors.matrix.read(0, rows)).slice())
  await vectors.close()
  for (const spec of pipelines) {
    const { compressor } = await pipelineOf(spec, [], places)
    const { table } = await compress(matrix, compressor, { tensor })
    const { table: saved } = load(await save({ table, provenance: {} }), { kinds: optionalKinds })
    const bits = ((8 * tableBytes(saved)) / rows / dim).toFixed(3)
    console.log(
      `${name.padEnd(13)} ${bits.padStart(5)} ${(await squaredError(matrix, saved, tensor)).toFixed(5).padStart(16)}  ${spec}`
    )
  }
}
await tensor.close()
