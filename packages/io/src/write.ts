import type { Sink } from '@slimbed/core'
import { SlimbedError } from '@slimbed/runtime'
import { checkEndianness } from '@slimbed/runtime/format'
import { formatNamed, type VectorFormat } from './formats/index.js'
import type { Writable, WriteOptions } from './write/writable.js'

/**
 * Writes a matrix, and its words where the format has them, to a sink, block by block as its rows are read. Resolves to
 * the bytes written.
 *
 * Rejects with `bad-input` when `.bin`, `.vec` or `.txt` has no words or cannot hold them, and for values that are not
 * finite; `aborted`; and as the matrix and the sink do.
 */
export async function encodeVectors(
  content: Writable,
  format: VectorFormat,
  sink: Sink,
  options: WriteOptions = {}
): Promise<number> {
  checkEndianness()
  const { write } = formatNamed(format)
  if (!write) throw new SlimbedError('unsupported', `.${format} is read and not written: write .safetensors`)
  return write(content, sink, options)
}
