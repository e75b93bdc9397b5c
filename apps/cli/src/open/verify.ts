import { throwIfAborted } from '@slimbed/core'
import { checksums, type Manifest, type SafetensorsHeader, type Source } from '@slimbed/runtime'
import type { Session } from '../session/session.js'

const chunkBytes = 4 * 2 ** 20

/** Compares all tensors of an artefact with the checksums of its manifest, without holding them. Rejects with `corrupt-file`, `aborted`. */
export async function verifyTensors(
  source: Source,
  header: SafetensorsHeader,
  manifest: Manifest,
  { signal, progress }: Session
): Promise<void> {
  const { blockBytes, check } = checksums.tensors(header, manifest)
  const step = Math.max(1, Math.floor(chunkBytes / blockBytes)) * blockBytes
  const report = progress.phase('reading', source.size)
  for (const entry of header.tensors.values()) {
    for (let at = entry.begin; at < entry.end; at += step) {
      throwIfAborted(signal)
      check(await source.read(at, Math.min(step, entry.end - at)), entry, at - entry.begin)
      report(at, source.size)
    }
  }
}
