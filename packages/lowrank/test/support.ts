import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { type Context, floatsOf, randomAt, type TensorAdapter } from '@slimbed/core'

/** A context at the root, with what a test adds to it. */
export const contextWith = (tensor: TensorAdapter, more: Partial<Context> = {}): Context => ({
  path: [],
  tensor,
  random: randomAt(0),
  seed: 0,
  progress: () => {},
  ...more
})

/** A `rows × dim` matrix whose singular values fall: sums of random directions of falling length. */
export function falling(rows: number, dim: number, seed: number): Float32Array {
  const random = randomAt(seed)
  const spread = () => random() + random() + random() - 1.5
  const directions = Float64Array.from({ length: dim * dim }, spread)
  const out = new Float32Array(rows * dim)
  for (let i = 0; i < rows; i++) {
    for (let k = 0; k < dim; k++) {
      const length = spread() / (1 + k)
      for (let j = 0; j < dim; j++) out[i * dim + j] += length * directions[k * dim + j]
    }
  }
  return out
}

// Another interpreter may come first on the path through this variable of a virtual environment.
const { PYTHONHOME: _, ...environment } = process.env
const python = [process.env.PYTHON, 'python3', '/usr/bin/python3'].find(
  (name) => name && spawnSync(name, ['-c', 'import numpy'], { env: environment }).status === 0
)

/** Whether there is a Python with NumPy. */
export const hasNumpy = python !== undefined

/** What a Python program prints as JSON, with float32 arrays as its standard input. */
export function runPython(program: string, ...input: Float32Array[]): unknown {
  const bytes = Buffer.concat(input.map((array) => Buffer.from(array.buffer, array.byteOffset, array.byteLength)))
  const run = spawnSync(python!, ['-c', program], { input: bytes, env: environment, maxBuffer: 2 ** 28 })
  if (run.status !== 0) throw new Error(`python: ${run.stderr}`)
  return JSON.parse(run.stdout.toString())
}

const folder = process.env.SLIMBED_DATA ?? fileURLToPath(new URL('../../../../shared/data', import.meta.url))

/** 41,353 × 300 real word vectors. */
export const vectorsFile = `${folder}/vectors/numberbatch-en-41k.300d.f16.npy`

/** Whether the table of real vectors is there. */
export const hasVectors = existsSync(vectorsFile)

/** The values of a float16 `.npy` file of version 1. */
export function readVectors(): Float32Array {
  const bytes = readFileSync(vectorsFile)
  const start = 10 + bytes.readUInt16LE(8)
  const bits = new Uint16Array(bytes.buffer.slice(bytes.byteOffset + start, bytes.byteOffset + bytes.length))
  return floatsOf({ dtype: 'F16', shape: [bits.length], data: bits })
}
