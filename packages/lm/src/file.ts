import type { PlainTensor, SavedModel } from '@slimbed/core/artefact'
import {
  isObject,
  type JsonObject,
  parseSafetensors,
  type SafetensorsEntry,
  type Table,
  type Tensor,
  tensorView,
  type Vocabulary
} from '@slimbed/runtime'
import { loadModel } from '@slimbed/runtime/model'
import { optionalKinds } from '@slimbed/runtime/optional-kinds'
import type { LanguageModel } from './model.js'
import { languageModelOf, type ModelTables, type NamedTensors, tensorsOf } from './tensors.js'

/** What the file of a model holds. */
export interface LanguageModelFile {
  /** The tables that were compressed, by the names of the tensors that they replace. */
  readonly tables: ReadonlyMap<string, Table>
  readonly tensors: NamedTensors
  readonly vocabulary: Vocabulary | undefined
  readonly metadata: ReadonlyMap<string, string>
  /** Empty for a plain file. */
  readonly provenance: JsonObject
}

const embeddingName = 'embedding.weight'
const softmaxName = 'softmax.weight'

const viewsOf = (entries: ReadonlyMap<string, SafetensorsEntry>, bytes: Uint8Array): Map<string, Tensor> =>
  new Map([...entries].map(([name, entry]) => [name, tensorView(bytes, entry)]))

/** Whether a manifest names tables. */
function namesTables(manifest: string | undefined): boolean {
  if (manifest === undefined) return false
  try {
    const { tables } = JSON.parse(manifest)
    return isObject(tables) && Object.keys(tables).length > 0
  } catch {
    return false
  }
}

/**
 * What the bytes of a `.safetensors` file hold: a plain one, or one with compressed tables. Tensors are views of `bytes`. Throws
 * `corrupt-file` and `unsupported` as `loadModel` does.
 */
export function modelFileOf(bytes: Uint8Array): LanguageModelFile {
  const { tensors, metadata } = parseSafetensors(bytes, bytes.length)
  if (!namesTables(metadata.get('slimbed'))) {
    return { tables: new Map(), tensors: viewsOf(tensors, bytes), vocabulary: undefined, metadata, provenance: {} }
  }
  const model = loadModel(bytes, { kinds: optionalKinds })
  const { tables, vocabulary } = model
  const { provenance } = model.manifest
  return { tables, tensors: viewsOf(model.tensors, bytes), vocabulary, metadata: model.metadata, provenance }
}

/**
 * The language model in a file. Tables that are given replace its own, compressed or not. Throws `bad-input` for what is missing or
 * does not fit.
 */
export function languageModelIn({ tables, tensors }: LanguageModelFile, given: ModelTables = {}): LanguageModel {
  const embedding = given.embedding ?? tables.get(embeddingName)
  const softmax = given.softmax ?? tables.get(softmaxName)
  return languageModelOf(tensors, { ...(embedding && { embedding }), ...(softmax && { softmax }) })
}

const plain = (name: string, { dtype, shape, data }: Tensor): PlainTensor => ({
  ...{ name, dtype, shape, bytes: data.byteLength },
  async *chunks() {
    yield new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
  }
})

/** A model as `saveModelTo` writes it: its two tables, its other tensors, and what else the file that it came from has. */
export function modelToSave(model: LanguageModel, file: LanguageModelFile): Omit<SavedModel, 'provenance'> {
  const { vocabulary, metadata } = file
  const trained = tensorsOf(model)
  const kept = [...file.tensors].filter(([name]) => name !== embeddingName && name !== softmaxName)
  return {
    tables: new Map([...file.tables, [embeddingName, model.embedding], [softmaxName, model.softmax]]),
    tensors: kept.map(([name, tensor]) => plain(name, trained.get(name) ?? tensor)),
    ...{ vocabulary, metadata }
  }
}
