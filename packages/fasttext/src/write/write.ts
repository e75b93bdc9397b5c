import { type Sink, SlimbedError, throwIfAborted } from '@slimbed/core'
import type { StoredMatrix } from '../model.js'
import type { Codebooks, QuantizedMatrix } from '../quantized.js'
import { readRows } from '../read/matrix.js'
import { type Head, headBytes } from './head.js'

/** A model to write. */
export interface Writable extends Head {
  readonly input: QuantizedMatrix
  /** A matrix without rows for a model of word vectors, which is only looked up. */
  readonly output: StoredMatrix
}

const pieceBytes = 1 << 20
const bytesOf = ({ buffer, byteOffset, byteLength }: ArrayBufferView) => new Uint8Array(buffer, byteOffset, byteLength)

/** Writes pieces one after another. */
function appender(sink: Sink) {
  let at = 0
  let held: Uint8Array[] = []
  let size = 0
  async function flush(): Promise<void> {
    const bytes = new Uint8Array(size)
    let end = 0
    for (const piece of held) {
      bytes.set(piece, end)
      end += piece.length
    }
    ;[held, size] = [[], 0]
    await sink.write(bytes, at)
    at += bytes.length
  }
  return {
    async append(piece: Uint8Array): Promise<void> {
      held.push(piece)
      size += piece.length
      if (size >= pieceBytes) await flush()
    },
    async finish(): Promise<number> {
      await flush()
      return at
    }
  }
}

function codebookBytes({ dim, width, parts, centroids }: Codebooks): Uint8Array[] {
  return [bytesOf(Int32Array.of(dim, parts, width, dim - (parts - 1) * width)), bytesOf(centroids)]
}

function quantizedBytes({ rows, dim, codebooks, codes, norms }: QuantizedMatrix): Uint8Array[] {
  const start = new DataView(new ArrayBuffer(21))
  start.setUint8(0, norms ? 1 : 0)
  start.setBigInt64(1, BigInt(rows), true)
  start.setBigInt64(9, BigInt(dim), true)
  start.setInt32(17, codes.length, true)
  const scaled = norms ? [norms.codes, ...codebookBytes({ dim: 1, width: 1, parts: 1, centroids: norms.levels })] : []
  return [bytesOf(start), codes, ...codebookBytes(codebooks), ...scaled]
}

/**
 * Writes a model that fastText loads, of version 12. Resolves to its size in bytes. Rejects with `too-large` for more than 2 GiB of codes,
 * which a file cannot have, with `aborted`, and as the sink does.
 */
export async function writeFastText(model: Writable, sink: Sink, signal?: AbortSignal): Promise<number> {
  const { input, output } = model
  if (input.codes.length >= 2 ** 31) {
    throw new SlimbedError(
      'too-large',
      `${input.codes.length} bytes of codes; a fastText model has at most 2 GiB: take fewer parts or rows`
    )
  }
  const { append, finish } = appender(sink)
  for (const piece of headBytes(model)) await append(piece)
  await append(Uint8Array.of(1))
  for (const piece of quantizedBytes(input)) await append(piece)
  await append(Uint8Array.of(output.kind === 'quantized' ? 1 : 0))
  if (output.kind === 'quantized') for (const piece of quantizedBytes(output)) await append(piece)
  else {
    const { rows, dim } = output
    await append(bytesOf(BigInt64Array.of(BigInt(rows), BigInt(dim))))
    const step = Math.max(1, Math.floor(pieceBytes / (4 * Math.max(1, dim))))
    for (let start = 0; start < rows; start += step) {
      throwIfAborted(signal)
      await append(bytesOf(await readRows(output, start, Math.min(step, rows - start), 'the output')))
    }
  }
  return finish()
}
