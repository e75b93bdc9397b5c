import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { type Context, floatsOf, isSlimbedError, randomAt, type TensorAdapter } from '@slimbed/core'

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

/** Weights between 1e-6 and 1e6, after a power law, in no order. */
export function spread(rows: number, seed: number): Float32Array {
  const random = randomAt(seed, ['weights'])
  return Float32Array.from({ length: rows }, () => 10 ** (12 * random() ** 2 - 6))
}

/** The code and message of the error that `run` ends with, or `accepted`. */
export async function refusal(run: () => unknown): Promise<string> {
  try {
    await run()
  } catch (error) {
    if (isSlimbedError(error)) return `${error.code}: ${error.message}`
    throw error
  }
  return 'accepted'
}

// Another interpreter may come first on the path through this variable of a virtual environment.
const { PYTHONHOME: _, ...environment } = process.env
const python = [process.env.PYTHON, 'python3', '/usr/bin/python3'].find(
  (name) => name && spawnSync(name, ['-c', 'import numpy'], { env: environment }).status === 0
)

/** Whether there is a Python with NumPy. */
export const hasNumpy = python !== undefined

/** What a script of `tooling/reference` prints as JSON, with float32 arrays as its standard input. */
export function runScript(name: string, args: readonly number[], ...input: Float32Array[]): unknown {
  const bytes = Buffer.concat(input.map((array) => Buffer.from(array.buffer, array.byteOffset, array.byteLength)))
  const script = fileURLToPath(new URL(`../../../tooling/reference/${name}`, import.meta.url))
  const run = spawnSync(python!, [script, ...args.map(String)], { input: bytes, env: environment, maxBuffer: 2 ** 28 })
  if (run.status !== 0) throw new Error(`python: ${run.stderr}`)
  return JSON.parse(run.stdout.toString())
}

const folder = process.env.SLIMBED_DATA ?? fileURLToPath(new URL('../../../../shared/data', import.meta.url))
const vectorsFile = `${folder}/vectors/numberbatch-en-41k.300d.f16.npy`
const wordsFile = `${folder}/vectors/numberbatch-en-41k.300d.words.txt`
const countsFile = `${folder}/counts/wordfreq.en.tsv`

/** Whether the table of real vectors is there, with counts. */
export const hasVectors = [vectorsFile, wordsFile, countsFile].every((path) => existsSync(path))

/** The values of a float16 `.npy` file of version 1: 41,353 × 300 real word vectors. */
export function readVectors(): Float32Array {
  const bytes = readFileSync(vectorsFile)
  const start = 10 + bytes.readUInt16LE(8)
  const bits = new Uint16Array(bytes.buffer.slice(bytes.byteOffset + start, bytes.byteOffset + bytes.length))
  return floatsOf({ dtype: 'F16', shape: [bits.length], data: bits })
}

/** How often each of their words occurs; the smallest share for words without one. */
export function readCounts(): Float32Array {
  const lines = readFileSync(countsFile, 'utf8').trimEnd().split('\n').slice(1)
  const counts = new Map(lines.map((line): [string, number] => [line.split('\t')[0], Number(line.split('\t')[1])]))
  const least = [...counts.values()].reduce((a, b) => Math.min(a, b))
  const words = readFileSync(wordsFile, 'utf8').trimEnd().split('\n')
  return Float32Array.from(words, (word) => counts.get(word) ?? least)
}
