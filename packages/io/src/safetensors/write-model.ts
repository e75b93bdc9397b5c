import type { Sink } from '@slimbed/core'
import type { PlainTensor } from '@slimbed/core/artefact'
import { blocksOf, throwIfAborted } from '@slimbed/core/blocks'
import { type Matrix, SlimbedError } from '@slimbed/runtime'
import { checkFinite } from '../binary/finite.js'
import type { WriteOptions } from '../write/writable.js'

/** A matrix as the float32 tensor `name`. Its chunks reject with `bad-input` for values that are not finite. */
export function matrixTensor(name: string, matrix: Matrix): PlainTensor {
  const { rows, dim } = matrix
  return {
    name,
    dtype: 'F32',
    shape: [rows, dim],
    bytes: rows * dim * 4,
    async *chunks() {
      for await (const { data, start } of blocksOf(matrix)) {
        checkFinite(data, dim, start, '.safetensors')
        yield new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
      }
    }
  }
}

/** The header of a file of these tensors, in this order. */
function headerOf(tensors: readonly PlainTensor[], metadata: ReadonlyMap<string, string>): Uint8Array {
  let at = 0
  const entries = tensors.map(({ name, dtype, shape, bytes }) => {
    const begin = at
    at += bytes
    return [name, { dtype, shape, data_offsets: [begin, at] }] as const
  })
  const own = metadata.size > 0 ? { __metadata__: Object.fromEntries(metadata) } : {}
  const json = new TextEncoder().encode(JSON.stringify({ ...own, ...Object.fromEntries(entries) }))
  const header = new Uint8Array(8 + Math.ceil(json.length / 8) * 8).fill(32, 8)
  header.set(json, 8)
  new DataView(header.buffer).setBigUint64(0, BigInt(header.length - 8), true)
  return header
}

const elementBytes = ({ shape, bytes }: PlainTensor) => {
  const count = shape.reduce((product, size) => product * size, 1)
  // Tensors without elements come first, where any alignment is possible.
  return count === 0 ? 8 : bytes / count
}

/**
 * Writes a plain `.safetensors` file, tensors with the largest elements first. Resolves to its size in bytes. Rejects as the tensors and the
 * sink do, and with `aborted`.
 */
export async function encodeModel(
  tensors: readonly PlainTensor[],
  metadata: ReadonlyMap<string, string>,
  sink: Sink,
  { progress, signal }: WriteOptions = {}
): Promise<number> {
  const sorted = tensors.toSorted((a, b) => elementBytes(b) - elementBytes(a) || (a.name < b.name ? -1 : 1))
  const header = headerOf(sorted, metadata)
  const total = header.length + sorted.reduce((sum, { bytes }) => sum + bytes, 0)
  await sink.write(header, 0)
  let at = header.length
  for (const { name, bytes, chunks } of sorted) {
    const end = at + bytes
    for await (const chunk of chunks()) {
      throwIfAborted(signal)
      await sink.write(chunk, at)
      at += chunk.length
      progress?.(at, total)
    }
    if (at !== end) throw new SlimbedError('bad-input', `tensor "${name}" did not give its ${bytes} bytes`)
  }
  return total
}
