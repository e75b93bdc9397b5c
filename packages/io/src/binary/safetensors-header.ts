import {
  isSlimbedError,
  parseSafetensors,
  type SafetensorsHeader,
  SlimbedError,
  safetensorsDataStart
} from '@slimbed/core'
import type { ByteSource } from '../source.js'

/** The header of a safetensors file. Rejects with `corrupt-file`, naming the file. */
export async function readSafetensorsHeader(source: ByteSource): Promise<SafetensorsHeader> {
  const { name, size } = source
  try {
    const start = safetensorsDataStart(await source.read(0, Math.min(8, size)), size)
    return parseSafetensors(await source.read(0, start), size)
  } catch (error) {
    if (!isSlimbedError(error) || error.message.startsWith(name)) throw error
    throw new SlimbedError(error.code, `${name}: ${error.message}`, { cause: error })
  }
}
