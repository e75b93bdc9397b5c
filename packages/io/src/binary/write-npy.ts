import type { Sink } from '@slimbed/core'
import { blocksOf, throwIfAborted } from '@slimbed/core/blocks'
import type { Writable, WriteOptions } from '../write/writable.js'
import { checkFinite } from './finite.js'

/** The header of a `.npy` file, version 1, of float32 rows: a multiple of 64 bytes. */
function headerOf(rows: number, dim: number): Uint8Array {
  const text = `{'descr': '<f4', 'fortran_order': False, 'shape': (${rows}, ${dim}), }`
  const header = new Uint8Array(Math.ceil((10 + text.length + 1) / 64) * 64).fill(32)
  header.set([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0])
  new DataView(header.buffer).setUint16(8, header.length - 10, true)
  header.set(new TextEncoder().encode(text), 10)
  header[header.length - 1] = 10
  return header
}

/** Writes a `.npy` matrix of float32, without words. Resolves to the bytes written. */
export async function writeNpy(
  { matrix }: Writable,
  sink: Sink,
  { progress, signal }: WriteOptions = {}
): Promise<number> {
  const { rows, dim } = matrix
  const header = headerOf(rows, dim)
  await sink.write(header, 0)
  let at = header.length
  for await (const { start, data } of blocksOf(matrix)) {
    checkFinite(data, dim, start, '.npy')
    await sink.write(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), at)
    at += data.byteLength
    throwIfAborted(signal)
    progress?.(start + data.length / dim, rows)
  }
  return at
}
