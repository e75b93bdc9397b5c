import { join } from 'node:path'
import { isSlimbedError, SlimbedError, type Table, tableBytes } from '@slimbed/core'
import { fileSource } from '@slimbed/io/node'
import { type LanguageModel, type LanguageModelFile, languageModelIn, modelFileOf, wordsOf } from '@slimbed/lm'
import type { Session } from '../session/session.js'
import { bytesOf, readArtefact } from './artefact.js'
import { closing } from './closing.js'

/** A language model and its words. */
export interface OpenedModel {
  /** Of the tensors. */
  readonly path: string
  readonly model: LanguageModel
  /** By row. */
  readonly words: readonly string[]
  /** Bytes of the tensors of the two tables. */
  readonly tableBytes: { readonly embedding: number; readonly softmax: number }
  readonly file: LanguageModelFile
}

/** Which tables a model has. */
export interface ModelFlags {
  /** The file of a model that is used instead of the folder's own. */
  readonly model?: string
  /** An artefact of the embedding. */
  readonly embedding?: string
  /** An artefact of the softmax. */
  readonly softmax?: string
}

/** The file of a model. */
export const modelPath = (folder: string, { model }: ModelFlags): string => model ?? join(folder, 'model.safetensors')

/** Runs `work`; its errors name the file. */
function naming<Result>(path: string, work: () => Result): Result {
  try {
    return work()
  } catch (error) {
    if (!isSlimbedError(error)) throw error
    throw new SlimbedError(error.code, `${path}: ${error.message}`, { cause: error })
  }
}

const tableFrom = async (path: string | undefined, session: Session): Promise<Table | undefined> =>
  path === undefined ? undefined : (await readArtefact(path, session)).table

/** What a string holds of the words of a model. */
const mostText = 2 ** 28

async function wordsText(path: string): Promise<string> {
  return closing(fileSource(path), async (source) => {
    if (source.size <= mostText) return new TextDecoder().decode(await source.read(0, source.size))
    throw new SlimbedError(
      'bad-input',
      `${path}: expected the words of a model, at most 256 MiB, not ${source.size} bytes`
    )
  })
}

/**
 * Opens the language model of a folder: `model.safetensors`, or the file that `flags.model` names, plain or compressed, and
 * `counts.tsv` with its words by row. Rejects with `not-found`, `bad-input` for a model that does not fit together, and as reading
 * artefacts does.
 */
export async function openLanguageModel(folder: string, flags: ModelFlags, session: Session): Promise<OpenedModel> {
  const path = modelPath(folder, flags)
  const bytes = await bytesOf(path, 'the tensors of a language model', session)
  const file = naming(path, () => modelFileOf(bytes))
  const wordsPath = join(folder, 'counts.tsv')
  const words = wordsOf(await wordsText(wordsPath))
  const embedding = await tableFrom(flags.embedding, session)
  const softmax = await tableFrom(flags.softmax, session)
  const given = { ...(embedding && { embedding }), ...(softmax && { softmax }) }
  const model = naming(path, () => languageModelIn(file, given))
  if (words.length !== model.embedding.rows) {
    const found = `${words.length} words for the ${model.embedding.rows} rows of the embedding`
    throw new SlimbedError('bad-input', `${wordsPath}: ${found}; expected a line for each row`)
  }
  const sizes = { embedding: tableBytes(model.embedding), softmax: tableBytes(model.softmax) }
  return { path, model, words, tableBytes: sizes, file }
}
