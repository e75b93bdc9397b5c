import { copyFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'

/** Uniform numbers in [-1, 1), the same on every run. */
function uniform(seed) {
  let state = seed >>> 0
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return state / 2 ** 31 - 1
  }
}

/** `rows × dim` values with a falling spectrum and a mean, row-major. */
function values(rows, dim, seed) {
  const next = uniform(seed)
  const shared = Float64Array.from({ length: dim }, next)
  const data = new Float32Array(rows * dim)
  for (let i = 0, at = 0; i < rows; i++) {
    const size = 1 + next() / 2
    for (let j = 0; j < dim; j++, at++) data[at] = (size * (next() + next() + shared[j])) / (1 + j / 8)
  }
  return data
}

/** The bytes of a safetensors file of `[name, dtype, shape, typed array]`. */
function safetensors(tensors) {
  let end = 0
  const entries = tensors.map(([name, dtype, shape, { byteLength }]) => {
    const begin = end
    end += byteLength
    return [name, { dtype, shape, data_offsets: [begin, end] }]
  })
  const json = JSON.stringify(Object.fromEntries(entries))
  const header = Buffer.from(json.padEnd(Math.ceil(json.length / 8) * 8))
  const length = Buffer.alloc(8)
  length.writeBigUInt64LE(BigInt(header.length))
  return Buffer.concat([length, header, ...tensors.map(([, , , data]) => Buffer.from(data.buffer))])
}

function npy(rows, dim, data) {
  const head = `{'descr': '<f4', 'fortran_order': False, 'shape': (${rows}, ${dim}), }`
  const header = Buffer.from(`\x93NUMPY\x01\x00\x00\x00${head.padEnd(117)}\n`, 'latin1')
  header.writeUInt16LE(header.length - 10, 8)
  return Buffer.concat([header, Buffer.from(data.buffer)])
}

/** The upper halves of float32 numbers: bfloat16, cut off. */
const upperHalves = (data) => Uint16Array.from(new Uint32Array(data.buffer), (bits) => bits >>> 16)

/** Writes every input to `folder`, with the packages that are built in `checkout`, and resolves to their paths by name. */
export async function writeInputs(folder, checkout) {
  const built = (name) => import(pathToFileURL(join(checkout, `packages/${name}/dist/index.js`)).href)
  const [{ dense, gather, partition, sum }, { save }] = await Promise.all([built('runtime'), built('core')])
  const paths = {}
  const put = (name, file, bytes) => {
    paths[name] = join(folder, file)
    writeFileSync(paths[name], bytes)
  }
  paths.sample = join(folder, 'sample.bin')
  copyFileSync(join(checkout, 'tooling/sample/data/sample-10k.100d.bin'), paths.sample)
  put('large', 'large.npy', npy(60_000, 64, values(60_000, 64, 1)))
  const halves = ['weight', 'BF16', [3000, 48], upperHalves(values(3000, 48, 2))]
  put('half floats', 'half.safetensors', safetensors([halves]))
  const tiny = values(40_000, 32, 3).map((value, at) => (at < 39_999 * 32 ? value : value * 1e-9))
  put('tiny last row', 'tiny.npy', npy(40_000, 32, tiny))
  const index = Uint32Array.from({ length: 9000 }, (_, row) => (row * 7) % 2000)
  const source = dense(2000, 40, values(2000, 40, 4))
  put('gather', 'gather.safetensors', await save({ table: gather(index, source), provenance: {} }))
  const group = Uint8Array.from({ length: 5000 }, (_, row) => row % 2)
  const parts = partition(group, [dense(2500, 24, values(2500, 24, 5)), dense(2500, 24, values(2500, 24, 6))])
  const table = sum([dense(5000, 24, values(5000, 24, 7)), parts])
  put('sum of parts', 'sum.safetensors', await save({ table, provenance: {} }))
  const model = [
    ['embedding.weight', 'F32', [6000, 48], values(6000, 48, 8)],
    ['softmax.weight', 'F32', [6000, 32], values(6000, 32, 9)],
    ['lstm.bias', 'F32', [192], values(1, 192, 10)]
  ]
  put('model', 'model.safetensors', safetensors(model))
  return paths
}
