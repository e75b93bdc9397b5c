import { provenanceOfTable } from '@slimbed/core/artefact'
import { type EncoderSettings, extraBytes, hasEncoder, storedEncoder } from '@slimbed/encoder'
import { type Artefact, type JsonObject, load, type TableShape } from '@slimbed/runtime'
import { nodeBytes, tableBytes, walk } from '@slimbed/runtime/kinds'
import { optionalKinds } from '@slimbed/runtime/optional-kinds'
import { hasSubwords, subwordBytes } from '@slimbed/runtime/subwords'
import { unpackTokenizer } from '@slimbed/tokenizer'
import { type Sharing, sharingOf } from './sharing.js'

/** One node of an artefact's tree. */
export interface NodeDescription {
  /** The names of the children that lead to it, joined by dots; empty for the root. */
  readonly path: string
  readonly kind: string
  readonly rows: number
  readonly dim: number
  readonly config: JsonObject
  readonly tensors: readonly { name: string; dtype: string; shape: readonly number[] }[]
  /** Of its own tensors. */
  readonly bytes: number
  /** Of its own tensors and those of all nodes below. */
  readonly totalBytes: number
  /** `8 · totalBytes / (rows · dim)`. */
  readonly bitsPerWeight: number
}

/** What `slimbed inspect --json` prints. */
export interface Description {
  readonly path: string
  readonly bytes: number
  readonly tableBytes: number
  readonly vocabularyBytes: number
  readonly rows: number
  readonly dim: number
  /** How many words, 0 without a vocabulary. */
  readonly words: number
  readonly counts: boolean
  /** `rows · dim · 4 / tableBytes`. */
  readonly ratio: number
  /** `8 · tableBytes / (rows · dim)`. */
  readonly bitsPerWeight: number
  /** Rows that are not stored one by one, and the stored rows that they share; 0 where all are. */
  readonly sharing: Sharing
  /** Every node, each before its children. */
  readonly nodes: readonly NodeDescription[]
  /** The rows of n-grams, by which other words have vectors, where there are some. */
  readonly ngrams?: NgramsDescription
  /** What turns texts into vectors, where the file is a static model. */
  readonly texts?: TextsDescription
  /** How it was made, as the file says. */
  readonly provenance: JsonObject
}

/** What turns texts into vectors beside a table. */
export interface TextsDescription extends EncoderSettings {
  /** Of the tokenizer, and of the weights of tokens. */
  readonly bytes: number
  readonly tokens: number
  /** Whether tokens have weights. */
  readonly weights: boolean
}

function describeTexts({ extra }: Described): TextsDescription | undefined {
  if (!extra || !hasEncoder({ extra })) return undefined
  const { settings, tokenizer, weights } = storedEncoder({ extra })
  return {
    bytes: extraBytes(extra),
    tokens: unpackTokenizer(tokenizer).size,
    weights: weights !== undefined,
    ...settings
  }
}

/** One node of a table's tree. */
export function describeNode(path: readonly string[], table: TableShape): NodeDescription {
  const { kind, rows, dim, config } = table
  const totalBytes = tableBytes(table)
  return {
    path: path.join('.'),
    kind,
    rows,
    dim,
    config,
    tensors: Object.entries(table.tensors).map(([name, { dtype, shape }]) => ({ name, dtype, shape })),
    bytes: nodeBytes(table),
    totalBytes,
    bitsPerWeight: (8 * totalBytes) / (rows * dim)
  }
}

/** What of an artefact is described. */
type Described = Pick<Artefact, 'vocabulary' | 'manifest' | 'sizes' | 'extra'> & { readonly shape: TableShape }

/** Rows of n-grams beside a table. */
export interface NgramsDescription {
  /** Of their table, and of the numbers of their buckets. */
  readonly bytes: number
  readonly config: JsonObject
  /** How their rows were made, as their file says. */
  readonly provenance: JsonObject
  readonly nodes: readonly NodeDescription[]
}

function describeNgrams({ extra }: Described): NgramsDescription | undefined {
  if (!extra || !hasSubwords({ extra })) return undefined
  const { table: file } = extra.tensors
  if (!(file?.data instanceof Uint8Array)) return undefined
  const { table, manifest } = load(file.data, { kinds: optionalKinds })
  return {
    bytes: subwordBytes({ extra }),
    config: extra.config,
    provenance: manifest.provenance,
    nodes: [...walk(table)].map((node) => describeNode(node.path, node.table))
  }
}

/** What an artefact is made of, or the table `tensor` of one. */
export function describe(path: string, described: Described, tensor?: string): Description {
  const { shape, vocabulary, manifest, sizes } = described
  const { rows, dim } = shape
  const ngrams = describeNgrams(described)
  const texts = describeTexts(described)
  const own = sizes.table - (ngrams?.bytes ?? 0) - (texts?.bytes ?? 0)
  return {
    path,
    bytes: sizes.file,
    tableBytes: own,
    vocabularyBytes: sizes.vocabulary,
    rows,
    dim,
    words: vocabulary?.size ?? 0,
    counts: vocabulary?.counts !== undefined,
    ratio: (rows * dim * 4) / own,
    bitsPerWeight: (8 * own) / (rows * dim),
    sharing: sharingOf(shape),
    nodes: [...walk(shape)].map((node) => describeNode(node.path, node.table)),
    ...(ngrams && { ngrams }),
    ...(texts && { texts }),
    provenance: provenanceOfTable(manifest.provenance, tensor)
  }
}
