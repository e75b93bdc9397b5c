import type { Format } from '@slimbed/io'
import { type Matrix, SlimbedError } from '@slimbed/runtime'
import { type WordVectors, wordVectors } from './lookup/word-vectors.js'
import type { FastTextModel } from './model.js'
import { readModel } from './read/open.js'

/** The vectors of the words of a model, which are computed once the first ones are asked for. */
function lazily(model: FastTextModel, signal: AbortSignal | undefined): Matrix {
  let made: Promise<WordVectors> | undefined
  return {
    rows: model.words.size,
    dim: model.args.dim,
    async read(start, count, into) {
      made ??= wordVectors(model, signal)
      return (await made).matrix.read(start, count, into)
    }
  }
}

/** What `fasttextFormat(opened)` reads. */
export const readFormat =
  (opened?: (model: FastTextModel) => void): Format<'fasttext'>['read'] =>
  async (input, { tensor, signal }) => {
    if (tensor !== undefined) {
      throw new SlimbedError(
        'bad-option',
        `${input.name}: a fastText model has one table, of its words, and no tensor to name`
      )
    }
    const model = await readModel(await input.random())
    opened?.(model)
    return { matrix: lazily(model, signal), vocabulary: model.words, warnings: [] }
  }
