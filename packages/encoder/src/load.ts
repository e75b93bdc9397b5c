import { type Artefact, checksums, type LoadUrlOptions, loadTable, parseSafetensors } from '@slimbed/runtime'
import { asCorrupt } from '@slimbed/runtime/error'
import { fetchWhole } from '@slimbed/runtime/fetch'
import { openStored } from './artefact.js'
import { createEncoder, type Encoder } from './encoder.js'
import { kindsFor } from './kinds.js'

/** Options of `loadEncoder`: kinds of node besides those of `@slimbed/runtime`, and how a URL is read. */
export type LoadEncoderOptions = Omit<LoadUrlOptions, 'table'>

/** The encoder of a loaded artefact. Throws `bad-input` for a file without one, `corrupt-file`, `unsupported`. */
export function encoderOf(artefact: Pick<Artefact, 'table' | 'extra'>): Encoder {
  const stored = openStored(artefact)
  try {
    return createEncoder({ ...stored, table: artefact.table })
  } catch (error) {
    return asCorrupt(error)
  }
}

/**
 * Loads a static model that `slimbed compress` made, from its bytes, which it keeps, or from a URL. Rejects as `load` throws, with `bad-input`
 * for another file, and for a URL with `not-found`, `io` and `aborted`.
 */
export async function loadEncoder(
  from: string | URL | Uint8Array | ArrayBuffer,
  { kinds: own = [], verify = true, progress, ...options }: LoadEncoderOptions = {}
): Promise<Encoder> {
  const named = typeof from === 'string' || from instanceof URL
  const given = named ? await fetchWhole(`${from}`, options, progress) : from
  const bytes = ArrayBuffer.isView(given) ? given : new Uint8Array(given)
  const kinds = await kindsFor(parseSafetensors(bytes, bytes.length), own)
  const { table, manifest, extra } = loadTable(bytes, { kinds, verify: verify ? checksums : undefined })
  return encoderOf({ table, ...(extra && manifest.extra && { extra: { config: manifest.extra, tensors: extra } }) })
}
