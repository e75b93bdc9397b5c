import { denseOf, type Sink, saveTo } from '@slimbed/core'
import { checkCount, type Writable, type WriteOptions } from './content.js'

/**
 * Writes `.safetensors`: an artefact whose table is dense, so it loads like any artefact, and other readers of
 * safetensors find the matrix as the float32 tensor `data`. Resolves to the bytes written.
 */
export async function writeSafetensors(
  { matrix, vocabulary }: Writable,
  sink: Sink,
  { progress, signal }: WriteOptions = {}
): Promise<number> {
  if (vocabulary) checkCount(matrix, vocabulary)
  const sizes = await saveTo({ table: denseOf(matrix), vocabulary, provenance: {} }, sink, {
    signal,
    ...(progress ? { progress } : {})
  })
  return sizes.file
}
