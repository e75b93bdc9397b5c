import { parseSafetensors, type SafetensorsHeader, SlimbedError, type Source } from '@slimbed/runtime'
import { safetensorsDataStart } from '@slimbed/runtime/format'
import { refusalOf } from '../formats/foreign.js'
import { naming } from '../source/naming.js'

/** What is read first: enough to tell other formats by. */
const headBytes = 4096
/** What follows the length of the header. */
const brace = 0x7b

/** Throws for the first bytes of something else than a safetensors file: `unsupported` naming it where it is known, else `bad-input`. */
export function checkSafetensors(name: string, head: Uint8Array, what = 'a .safetensors file'): void {
  const refusal = head[8] === brace ? undefined : refusalOf(head)
  if (refusal !== undefined) throw new SlimbedError('unsupported', `${name}: expected ${what}; this is ${refusal}`)
  if (head[8] !== brace) throw new SlimbedError('bad-input', `${name}: expected ${what}; it is none`)
}

/**
 * The header of a safetensors file, whose tensors cover the data without gap or overlap. Rejects with `corrupt-file`, `bad-input` or
 * `unsupported`, naming the file.
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
