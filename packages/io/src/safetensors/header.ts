import { parseSafetensors, type SafetensorsHeader, SlimbedError, type Source } from '@slimbed/runtime'
import { safetensorsDataStart } from '@slimbed/runtime/format'
import { refusalOf } from '../formats/foreign.js'
import { naming } from '../source/naming.js'

/** How many bytes are read first: enough to recognise other formats. */
const headBytes = 4096
/** The byte after the length of the header: `{`. */
const brace = 0x7b

/** Throws if the first bytes are not those of a safetensors file: `unsupported` for a known format, which is named, else `bad-input`. */
export function checkSafetensors(name: string, head: Uint8Array, what = 'a .safetensors file'): void {
  const refusal = head[8] === brace ? undefined : refusalOf(head)
  if (refusal !== undefined) throw new SlimbedError('unsupported', `${name}: expected ${what}; this is ${refusal}`)
  if (head[8] !== brace) throw new SlimbedError('bad-input', `${name}: expected ${what}; it is none`)
}

/**
 * Reads the header of a safetensors file and checks that its tensors cover the data without gaps or overlaps. Rejects with
 * `corrupt-file`, `bad-input` or `unsupported`, naming the file.
 */
export async function readSafetensorsHeader(source: Source): Promise<SafetensorsHeader> {
  const { name, size } = source
  const head = await source.read(0, Math.min(headBytes, size))
  checkSafetensors(name, head)
  const header = await source.read(
    0,
    naming(name, () => safetensorsDataStart(head, size))
  )
  return naming(name, () => parseSafetensors(header, size, { strict: true }))
}
