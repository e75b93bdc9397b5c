import type { JsonObject, Matrix, Source } from '@slimbed/runtime'
import type { PlainVocabulary } from '@slimbed/runtime/format'
import type { TextSettings } from './text-settings.js'

/** How a folder of a static model is laid out: as model2vec writes it, or sentence-transformers' `StaticEmbedding`. */
export type ModelLayout = 'model2vec' | 'sentence-transformers'

/** A static embedding model: vectors of tokens, and the tokenizer that splits text into tokens. */
export interface StaticModel {
  readonly layout: ModelLayout
  /** `rows × dim`: row i belongs to token i, or to the tokens that `mapping` maps to it. */
  readonly matrix: Matrix
  /** The tokens by number; '' where the tokenizer has none. */
  readonly tokens: PlainVocabulary
  /** `tokenizer.json` as it was read. */
  readonly tokenizer: Uint8Array
  /** `config.json` or `config_sentence_transformers.json`. */
  readonly config: JsonObject
  /** How texts become vectors. */
  readonly settings: TextSettings
  /** Whether the rows were quantized to `int8`, which keeps no scale: their directions are right, their lengths are not. */
  readonly unscaled: boolean
  /** The weight of each token in a text, where the model has any. */
  readonly weights?: Float32Array | undefined
  /** The row of each token, where tokens share rows. */
  readonly mapping?: Uint32Array | undefined
  /** Of the file of vectors. */
  readonly bytes: number
  /** Closes the files: rows cannot be read after it. */
  close(): Promise<void>
}

/** A folder of files: opens one by its path below the folder; undefined where there is none. */
export type Folder = (path: string) => Promise<Source | undefined>

/** Where the parts of each layout lie, in the order in which layouts are tried. */
export const layouts = [
  { layout: 'model2vec', config: 'config.json', below: '', matrix: 'embeddings' },
  {
    layout: 'sentence-transformers',
    config: 'config_sentence_transformers.json',
    below: '',
    matrix: 'embedding.weight'
  },
  {
    layout: 'sentence-transformers',
    config: 'config_sentence_transformers.json',
    below: '0_StaticEmbedding/',
    matrix: 'embedding.weight'
  }
] as const
