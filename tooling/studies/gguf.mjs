// Prints what tables lose in each type of GGUF that is written, and how much of the squared error of gguf-py that is (of llama.cpp's own way for
// IQ4_NL, which gguf-py does not write):
//
//   node tooling/studies/gguf.mjs [table …]        after a build; needs the test data, and gguf-py for the comparison (pip install gguf)
//
// Errors are those of the rows that are read back from the file. Columns beyond a multiple of 32 are left out.
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { createTensor } from '@slimbed/core'
import { rewriteGguf, writtenTypes } from '@slimbed/gguf'
import { openVectors } from '@slimbed/io/node'
import { bytesSource } from '@slimbed/runtime'
import { floatBytes, ggufFile, pythonWith } from '@slimbed/testing'

const data = process.env.SLIMBED_DATA ?? fileURLToPath(new URL('../../../shared/data', import.meta.url))
const model = `${data}/lm/ptb-small/model.safetensors`
const tables = {
  numberbatch: { path: `${data}/vectors/numberbatch-en-41k.300d.f16.npy` },
  googlenews: { path: `${data}/vectors/googlenews-15k.300d.bin` },
  'ptb-softmax': { path: model, tensor: 'softmax.weight' },
  'ptb-embedding': { path: model, tensor: 'embedding.weight' }
}
const script = fileURLToPath(new URL('../../packages/gguf/test/reference.py', import.meta.url))
const python = pythonWith('gguf', 'numpy')

/** The rows of a table, without the last columns. */
async function rowsOf(path, tensor) {
  const { matrix, close } = await openVectors(path, { tensor })
  const { rows, dim: all } = matrix
  const whole = await matrix.read(0, rows)
  const dim = all - (all % 32)
  const values = new Float32Array(rows * dim)
  for (let row = 0; row < rows; row++) values.set(whole.subarray(row * all, row * all + dim), row * dim)
  await close()
  return { rows, dim, values }
}

/** The squared error of the reference for each type. */
function referenceOf(values, dim) {
  if (!python) return {}
  const { status, stdout, stderr } = spawnSync(python, [script, 'errors', String(dim)], { input: floatBytes(values) })
  if (status !== 0) throw new Error(`${stderr}`)
  return JSON.parse(`${stdout}`)
}

/** A sink in memory. */
function memory(size) {
  const held = new Uint8Array(size)
  return {
    write: async (bytes, at) => held.set(bytes, at),
    read: async (offset, length) => held.slice(offset, offset + length)
  }
}

const asked = process.argv.slice(2)
const tensor = await createTensor({ eager: true })
console.log(`reference: ${python ? 'gguf-py' : 'none, gguf-py is not there'}; threads: ${tensor.threads}`)
console.log('table          type    bits  relative error  of the squared error of the reference   seconds')
for (const [name, { path, tensor: part }] of Object.entries(tables)) {
  if (asked.length > 0 && !asked.includes(name)) continue
  if (!existsSync(path)) {
    console.log(`${name.padEnd(13)} skipped: there is no ${path}`)
    continue
  }
  const { rows, dim, values } = await rowsOf(path, part)
  const norm = values.reduce((sum, value) => sum + value * value, 0)
  const reference = referenceOf(values, dim)
  const table = { name: 'token_embd.weight', shape: [rows, dim], type: 0, data: floatBytes(values) }
  const source = bytesSource(name, ggufFile({ tensors: [table] }))
  for (const type of writtenTypes) {
    const began = performance.now()
    const made = await rewriteGguf(source, memory(source.size), { type, tensor })
    const seconds = (performance.now() - began) / 1000
    const [{ bytes, measured }] = made.tables
    const share = reference[type] && (measured.relativeError ** 2 * norm) / reference[type]
    const bits = ((8 * bytes) / rows / dim).toFixed(2)
    console.log(
      `${name.padEnd(13)} ${type.padEnd(7)} ${bits.padStart(4)} ${measured.relativeError.toFixed(5).padStart(15)} ${(share ? `${(100 * share).toFixed(1)} %` : '–').padStart(39)} ${seconds.toFixed(1).padStart(9)}`
    )
  }
}
await tensor.close()
