import type { Matrix, Sink } from '@slimbed/core'
import { checkFinite } from '../binary/finite.js'
import { checkCount, type Writable, type WriteOptions } from '../write/writable.js'

/**
 * Writes `.safetensors`: an artefact with a dense table. It loads as any artefact does, and other readers of safetensors find the matrix
 * as the float32 tensor `data`. Resolves to the number of bytes written.
 */
export async function writeSafetensors(
  { matrix, vocabulary }: Writable,
  sink: Sink,
  { progress, signal }: WriteOptions = {}
): Promise<number> {
  if (vocabulary) checkCount(matrix, vocabulary)
  const { rows, dim } = matrix
  const finite: Matrix = {
    rows,
    dim,
    async read(start, count, into) {
      const values = await matrix.read(start, count, into)
      checkFinite(values, dim, start, '.safetensors')
      return values
    }
  }
  // Imported here because programs that only read need little of core.
  const { denseOf, saveTo } = await import('@slimbed/core')
  const sizes = await saveTo({ table: denseOf(finite), vocabulary, provenance: {} }, sink, {
    signal,
    ...(progress ? { progress } : {})
  })
  return sizes.file
}
