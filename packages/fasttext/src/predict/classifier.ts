import { SlimbedError } from '@slimbed/runtime'
import { hold } from '../lookup/hold.js'
import type { FastTextModel } from '../model.js'
import { lineReader } from './line.js'
import { scoreOf } from './losses.js'

/** A label for a text. */
export interface Prediction {
  /** With its prefix, `__label__` unless the model was trained with another. */
  readonly label: string
  /** As fastText gives it: 1e-5 more than the probability, a float32. */
  readonly probability: number
}

/** Options of `predict`. */
export interface PredictOptions {
  /** The most labels; 1 unless given. */
  readonly k?: number
  /** The least probability; 0 unless given. */
  readonly threshold?: number
}

/** A model that gives labels to texts. */
export interface Classifier {
  /**
   * The most probable labels of a text, best first; none for a text of which the model knows nothing. Line ends are spaces. Throws
   * `bad-option` for a `k` that is not 1 or more.
   */
  predict(text: string, options?: PredictOptions): Prediction[]
}

/**
 * The classifier of a supervised model, whose matrices are read into memory. Rejects with `bad-input` for a model of word vectors,
 * `corrupt-file`, `aborted`, and as the source does.
 */
export async function classifierOf(model: FastTextModel, signal?: AbortSignal): Promise<Classifier> {
  const { name, args, labels } = model
  if (args.model !== 'supervised')
    throw new SlimbedError('bad-input', `${name}: a model of word vectors, not a classifier`)
  const input = await hold(model.input, name, signal)
  const score = scoreOf(args.loss, await hold(model.output, name, signal), labels.counts, name)
  const rowsOf = lineReader(model)
  return {
    predict(text, { k = 1, threshold = 0 } = {}) {
      if (!(k >= 1)) throw new SlimbedError('bad-option', `predict: expected a k of 1 or more, got ${k}`)
      const rows = rowsOf(text)
      if (rows.length === 0) return []
      const hidden = new Float32Array(args.dim)
      for (const row of rows) input.add(row, hidden)
      const share = Math.fround(1 / rows.length)
      for (let j = 0; j < hidden.length; j++) hidden[j] *= share
      return score(hidden, Math.min(Math.floor(k), labels.size), threshold).map(({ label, score: logarithm }) => ({
        label: labels.word(label),
        probability: Math.fround(Math.exp(logarithm))
      }))
    }
  }
}
