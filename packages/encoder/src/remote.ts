import {
  httpSource,
  type OpenUrlOptions,
  openSource,
  parseSafetensors,
  type ReadOptions,
  type RemoteArtefact,
  type SafetensorsHeader,
  type Scored,
  type Source
} from '@slimbed/runtime'
import { asCorrupt } from '@slimbed/runtime/error'
import { safetensorsDataStart } from '@slimbed/runtime/format'
import type { Tokenizer } from '@slimbed/tokenizer'
import { openStored } from './artefact.js'
import { cosine } from './cosine.js'
import { checkParts, type EncodeOptions, type TextOrVector } from './encoder.js'
import { checkVector, listOf, nearestVectors, roomFor } from './given.js'
import { kindsFor } from './kinds.js'
import { meansOf } from './means.js'
import type { EncoderSettings } from './settings.js'
import { tokensOf, weigher } from './tokens.js'

/** Options of one call of an encoder whose rows stay in their file. */
export interface RemoteEncodeOptions extends EncodeOptions, ReadOptions {}

/** Turns texts into vectors by a table whose rows stay in their file: only those of the texts are read. */
export interface RemoteEncoder {
  readonly dim: number
  readonly tokenizer: Tokenizer
  readonly settings: EncoderSettings
  /** Whether the whole file was read, because it has no ranges or rows of its kind cannot be read separately. */
  readonly whole: boolean
  /** As `encode` of an `Encoder`. Rejects as that throws, and with `io`, `corrupt-file`, `aborted`. */
  encode(texts: string | readonly string[], options?: RemoteEncodeOptions): Promise<Float32Array>
  /** As `similarity` of an `Encoder`. */
  similarity(a: TextOrVector, b: TextOrVector, options?: ReadOptions): Promise<number>
  /** As `search` of an `Encoder`. */
  search(query: TextOrVector, matrix: Float32Array, k?: number, options?: ReadOptions): Promise<Scored[]>
}

/** The rows of texts, each once, and the places of the tokens of each text among them. */
function rowsOf(ids: readonly Int32Array[]): { readonly rows: Uint32Array; readonly places: readonly Uint32Array[] } {
  const place = new Map<number, number>()
  const places = ids.map((some) =>
    Uint32Array.from(some, (id) => {
      const at = place.get(id) ?? place.size
      place.set(id, at)
      return at
    })
  )
  return { rows: Uint32Array.from(place.keys()), places }
}

function remoteEncoder(artefact: RemoteArtefact): RemoteEncoder {
  const { table, whole } = artefact
  const { dim } = table
  const { settings, tokenizer, weights } = openStored(artefact)
  try {
    checkParts(table.rows, tokenizer, weights)
  } catch (error) {
    return asCorrupt(error)
  }
  const tokens = tokensOf(tokenizer, settings)
  const weigh = weigher(weights)
  const encode: RemoteEncoder['encode'] = async (texts, { out, signal } = {}) => {
    const ids = listOf(texts).map((text) => tokens(text).slice())
    const into = roomFor(ids.length, dim, out)
    const { rows, places } = rowsOf(ids)
    const writeMean = meansOf(await table.take(rows, { signal }), settings.normalize)
    for (let i = 0; i < ids.length; i++) writeMean(places[i], weigh(ids[i]), into, i * dim)
    return into
  }
  const vectorOf = async (given: TextOrVector, options?: ReadOptions) =>
    typeof given === 'string' ? encode(given, options) : checkVector(given, dim)
  return {
    dim,
    tokenizer,
    settings,
    whole,
    encode,
    similarity: async (a, b, options) => cosine(await vectorOf(a, options), await vectorOf(b, options)),
    search: async (query, matrix, k = 10, options) => nearestVectors(await vectorOf(query, options), matrix, k)
  }
}

/** The header of a file. Rejects as reading does. */
async function headerOf({ size, read }: Source, options: ReadOptions): Promise<SafetensorsHeader> {
  const length = safetensorsDataStart(await read(0, Math.min(8, size), options), size)
  return parseSafetensors(await read(0, length, options), size)
}

/**
 * Opens a static model whose rows stay in their file, at a URL or in a source of bytes: reads its header, its tokenizer and what all rows
 * need, then the rows of texts when they are encoded. Rejects as `openUrl` and `openSource` do, and as `encoderOf` throws.
 */
export async function openEncoder(
  from: string | URL | Source,
  { kinds: own = [], ...options }: OpenUrlOptions = {}
): Promise<RemoteEncoder> {
  const source = typeof from === 'string' || from instanceof URL ? await httpSource(from, options) : from
  const kinds = await kindsFor(await headerOf(source, options), own)
  return remoteEncoder(await openSource(source, { ...options, kinds }))
}
