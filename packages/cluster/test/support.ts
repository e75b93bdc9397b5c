import { type Compressor, compress, createTensor, type Matrix, matrixFrom } from '@slimbed/core'
import type { Spread } from '@slimbed/core/tensor'
import { type Program, type Store, startWorker } from '../src/index.js'

/** A store in memory, and what is in it. */
export function memoryStore(): Store & { readonly objects: Map<string, Uint8Array> } {
  const objects = new Map<string, Uint8Array>()
  const list = async (prefix: string) => [...objects.keys()].filter((key) => key.startsWith(prefix))
  return {
    objects,
    get: async (key) => objects.get(key),
    has: async (key) => objects.has(key),
    put: async (key, bytes) => void objects.set(key, bytes.slice()),
    list,
    remove: async (key) => void objects.delete(key),
    clear: async (folder) => {
      for (const key of await list(`${folder}/`)) objects.delete(key)
    }
  }
}

/** A made-up table: some directions, and noise. */
export function madeUp(rows: number, dim: number, seed = 1): Matrix {
  const data = new Float32Array(rows * dim)
  let state = seed
  for (let i = 0; i < data.length; i++) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    const row = Math.floor(i / dim)
    data[i] = state / 2 ** 31 - 1 + 2 * Math.sin((row * (1 + (i % 3))) / 7)
  }
  return matrixFrom(rows, dim, data)
}

/** The bytes of the file that a compressor makes, on the caller or spread. */
export async function fileOf(matrix: Matrix, compressor: Compressor, spread?: Spread, signal?: AbortSignal) {
  let file = new Uint8Array()
  const write = async (bytes: Uint8Array, at: number) => {
    if (file.length < at + bytes.length) {
      const longer = new Uint8Array(2 * (at + bytes.length))
      longer.set(file)
      file = longer
    }
    file.set(bytes, at)
  }
  const tensor = await createTensor({ backend: 'wasm', threads: 1, spread })
  try {
    const { sizes } = await compress(matrix, compressor, { sink: { write }, tensor, signal })
    return file.slice(0, sizes.file)
  } finally {
    await tensor.close()
  }
}

/** Versions that workers and coordinators of tests have. */
export const versions = { '@slimbed/core': '1.2.3' }

/** Starts a worker in this process. The function that is returned ends it. */
export function worker(redis: string, store: Store, program: Partial<Program> & Pick<Program, 'run'>) {
  const [ending, notes] = [new AbortController(), [] as string[]]
  const whole: Program = { versions, verify: async () => {}, close: async () => {}, ...program }
  const ended = startWorker({
    redis,
    threads: 1,
    silence: 2,
    open: async () => whole,
    openStore: async () => store,
    signal: ending.signal,
    onNote: (line) => notes.push(line)
  })
  return {
    notes,
    async end() {
      ending.abort()
      await ended
    }
  }
}
