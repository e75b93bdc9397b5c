import type { Sink } from '@slimbed/core'
import { SlimbedError } from '@slimbed/runtime'
import { checkEndianness } from '@slimbed/runtime/format'
import { formatNamed, type VectorFormat } from './formats/index.js'
import type { Writable, WriteOptions } from './write/writable.js'

/**
 * Writes a matrix to a sink, block by block, with its words if the format has them; `faiss` stores the codes of `table` instead. Resolves to the number of bytes written.
 *
 * Rejects with `bad-input` if `.bin`, `.vec` or `.txt` is given no words or words that it cannot store, and for values that are not finite;
 * with `unsupported` for a format that is only read, and for a table that the format cannot hold; with `aborted`; and as the matrix and the sink do.
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
