import type { Matrix } from '@slimbed/runtime'
import type { PlainVocabulary } from '@slimbed/runtime/format'
import type { QuantizedMatrix } from './quantized.js'

/** What a model was trained for: to predict a word from its neighbours, its neighbours from a word, or the label of a text. */
export type ModelKind = 'cbow' | 'skipgram' | 'supervised'

/** How a model turns scores into probabilities: hierarchical softmax, negative sampling, softmax, or one sigmoid for each label. */
export type Loss = 'hs' | 'ns' | 'softmax' | 'ova'

/** The settings in a file, by fastText's names. */
export interface Args {
  /** Columns of the vectors. */
  readonly dim: number
  readonly ws: number
  readonly epoch: number
  readonly minCount: number
  readonly neg: number
  /** The most words of a text that are hashed together. */
  readonly wordNgrams: number
  readonly loss: Loss
  readonly model: ModelKind
  /** Buckets that n-grams are hashed into. */
  readonly bucket: number
  /** The fewest characters of an n-gram of a word, and the most; 0 where words have none. */
  readonly minn: number
  readonly maxn: number
  readonly lrUpdateRate: number
  readonly t: number
}

/** A matrix of a file: plain, whose rows are read when asked for, or quantized, in memory. */
export type StoredMatrix = ({ readonly kind: 'dense' } & Matrix) | QuantizedMatrix

/** The buckets that a pruned model keeps. */
export interface KeptBuckets {
  /** Ascending. */
  readonly buckets: Uint32Array
  /** The row of each, counted from the first one after the words. */
  readonly rows: Uint32Array
}

/** The content of a fastText model. */
export interface FastTextModel {
  /** Of the file, in errors. */
  readonly name: string
  /** 11 or 12. */
  readonly version: number
  readonly args: Args
  /** How many words were read in training. */
  readonly tokens: number
  /** The words, by falling count: row `i` of the input is that of word `i`. */
  readonly words: PlainVocabulary & Counted
  /** The labels, with their prefix, by falling count. */
  readonly labels: PlainVocabulary & Counted
  /** Undefined where every bucket has a row. */
  readonly kept: KeptBuckets | undefined
  /** A row for each word, then one for each bucket. */
  readonly input: StoredMatrix
  /** A row for each label, of a model of word vectors one for each word, or none. With hierarchical softmax one for each inner node. */
  readonly output: StoredMatrix
  /** Closes the file, whose rows cannot be read after it. */
  close(): Promise<void>
}

/** A vocabulary with counts. */
export interface Counted {
  readonly counts: Float64Array
}
