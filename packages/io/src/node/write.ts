import { formatFor, type VectorFormat } from '../formats/index.js'
import type { Writable, WriteOptions } from '../write/writable.js'
import { encodeVectors } from '../write.js'
import { writeAtomically } from './write-atomically.js'

/** Options of `writeVectors`. */
export interface WriteFileOptions extends WriteOptions {
  /** The format; by default the ending of the path says it. */
  readonly format?: VectorFormat | undefined
}

/**
 * Writes vectors to a file, block by block; the file is complete or does not exist. Resolves to its bytes. Rejects as
 * `encodeVectors` and `writeAtomically` do.
 */
export async function writeVectors(path: string, content: Writable, options: WriteFileOptions = {}): Promise<number> {
  const format = options.format ?? formatFor(path)
  return writeAtomically(path, (sink) => encodeVectors(content, format, sink, options), { signal: options.signal })
}
