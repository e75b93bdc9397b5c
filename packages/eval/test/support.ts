import { readFileSync } from 'node:fs'
import { createTensor, randomAt, type TensorAdapter } from '@slimbed/core'
import { dense } from '@slimbed/runtime'
import { vocabularyOf } from '@slimbed/runtime/format'
import { hasData as hasFiles, pythonWith, runPython } from '@slimbed/testing'
import { type EvalContext, type Subject, subjectOf } from '../src/index.js'

/** What a Python program makes of `input`, which it finds as JSON in the variable `given`; it assigns to `result`. */
export type Run = (program: string, input: unknown) => unknown

/** Runs programs in a Python that has the modules; undefined where there is none. */
export function pythonFor(...modules: readonly string[]): Run | undefined {
  const python = pythonWith(...modules)
  if (!python) return undefined
  return (program, input) => {
    const text = `import json, sys\ngiven = json.load(sys.stdin)\n${program}\nprint(json.dumps(result))`
    return runPython(python, ['-c', text], JSON.stringify(input))
  }
}

export { dataFolder as data } from '@slimbed/testing'

/** Whether the public data sets are there. */
export const hasData = hasFiles('eval')

/** A context; close its tensor when done. */
export const contextFor = (tensor: TensorAdapter, seed = 0): EvalContext => ({ tensor, seed })

/** The engine that is always there. */
export const openTensor = (): Promise<TensorAdapter> => createTensor({ backend: 'wasm', threads: 1 })

/** `rows × dim` numbers around 0, about as spread as a normal distribution. */
export function numbers(rows: number, dim: number, seed: number): Float32Array {
  const random = randomAt(seed)
  return Float32Array.from({ length: rows * dim }, () => random() + random() + random() + random() - 2)
}

/** Rows in memory with words. */
export const subjectFrom = (words: readonly string[], dim: number, rows: Float32Array): Subject =>
  subjectOf(dense(words.length, dim, rows), vocabularyOf(words))

/** A word2vec `.bin` file as words and rows. */
export function readBin(path: string): { words: string[]; dim: number; rows: Float32Array } {
  const bytes = readFileSync(path)
  const line = bytes.indexOf(10)
  const [count = 0, dim = 0] = bytes.toString('latin1', 0, line).split(' ').map(Number)
  const words: string[] = []
  const rows = new Float32Array(count * dim)
  let at = line + 1
  for (let i = 0; i < count; i++) {
    if (bytes[at] === 10) at++
    const end = bytes.indexOf(32, at)
    words.push(bytes.toString('utf8', at, end))
    for (let j = 0; j < dim; j++) rows[i * dim + j] = bytes.readFloatLE(end + 1 + 4 * j)
    at = end + 1 + 4 * dim
  }
  return { words, dim, rows }
}

/** Bytes of a text, one byte a character. */
export const latin1 = (text: string): Uint8Array => Uint8Array.from(text, (character) => character.charCodeAt(0))

/** Bytes of a text. */
export const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text)
