import { checkEndianness, type Sink, SlimbedError } from '@slimbed/core'
import type { VectorFormat } from '../vectors.js'
import { writeBin } from './bin.js'
import type { Writable, WriteOptions } from './content.js'
import { writeNpy } from './npy.js'
import { writeSafetensors } from './safetensors.js'
import { writeText } from './text.js'

type Writer = (content: Writable, sink: Sink, options?: WriteOptions) => Promise<number>

const writers: Readonly<Record<VectorFormat, Writer>> = {
  txt: (content, sink, options) => writeText(content, 'txt', sink, options),
  vec: (content, sink, options) => writeText(content, 'vec', sink, options),
  bin: writeBin,
  npy: writeNpy,
  safetensors: writeSafetensors
}

/** The formats that can be written; each is also the ending of such a file's name. */
export const vectorFormats = Object.keys(writers) as readonly VectorFormat[]

/** The format that a file's name asks for. Throws `bad-input` naming the endings there are. */
export function formatFor(path: string): VectorFormat {
  const format = vectorFormats.find((ending) => path.toLowerCase().endsWith(`.${ending}`))
  if (format) return format
  const endings = vectorFormats.map((ending) => `.${ending}`).join(', ')
  throw new SlimbedError('bad-input', `${path}: cannot tell the format to write; end the name in one of ${endings}`)
}

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
  return writers[format](content, sink, options)
}
