import { buildTable, tensorsByNode } from './build.js'
import { fail } from './check.js'
import { isSlimbedError, SlimbedError } from './error.js'
import { tableKinds } from './kinds/index.js'
import { tensorOf } from './kinds/kind.js'
import { type Manifest, parseManifest, verifyTensors } from './manifest.js'
import { parseSafetensors } from './safetensors.js'
import type { JsonObject, Table, TableKind, Tensors } from './table.js'
import { checkEndianness, tensorView } from './view.js'
import { type Vocabulary, vocabulary } from './vocabulary.js'

/** Bytes of an artefact. */
export interface Sizes {
  /** The whole file. */
  readonly file: number
  /** The vocabulary's tensors. */
  readonly vocabulary: number
  /** The file without the vocabulary's tensors. */
  readonly table: number
}

/** What a program keeps beside its table, such as a classifier: readers of tables pass it by. */
export interface Extra {
  /** Free-form. */
  readonly config: JsonObject
  /** Names are `[A-Za-z0-9_-]+`. */
  readonly tensors: Tensors
}

/** What a file holds. */
export interface Artefact {
  readonly table: Table
  readonly vocabulary?: Vocabulary | undefined
  readonly extra?: Extra | undefined
  readonly manifest: Manifest
  readonly sizes: Sizes
}

/** Options of `load`. */
export interface LoadOptions {
  /** Kinds of node besides the five that every reader knows; the last of a name counts. */
  readonly kinds?: readonly TableKind[]
  /** Whether to compare the checksums, which reads every byte once; true unless given. */
  readonly verify?: boolean
}

function loadVocabulary(tensors: Tensors | undefined, rows: number): Vocabulary | undefined {
  if (!tensors) return undefined
  try {
    const { bytes, offsets, counts, ...others } = tensors
    const [unknown] = Object.keys(others)
    if (unknown !== undefined) fail('bad-input', `vocabulary: ${JSON.stringify(unknown)} is none of its tensors`)
    const words = vocabulary({
      bytes: tensorOf({ bytes: bytes! }, 'bytes', ['U8'], 1).data,
      offsets: tensorOf({ offsets: offsets! }, 'offsets', ['U32'], 1).data,
      counts: counts && tensorOf({ counts }, 'counts', ['F64'], 1).data
    })
    if (words.size !== rows) fail('bad-input', `vocabulary: ${words.size} words for a table of ${rows} rows`)
    return words
  } catch (error) {
    if (!isSlimbedError(error, 'bad-input')) throw error
    throw new SlimbedError('corrupt-file', error.message, { cause: error })
  }
}

/**
 * Reads an artefact from the bytes of its file, which it keeps and views: it copies only what is not aligned.
 *
 * Throws `corrupt-file`, `unsupported` for a plain safetensors file, a newer format, an unknown kind or a big-endian machine.
 */
export function load(bytes: Uint8Array | ArrayBuffer, options: LoadOptions = {}): Artefact {
  checkEndianness()
  const file = ArrayBuffer.isView(bytes)
    ? new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    : new Uint8Array(bytes)
  const { kinds = [], verify = true } = options
  const header = parseSafetensors(file, file.length, { strict: true })
  const manifest = parseManifest(file, header, verify)
  if (verify) verifyTensors(file, header, manifest)

  const tensors = tensorsByNode([...header.tensors].map(([name, entry]) => [name, tensorView(file, entry)] as const))
  const words = tensors.get('vocabulary')
  tensors.delete('vocabulary')
  const extra = manifest.extra && { config: manifest.extra, tensors: tensors.get('extra') ?? {} }
  // Without an entry in the manifest they belong to nothing, and buildTable says so.
  if (extra) tensors.delete('extra')
  const known = new Map([...tableKinds, ...kinds].map((kind) => [kind.kind, kind]))
  const table = buildTable(manifest.table, tensors, known)
  const vocabulary = loadVocabulary(words, table.rows)
  const sizes = { file: file.length, vocabulary: vocabulary?.byteLength ?? 0 }
  return {
    table,
    ...(vocabulary ? { vocabulary } : {}),
    ...(extra ? { extra } : {}),
    manifest,
    sizes: { ...sizes, table: sizes.file - sizes.vocabulary }
  }
}
