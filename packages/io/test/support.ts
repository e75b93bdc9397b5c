import type { Sink } from '@slimbed/core'
import { codebook, packIndex } from '@slimbed/core/kinds/trellis'
import { dense, isSlimbedError, type Matrix, type Table } from '@slimbed/runtime'
import { vocabularyOf } from '@slimbed/runtime/format'
import { hasData, pythonWith, runPython } from '@slimbed/testing'
import { expect } from 'vitest'
import { bytesSource, encodeVectors, type ReadOptions, readVectors, type VectorFormat } from '../src/index.js'

export { dataFolder } from '@slimbed/testing'

export const haveData = hasData('vectors')

const python = pythonWith('numpy')
export const haveNumpy = python !== undefined

/** What a Python script with NumPy prints, as JSON. */
export const numpy = (script: string, ...args: string[]): unknown => runPython(python, ['-c', script, ...args])

const encoder = new TextEncoder()

export const utf8 = (text: string): Uint8Array => encoder.encode(text)

/** Bytes as vectors. */
export const read = (content: Uint8Array | string, options?: ReadOptions, name = 'in') =>
  readVectors(bytesSource(name, typeof content === 'string' ? utf8(content) : content), options)

/** A sink that keeps what it gets. */
export function collect(): Sink & { bytes(): Uint8Array } {
  let held = new Uint8Array(0)
  return {
    async write(bytes, at) {
      if (at + bytes.length > held.length) {
        const grown = new Uint8Array(at + bytes.length)
        grown.set(held)
        held = grown
      }
      held.set(bytes, at)
    },
    bytes: () => held
  }
}

/** A matrix over values in memory. */
export const matrixOver = (values: Float32Array, dim: number): Matrix => ({
  rows: values.length / dim,
  dim,
  read: async (start, count) => values.slice(start * dim, (start + count) * dim)
})

/** Values as a table of codes that loses nothing: each row is one of a codebook. */
export function codedRows(values: Float32Array, dim: number): Table {
  const rows = values.length / dim
  const bits = Math.max(1, Math.ceil(Math.log2(rows)))
  return codebook(
    packIndex(
      Uint32Array.from({ length: rows }, (_, row) => row),
      bits
    ),
    dense(rows, dim, values)
  )
}

/** Vectors as the bytes of a file. */
export async function written(
  format: VectorFormat,
  dim: number,
  values: Float32Array,
  words?: readonly string[]
): Promise<Uint8Array> {
  const sink = collect()
  const vocabulary = words && vocabularyOf(words)
  const size = await encodeVectors(
    { matrix: matrixOver(values, dim), vocabulary, table: codedRows(values, dim) },
    format,
    sink
  )
  expect(size).toBe(sink.bytes().length)
  return sink.bytes()
}

/** All values of a matrix. */
export const allOf = (matrix: Matrix): Promise<Float32Array> => matrix.read(0, matrix.rows)

/** All words of vectors. */
export const wordsOf = (vectors: { vocabulary?: { size: number; word(row: number): string } | undefined }) =>
  Array.from({ length: vectors.vocabulary?.size ?? 0 }, (_, row) => vectors.vocabulary!.word(row))

/** The bits of float32 values, so that −0 differs from 0. */
export const bitsOf = (values: Float32Array): Uint32Array =>
  new Uint32Array(values.buffer, values.byteOffset, values.length)

/** Fails unless two arrays hold the same bits; far quicker than `toEqual` on large ones. */
export function expectSame(found: Float32Array, expected: Float32Array): void {
  const bytes = ({ buffer, byteOffset, byteLength }: Float32Array) => Buffer.from(buffer, byteOffset, byteLength)
  if (!bytes(found).equals(bytes(expected))) expect(found).toEqual(expected)
}

/** The message of the slimbed error that a promise rejects with: one line. */
export async function refusal(promise: Promise<unknown>): Promise<string> {
  const error = await promise.then(
    () => expect.fail('expected a rejection'),
    (reason: unknown) => reason
  )
  if (!isSlimbedError(error)) throw error
  expect(error.message).not.toMatch(/[\n\r]/)
  return `${error.code}: ${error.message}`
}

/** A source that hands out few bytes at a time would hide nothing: reads a whole file as vectors, or says it is refused. */
export async function readOrRefuse(bytes: Uint8Array, options?: ReadOptions): Promise<'read' | 'refused'> {
  try {
    const vectors = await read(bytes, options)
    await allOf(vectors.matrix)
    await vectors.close()
    return 'read'
  } catch (error) {
    if (isSlimbedError(error)) return 'refused'
    throw error
  }
}
