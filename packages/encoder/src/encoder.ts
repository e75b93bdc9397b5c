import { type Scored, SlimbedError, type Table } from '@slimbed/runtime'
import type { Tokenizer } from '@slimbed/tokenizer'
import { cosine } from './cosine.js'
import { checkVector, listOf, nearestVectors, roomFor } from './given.js'
import { meansOf } from './means.js'
import type { EncoderSettings } from './settings.js'
import { tokensOf, weigher } from './tokens.js'

/** What an encoder is made of. */
export interface EncoderParts {
  /** `rows × dim`: row i belongs to token i. */
  readonly table: Table
  readonly tokenizer: Tokenizer
  readonly settings: EncoderSettings
  /** The weight of each token in a mean, `rows` of them, where tokens have weights. */
  readonly weights?: Float32Array | undefined
}

/** A text, or a vector of `dim` values. */
export type TextOrVector = string | Float32Array

/** Options of `encode`. */
export interface EncodeOptions {
  /** Where the vectors are written: at least `texts × dim` values. */
  readonly out?: Float32Array | undefined
}

/** Turns texts into vectors. */
export interface Encoder extends EncoderParts {
  readonly dim: number
  /**
   * The vector of a text, `dim` values, or of texts, `texts.length × dim`, row-major: the mean of the rows of its tokens, and zeros
   * where it has none. Throws `bad-input` for what is no text, and for an `out` that is too small.
   */
  encode(texts: string | readonly string[], options?: EncodeOptions): Float32Array
  /** The cosine of two texts or vectors; 0 where one of them is zeros. Throws `bad-input`. */
  similarity(a: TextOrVector, b: TextOrVector): number
  /**
   * The `k` (10) rows of `matrix`, `count × dim` row-major, such as `encode` makes of texts, whose cosines with a text or vector are
   * the highest, best first. Throws `bad-input` for a matrix of other rows.
   */
  search(query: TextOrVector, matrix: Float32Array, k?: number): Scored[]
}

/** Throws `bad-input` for parts that do not belong together. */
export function checkParts(rows: number, { size }: Tokenizer, weights: Float32Array | undefined): void {
  if (size > rows) throw new SlimbedError('bad-input', `the tokenizer has ${size} tokens, the table has ${rows} rows`)
  if (weights && weights.length !== rows) {
    throw new SlimbedError('bad-input', `${weights.length} weights for ${rows} rows`)
  }
}

/** An encoder of its parts. Throws `bad-input` for parts that do not belong together. */
export function createEncoder(parts: EncoderParts): Encoder {
  const { table, tokenizer, settings, weights } = parts
  const { rows, dim } = table
  checkParts(rows, tokenizer, weights)
  const tokens = tokensOf(tokenizer, settings)
  const weigh = weigher(weights)
  const writeMean = meansOf(table, settings.normalize)
  const encode: Encoder['encode'] = (texts, { out } = {}) => {
    const list = listOf(texts)
    const into = roomFor(list.length, dim, out)
    for (let i = 0; i < list.length; i++) {
      const ids = tokens(list[i])
      writeMean(ids, weigh(ids), into, i * dim)
    }
    return into
  }
  const vectorOf = (given: TextOrVector) => (typeof given === 'string' ? encode(given) : checkVector(given, dim))
  return {
    ...parts,
    dim,
    encode,
    similarity: (a, b) => cosine(vectorOf(a), vectorOf(b)),
    search: (query, matrix, k = 10) => nearestVectors(vectorOf(query), matrix, k)
  }
}
