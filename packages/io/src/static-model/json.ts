import { type Json, SlimbedError, type Source } from '@slimbed/runtime'
import { refusalOf } from '../formats/foreign.js'

/** The most bytes of a JSON file: tokenizers of a million tokens take 100 MB. */
const most = 2 ** 29

/** All bytes of a small file. Rejects with `corrupt-file` for a large one. */
export async function bytesOf(source: Source): Promise<Uint8Array> {
  if (source.size <= most) return Uint8Array.from(await source.read(0, source.size))
  throw new SlimbedError('corrupt-file', `${source.name}: ${source.size} bytes, expected JSON of at most ${most}`)
}

/** Bytes as JSON. Throws `corrupt-file`, naming the file, or `unsupported` for a known format other than JSON. */
export function parseJson(name: string, bytes: Uint8Array): Json {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
  } catch {
    const refusal = refusalOf(bytes)
    if (refusal !== undefined) throw new SlimbedError('unsupported', `${name}: expected JSON; this is ${refusal}`)
    throw new SlimbedError('corrupt-file', `${name}: expected JSON`)
  }
}
