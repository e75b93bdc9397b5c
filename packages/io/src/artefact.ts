import { isSlimbedError } from '@slimbed/core'
import { readSafetensorsHeader } from './binary/safetensors-header.js'
import type { ByteSource } from './source.js'

/**
 * Whether a source is an artefact, a table that slimbed wrote, to be read with `load`; false for anything else, damaged
 * files included. Only its header is read.
 */
export async function isArtefact(source: ByteSource): Promise<boolean> {
  try {
    return (await readSafetensorsHeader(source)).metadata.has('slimbed')
  } catch (error) {
    if (isSlimbedError(error, 'corrupt-file')) return false
    throw error
  }
}
