import { parseSafetensors, type SafetensorsHeader, type Source, safetensorsDataStart } from '@slimbed/runtime'
import { naming } from '../source/naming.js'

/** The header of a safetensors file. Rejects with `corrupt-file`, naming the file. */
export async function readSafetensorsHeader(source: Source): Promise<SafetensorsHeader> {
  const { name, size } = source
  const prefix = await source.read(0, Math.min(8, size))
  const header = await source.read(
    0,
    naming(name, () => safetensorsDataStart(prefix, size))
  )
  return naming(name, () => parseSafetensors(header, size))
}
