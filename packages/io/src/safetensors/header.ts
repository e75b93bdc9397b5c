import { parseSafetensors, type SafetensorsHeader, safetensorsDataStart } from '@slimbed/core'
import { naming } from '../source/naming.js'
import type { ByteSource } from '../source/source.js'

/** The header of a safetensors file. Rejects with `corrupt-file`, naming the file. */
export async function readSafetensorsHeader(source: ByteSource): Promise<SafetensorsHeader> {
  const { name, size } = source
  const prefix = await source.read(0, Math.min(8, size))
  const header = await source.read(
    0,
    naming(name, () => safetensorsDataStart(prefix, size))
  )
  return naming(name, () => parseSafetensors(header, size))
}
