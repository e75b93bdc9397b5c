import { join } from 'node:path'
import { isSlimbedError, parseSafetensors, SlimbedError, type Table, type Tensor, tensorView } from '@slimbed/core'
import { type LanguageModel, languageModelOf, type ModelTables, wordsOf } from '@slimbed/eval'
import { bytesOf, readArtefact } from './artefact.js'
import type { Session } from './session.js'

/** A language model and its words. */
export interface OpenedModel {
  /** Of the tensors. */
  readonly path: string
  readonly model: LanguageModel
  /** By row. */
  readonly words: readonly string[]
  /** Bytes of the two tables as they are stored. */
  readonly tableBytes: { readonly embedding: number; readonly softmax: number }
}

/** Artefacts in the place of a model's tables. */
export interface ModelFlags {
  /** An artefact of the embedding. */
  readonly embedding?: string
  /** An artefact of the softmax. */
  readonly softmax?: string
}

/** What `work` makes, with errors that name a file. */
function naming<Result>(path: string, work: () => Result): Result {
  try {
    return work()
  } catch (error) {
    if (!isSlimbedError(error)) throw error
    throw new SlimbedError(error.code, `${path}: ${error.message}`, { cause: error })
  }
}

async function tensorsIn(path: string, session: Session): Promise<Map<string, Tensor>> {
  const bytes = await bytesOf(path, session)
  return naming(path, () => {
    const { tensors } = parseSafetensors(bytes, bytes.length)
    return new Map([...tensors].map(([name, entry]) => [name, tensorView(bytes, entry)]))
  })
}

async function tableFrom(
  path: string | undefined,
  session: Session
): Promise<{ table: Table; bytes: number } | undefined> {
  if (path === undefined) return undefined
  const { table, sizes } = await readArtefact(path, session)
  return { table, bytes: sizes.table }
}

const denseBytes = ({ rows, dim }: Table) => rows * dim * 4

/**
 * Opens the language model of a folder: `model.safetensors`, and `counts.tsv` with its words by row. Rejects with `not-found`,
 * `bad-input` for a model that does not fit together, and as reading artefacts does.
 */
export async function openLanguageModel(folder: string, flags: ModelFlags, session: Session): Promise<OpenedModel> {
  const path = join(folder, 'model.safetensors')
  const tensors = await tensorsIn(path, session)
  const wordsPath = join(folder, 'counts.tsv')
  const words = wordsOf(new TextDecoder().decode(await bytesOf(wordsPath, session)))
  const embedding = await tableFrom(flags.embedding, session)
  const softmax = await tableFrom(flags.softmax, session)
  const tables: ModelTables = {
    ...(embedding && { embedding: embedding.table }),
    ...(softmax && { softmax: softmax.table })
  }
  const model = naming(path, () => languageModelOf(tensors, tables))
  if (words.length !== model.embedding.rows) {
    const found = `${words.length} words for the ${model.embedding.rows} rows of the embedding`
    throw new SlimbedError('bad-input', `${wordsPath}: ${found}; expected a line for each row`)
  }
  return {
    path,
    model,
    words,
    tableBytes: {
      embedding: embedding?.bytes ?? denseBytes(model.embedding),
      softmax: softmax?.bytes ?? denseBytes(model.softmax)
    }
  }
}
