import { join } from 'node:path'
import {
  isSlimbedError,
  type JsonObject,
  parseSafetensors,
  type SafetensorsEntry,
  SlimbedError,
  type Table,
  type Tensor,
  tableBytes,
  tensorView,
  type Vocabulary
} from '@slimbed/core'
import { type LanguageModel, languageModelOf, type ModelTables, wordsOf } from '@slimbed/lm'
import { bytesOf, readArtefact, readArtefactModel, tablesIn } from './open/artefact.js'
import type { Session } from './session/session.js'

/** A language model and its words. */
export interface OpenedModel {
  /** Of the tensors. */
  readonly path: string
  readonly model: LanguageModel
  /** By row. */
  readonly words: readonly string[]
  /** Bytes of the tensors of the two tables. */
  readonly tableBytes: { readonly embedding: number; readonly softmax: number }
  readonly file: ModelFile
}

/** What the file of a model holds. */
export interface ModelFile {
  /** The tables that "slimbed compress" made, if it did. */
  readonly tables: ReadonlyMap<string, Table>
  readonly tensors: ReadonlyMap<string, Tensor>
  readonly vocabulary: Vocabulary | undefined
  readonly metadata: ReadonlyMap<string, string>
  readonly provenance: JsonObject
}

/** Which tables a model has. */
export interface ModelFlags {
  /** The model, in the place of the folder's own. */
  readonly model?: string
  /** An artefact of the embedding. */
  readonly embedding?: string
  /** An artefact of the softmax. */
  readonly softmax?: string
}

/** The file of a model. */
export const modelPath = (folder: string, { model }: ModelFlags): string => model ?? join(folder, 'model.safetensors')

/** What `work` makes, with errors that name a file. */
function naming<Result>(path: string, work: () => Result): Result {
  try {
    return work()
  } catch (error) {
    if (!isSlimbedError(error)) throw error
    throw new SlimbedError(error.code, `${path}: ${error.message}`, { cause: error })
  }
}

async function fileOf(path: string, session: Session): Promise<ModelFile> {
  const compressed = ((await tablesIn(path)) ?? []).length > 0
  if (compressed) {
    const { model, bytes } = await readArtefactModel(path, session)
    const { tables, vocabulary, metadata, manifest } = model
    return { tables, tensors: viewsOf(model.tensors, bytes), vocabulary, metadata, provenance: manifest.provenance }
  }
  const bytes = await bytesOf(path, session)
  return naming(path, () => {
    const { tensors, metadata } = parseSafetensors(bytes, bytes.length)
    return { tables: new Map(), tensors: viewsOf(tensors, bytes), vocabulary: undefined, metadata, provenance: {} }
  })
}

const viewsOf = (entries: ReadonlyMap<string, SafetensorsEntry>, bytes: Uint8Array): Map<string, Tensor> =>
  new Map([...entries].map(([name, entry]) => [name, tensorView(bytes, entry)]))

/** The table of a part: an artefact, else the model's own if it is compressed; undefined for a plain tensor. */
const tableFrom = async (
  path: string | undefined,
  own: Table | undefined,
  session: Session
): Promise<Table | undefined> => (path === undefined ? own : (await readArtefact(path, session)).table)

/**
 * Opens the language model of a folder: `model.safetensors`, or the file that `flags.model` names, plain or compressed, and
 * `counts.tsv` with its words by row. Rejects with `not-found`, `bad-input` for a model that does not fit together, and as reading
 * artefacts does.
 */
export async function openLanguageModel(folder: string, flags: ModelFlags, session: Session): Promise<OpenedModel> {
  const path = modelPath(folder, flags)
  const file = await fileOf(path, session)
  const { tables: own, tensors } = file
  const wordsPath = join(folder, 'counts.tsv')
  const words = wordsOf(new TextDecoder().decode(await bytesOf(wordsPath, session)))
  const embedding = await tableFrom(flags.embedding, own.get('embedding.weight'), session)
  const softmax = await tableFrom(flags.softmax, own.get('softmax.weight'), session)
  const tables: ModelTables = { ...(embedding && { embedding }), ...(softmax && { softmax }) }
  const model = naming(path, () => languageModelOf(tensors, tables))
  if (words.length !== model.embedding.rows) {
    const found = `${words.length} words for the ${model.embedding.rows} rows of the embedding`
    throw new SlimbedError('bad-input', `${wordsPath}: ${found}; expected a line for each row`)
  }
  const bytes = { embedding: tableBytes(model.embedding), softmax: tableBytes(model.softmax) }
  return { path, model, words, tableBytes: bytes, file }
}
