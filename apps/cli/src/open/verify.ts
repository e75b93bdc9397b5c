import { throwIfAborted } from '@slimbed/core'
import {
  crc32,
  hex8,
  type Manifest,
  type SafetensorsEntry,
  type SafetensorsHeader,
  SlimbedError,
  type Source
} from '@slimbed/runtime'
import type { Session } from '../session/session.js'

const chunkBytes = 4 * 2 ** 20

async function checksumOf(source: Source, { begin, end }: SafetensorsEntry, seen: (at: number) => void) {
  let sum = 0
  for (let at = begin; at < end; at += chunkBytes) {
    const chunk = await source.read(at, Math.min(chunkBytes, end - at))
    sum = crc32(chunk, sum)
    seen(at + chunk.length)
  }
  return hex8(sum)
}

/** Compares all tensors of an artefact with the checksums of its manifest, without holding them. Rejects with `corrupt-file`, `aborted`. */
export async function verifyTensors(
  source: Source,
  { tensors }: SafetensorsHeader,
  { checksums }: Pick<Manifest, 'checksums'>,
  { signal, progress }: Session
): Promise<void> {
  const report = progress.phase('reading', source.size)
  for (const entry of tensors.values()) {
    const expected = Object.hasOwn(checksums, entry.name) ? checksums[entry.name] : undefined
    const found = await checksumOf(source, entry, (at) => {
      throwIfAborted(signal)
      report(at, source.size)
    })
    if (found === expected) continue
    const where = `tensor ${JSON.stringify(entry.name)} (bytes ${entry.begin} to ${entry.end})`
    throw new SlimbedError('corrupt-file', `${where}: checksum ${found}, expected ${expected ?? 'one'}: damaged`)
  }
}
